// SPDX-License-Identifier: MIT
// A table cell to change a backend's weight in: Enter takes it, Esc does not; beside it what it comes to.
import QtQuick
import Meridian.Dashboard

Cell {
    id: cell

    signal changed(string name, int weight)

    TextBox {
        id: box

        anchors.verticalCenter: parent.verticalCenter
        width: 60
        implicitHeight: 24
        label: cell.row ? qsTr("Weight of %1").arg(cell.row.name) : ""
        font.family: Theme.monoFamily
        font.pixelSize: Theme.small
        horizontalAlignment: TextInput.AlignRight
        maximumLength: 7
        validator: IntValidator {
            bottom: 0
            top: 1000000
        }
        isWrong: activeFocus && !acceptableInput
        onAccepted: {
            cell.changed(cell.row.name, Number(text));
            focus = false;
        }
        onActiveFocusChanged: if (!activeFocus)
            shown.restore()
        Keys.onEscapePressed: focus = false

        Binding {
            id: shown

            target: box
            property: "text"
            value: cell.row ? String(cell.row.weight) : ""
            when: !box.activeFocus
            restoreMode: Binding.RestoreNone

            function restore() {
                box.text = value;
            }
        }
    }

    Mono {
        anchors.left: box.right
        anchors.leftMargin: 8
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.muted
        text: cell.row ? Format.percent(cell.row.share) : ""
    }
}
