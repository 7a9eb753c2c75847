// SPDX-License-Identifier: MIT
// The visible focus: a frame around whatever has the keyboard.
import QtQuick
import Meridian.Dashboard

Rectangle {
    property bool shown: false

    anchors.fill: parent
    anchors.margins: -1
    visible: shown
    color: "transparent"
    radius: Theme.radius
    border.width: 2
    border.color: Theme.accent
}
