// SPDX-License-Identifier: MIT
// A table cell with a state's dot and word.
import QtQuick
import Meridian.Dashboard

Cell {
    id: cell

    property string role: "state"

    StateDot {
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        code: cell.row ? String(cell.row[cell.role] ?? "") : ""
    }
}
