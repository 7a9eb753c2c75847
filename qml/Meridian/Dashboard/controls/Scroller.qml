// SPDX-License-Identifier: MIT
// A scroll bar that is there as long as there is something to scroll, and does not fade.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

ScrollBar {
    id: bar

    padding: 3
    minimumSize: 0.04
    visible: size < 1

    background: Item {
    }
    contentItem: Rectangle {
        implicitWidth: 6
        implicitHeight: 6
        radius: 3
        color: bar.pressed ? Theme.accent : Theme.muted
        opacity: bar.pressed || bar.hovered ? 1 : 0.5
    }
}
