// SPDX-License-Identifier: MIT
// One line of text to type.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

TextField {
    id: box

    property string label: placeholderText
    property bool isWrong: false

    implicitHeight: Theme.hitTarget + 2
    implicitWidth: 200
    leftPadding: 8
    rightPadding: 8
    topPadding: 0
    bottomPadding: 0
    verticalAlignment: TextInput.AlignVCenter
    color: Theme.text
    placeholderTextColor: Theme.muted
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    selectByMouse: true
    font.family: Theme.family
    font.pixelSize: Theme.body
    activeFocusOnTab: true

    Accessible.role: Accessible.EditableText
    Accessible.name: label

    background: Rectangle {
        radius: Theme.radius
        color: Theme.background
        border.width: 1
        border.color: box.isWrong ? Theme.error : Theme.border

        FocusFrame {
            shown: box.activeFocus
        }
    }
}
