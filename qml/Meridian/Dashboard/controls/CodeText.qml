// SPDX-License-Identifier: MIT
// Text in a fixed-width face to read, select and copy; scrolls both ways.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

Rectangle {
    id: code

    property string text: ""
    property string label: ""
    property int wrapMode: TextEdit.NoWrap

    color: Theme.background
    border.color: Theme.border
    radius: Theme.radius
    implicitHeight: Math.min(edit.implicitHeight + 2, 240)
    implicitWidth: 200
    clip: true

    Flickable {
        id: flick

        anchors.fill: parent
        anchors.margins: 1
        contentWidth: code.wrapMode === TextEdit.NoWrap ? edit.implicitWidth : width
        contentHeight: edit.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: Scroller {
        }
        ScrollBar.horizontal: Scroller {
        }

        TextEdit {
            id: edit

            width: code.wrapMode === TextEdit.NoWrap ? implicitWidth : flick.width
            padding: 8
            text: code.text
            color: Theme.text
            font.family: Theme.monoFamily
            font.pixelSize: Theme.small
            textFormat: TextEdit.PlainText
            wrapMode: code.wrapMode
            readOnly: true
            selectByMouse: true
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentInk
            activeFocusOnTab: true
            Accessible.role: Accessible.EditableText
            Accessible.readOnly: true
            Accessible.name: code.label
        }
    }

    FocusFrame {
        shown: edit.activeFocus
    }
}
