// SPDX-License-Identifier: MIT
// One headline figure with its last hour and the change against the hour before; pressing it shows what is behind it.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Dashboard

AbstractButton {
    id: tile

    property string title: ""
    property string value: Format.nothing
    property string note: ""
    property real change: NaN
    /*! Whether a rise is bad news; colours the change. */
    property bool lessIsBetter: false
    property bool isNeutral: false
    property var values: []
    property color tint: Theme.accent

    readonly property string changeText: Format.change(change)

    implicitHeight: 116
    implicitWidth: 150
    padding: Theme.gap
    activeFocusOnTab: true
    Keys.onReturnPressed: clicked()

    Accessible.role: Accessible.Button
    Accessible.name: qsTr("%1: %2").arg(title).arg(value)
    Accessible.description: changeText === "" ? note : qsTr("%1 against the hour before").arg(changeText)

    ToolTip.visible: hovered && changeText !== ""
    ToolTip.delay: 500
    ToolTip.text: qsTr("%1 against the hour before").arg(changeText)

    contentItem: ColumnLayout {
        spacing: 2

        Plain {
            Layout.fillWidth: true
            text: tile.title
            color: Theme.muted
            font.pixelSize: Theme.small
        }

        Plain {
            Layout.fillWidth: true
            text: tile.value
            font.family: Theme.monoFamily
            font.pixelSize: Theme.headline
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.body
            font.weight: Font.DemiBold
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: 8

            Plain {
                visible: text !== ""
                text: tile.changeText
                font.family: Theme.monoFamily
                font.pixelSize: Theme.small
                color: {
                    if (tile.isNeutral || Math.abs(tile.change) < 0.005)
                        return Theme.muted;
                    return (tile.change > 0) === tile.lessIsBetter ? Theme.warning : Theme.ok;
                }
            }

            Plain {
                Layout.fillWidth: true
                text: tile.note
                font.pixelSize: Theme.small
                color: Theme.muted
            }
        }

        Sparkline {
            Layout.fillWidth: true
            Layout.fillHeight: true
            values: tile.values
            color: tile.tint
        }
    }

    background: Rectangle {
        color: tile.hovered ? Theme.hover : Theme.surface
        border.color: Theme.border
        radius: Theme.radius

        FocusFrame {
            shown: tile.visualFocus
        }
    }
}
