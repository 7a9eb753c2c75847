// SPDX-License-Identifier: MIT
// A line of text with a button that copies it.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

RowLayout {
    id: line

    property string text: ""
    property string label: ""

    signal copied(string text)

    spacing: 8

    CodeText {
        Layout.fillWidth: true
        text: line.text
        label: line.label
        wrapMode: TextEdit.WrapAnywhere
    }

    ActionButton {
        Layout.alignment: Qt.AlignTop
        glyph: "copy"
        text: qsTr("Copy")
        onClicked: line.copied(line.text)
    }
}
