// SPDX-License-Identifier: MIT
// One column of a DataTable: what it says, how wide it is, and what gives way when the window is narrow.
import QtQuick

QtObject {
    id: column

    property string role: ""
    property string title: ""
    property int width: 80
    /*! Takes a share of the space that is left. */
    property bool stretches: false
    property bool isNumber: false
    property bool isSortable: false
    /*! Columns of a higher number give way first. */
    property int priority: 0
    /*! What the person has chosen. */
    property bool isWanted: true
    /*! function(row) -> string */
    property var text: row => String(row[column.role] ?? "")
    /*! Instead of text: a component whose root is a Cell. */
    property Component cell: null
}
