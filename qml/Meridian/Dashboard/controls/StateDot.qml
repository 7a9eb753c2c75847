// SPDX-License-Identifier: MIT
// A state as a dot and a word: never colour alone.
import QtQuick
import Meridian.Dashboard

Item {
    id: root

    property string code: ""
    property string word: Format.stateWord(code)
    property bool isHollow: code === "idle" || code === "drained" || code === "no_traffic" || code === "nothing"

    implicitWidth: 16 + label.implicitWidth
    implicitHeight: Math.max(18, label.implicitHeight)

    Accessible.role: Accessible.StaticText
    Accessible.name: word

    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        width: 8
        height: 8
        radius: 4
        color: root.isHollow ? "transparent" : Theme.stateColor(root.code)
        border.width: root.isHollow ? 1.5 : 0
        border.color: Theme.stateColor(root.code)
    }

    Plain {
        id: label

        anchors.verticalCenter: parent.verticalCenter
        anchors.left: parent.left
        anchors.leftMargin: 16
        anchors.right: parent.right
        text: root.word
    }
}
