// SPDX-License-Identifier: MIT
// Where the time of a request went: its stages below one another, each from when it began.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

ColumnLayout {
    id: timing

    /*! [{"name", "ms"}], in order. */
    property var stages: []
    readonly property real total: stages.reduce((sum, stage) => sum + Math.max(0, Number(stage.ms)), 0)
    readonly property int nameWidth: 84
    readonly property int figureWidth: 64

    spacing: 2

    function startOf(index: int): real {
        let sum = 0;
        for (let i = 0; i < index && i < timing.stages.length; ++i)
            sum += Math.max(0, Number(timing.stages[i].ms));
        return sum;
    }

    Repeater {
        model: timing.stages

        delegate: Item {
            id: stage

            required property int index
            required property var modelData

            readonly property real room: width - timing.nameWidth - timing.figureWidth - 16

            Layout.fillWidth: true
            implicitHeight: 18

            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("%1: %2").arg(modelData.name).arg(Format.duration(modelData.ms))

            Plain {
                width: timing.nameWidth
                anchors.verticalCenter: parent.verticalCenter
                text: stage.modelData.name
                font.pixelSize: Theme.small
                color: Theme.muted
            }

            Rectangle {
                x: timing.nameWidth + 8
                width: stage.room
                height: 8
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.background
                radius: 2

                Rectangle {
                    x: timing.total > 0 ? Math.min(parent.width - width, timing.startOf(stage.index) / timing.total * parent.width) : 0
                    width: timing.total > 0 ? Math.max(2, stage.modelData.ms / timing.total * parent.width) : 0
                    height: parent.height
                    radius: 2
                    color: Theme.series[stage.index % Theme.series.length]
                }
            }

            Mono {
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                width: timing.figureWidth
                horizontalAlignment: Text.AlignRight
                text: Format.duration(stage.modelData.ms)
            }
        }
    }
}
