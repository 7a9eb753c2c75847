// SPDX-License-Identifier: MIT
// The root of a table cell that shows more than text.
import QtQuick

Item {
    /*! The row's roles. */
    property var row: null
    /*! What a click beside the cell's own controls would do. */
    property int rowIndex: -1
}
