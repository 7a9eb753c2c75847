// SPDX-License-Identifier: MIT
// How full something is, with the figure beside it.
import QtQuick
import Meridian.Dashboard

Item {
    id: meter

    property real share: 0
    property string caption: ""
    property color tint: share >= 0.9 ? Theme.warning : Theme.accent
    property int barWidth: 56

    implicitHeight: 18
    implicitWidth: barWidth + 8 + label.implicitWidth

    Accessible.role: Accessible.ProgressBar
    Accessible.name: caption

    Rectangle {
        id: track

        anchors.verticalCenter: parent.verticalCenter
        width: meter.barWidth
        height: 6
        radius: 3
        color: Theme.border

        Rectangle {
            width: Math.max(meter.share > 0 ? 3 : 0, Math.min(1, meter.share) * parent.width)
            height: parent.height
            radius: 3
            color: meter.tint
        }
    }

    Mono {
        id: label

        anchors.verticalCenter: parent.verticalCenter
        anchors.left: track.right
        anchors.leftMargin: 8
        anchors.right: parent.right
        text: meter.caption
    }
}
