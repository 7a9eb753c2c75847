// SPDX-License-Identifier: MIT
// Name and value, line by line; long values wrap and can be selected.
import QtQuick
import Meridian.Dashboard

Column {
    id: facts

    /*! [{"name", "value"}]; a fact without a value is left out. */
    property var rows: []
    property int nameWidth: 120

    readonly property var known: rows.filter(row => row.value !== "" && row.value !== null && row.value !== undefined)

    spacing: 4

    Repeater {
        // by number, so that a value that changes does not make its line anew
        model: facts.known.length

        delegate: Item {
            id: line

            required property int index

            readonly property var fact: facts.known[line.index] ?? null

            width: facts.width
            height: Math.max(name.implicitHeight, value.implicitHeight)

            Plain {
                id: name

                width: facts.nameWidth
                text: line.fact ? line.fact.name : ""
                color: Theme.muted
            }

            TextEdit {
                id: value

                anchors.left: name.right
                anchors.leftMargin: 12
                anchors.right: parent.right
                text: line.fact ? String(line.fact.value) : ""
                color: Theme.text
                font.family: Theme.monoFamily
                font.pixelSize: Theme.small
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.WrapAnywhere
                readOnly: true
                selectByMouse: true
                selectionColor: Theme.accent
                selectedTextColor: Theme.accentInk
                Accessible.role: Accessible.StaticText
                Accessible.name: line.fact ? qsTr("%1: %2").arg(line.fact.name).arg(text) : ""
            }
        }
    }
}
