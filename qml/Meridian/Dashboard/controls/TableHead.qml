// SPDX-License-Identifier: MIT
// The head of a table: titles, sorting, and the chooser of columns.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

Rectangle {
    id: head

    property var allColumns: []
    property var columns: []
    property var widthOf: column => column.width
    property string sortRole: ""
    property bool sortDescending: false

    signal sortRequested(string role)

    implicitHeight: Theme.rowHeight
    color: Theme.surface

    Row {
        x: 8
        height: parent.height

        Repeater {
            model: head.columns

            delegate: AbstractButton {
                id: title

                required property TableColumn modelData

                readonly property bool isSorted: title.modelData.isSortable && head.sortRole === title.modelData.role

                width: head.widthOf(title.modelData)
                height: head.height
                enabled: title.modelData.isSortable
                activeFocusOnTab: title.modelData.isSortable
                text: title.modelData.title
                onClicked: head.sortRequested(title.modelData.role)
                Keys.onReturnPressed: title.clicked()

                Accessible.role: Accessible.ColumnHeader
                Accessible.name: !title.isSorted ? text : head.sortDescending ? qsTr("%1, sorted, largest first").arg(text) : qsTr("%1, sorted, smallest first").arg(text)

                contentItem: Plain {
                    rightPadding: 12
                    text: title.isSorted ? (head.sortDescending ? "↓ " : "↑ ") + title.text : title.text
                    font.pixelSize: Theme.small
                    font.weight: title.isSorted ? Font.DemiBold : Font.Normal
                    color: title.hovered || title.isSorted ? Theme.text : Theme.muted
                    horizontalAlignment: title.modelData.isNumber ? Text.AlignRight : Text.AlignLeft
                    verticalAlignment: Text.AlignVCenter
                }
                background: Item {
                    FocusFrame {
                        anchors.margins: 2
                        shown: title.visualFocus
                    }
                }
            }
        }
    }

    ActionButton {
        anchors.right: parent.right
        anchors.rightMargin: 4
        anchors.verticalCenter: parent.verticalCenter
        kind: "quiet"
        glyph: "columns"
        tip: qsTr("Choose columns")
        onClicked: chooser.popup(this, 0, height)

        Menu {
            id: chooser

            Repeater {
                model: head.allColumns

                delegate: MenuItem {
                    id: entry

                    required property TableColumn modelData

                    text: entry.modelData.title
                    checkable: true
                    checked: entry.modelData.isWanted
                    enabled: entry.modelData.priority > 0
                    onTriggered: entry.modelData.isWanted = checked
                }
            }
        }
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }
}
