// SPDX-License-Identifier: MIT
// How something is split between names: one bar and its legend.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

ColumnLayout {
    id: share

    property string title: ""
    /*! [{"name", "value"}]; the colour of a name follows its place. */
    property var parts: []
    readonly property real total: parts.reduce((sum, part) => sum + Math.max(0, Number(part.value)), 0)

    spacing: 4

    Plain {
        text: share.title
        color: Theme.muted
        font.pixelSize: Theme.small
    }

    Row {
        id: bar

        Layout.fillWidth: true
        Layout.preferredHeight: 18

        Repeater {
            model: share.parts

            delegate: Rectangle {
                id: part

                required property int index
                required property var modelData

                width: share.total > 0 ? Math.max(0, modelData.value) / share.total * bar.width : 0
                height: bar.height
                color: Theme.series[Math.min(index, Theme.series.length - 1)]

                Accessible.role: Accessible.StaticText
                Accessible.name: qsTr("%1: %2").arg(modelData.name).arg(Format.percent(share.total > 0 ? modelData.value / share.total : NaN))
            }
        }
    }

    Flow {
        Layout.fillWidth: true
        spacing: 12

        Repeater {
            model: share.parts

            delegate: Row {
                id: entry

                required property int index
                required property var modelData

                spacing: 6

                Rectangle {
                    anchors.verticalCenter: parent.verticalCenter
                    width: 8
                    height: 8
                    color: Theme.series[Math.min(entry.index, Theme.series.length - 1)]
                }

                Plain {
                    width: Math.min(implicitWidth, 260)
                    font.pixelSize: Theme.small
                    text: qsTr("%1 %2").arg(entry.modelData.name).arg(Format.percent(share.total > 0 ? entry.modelData.value / share.total : NaN))
                }
            }
        }
    }
}
