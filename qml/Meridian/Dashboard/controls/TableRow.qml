// SPDX-License-Identifier: MIT
// A row of a DataTable.
import QtQuick
import Meridian.Dashboard

Rectangle {
    id: row

    required property int index
    required property var model
    required property var owner
    property bool hasKeyboard: false

    readonly property var roles: model
    readonly property bool isSelected: row.owner.selectedKey !== "" && row.owner.selectedKey === String(row.model[row.owner.keyRole])

    height: Theme.rowHeight
    color: row.isSelected ? Theme.selected : hover.hovered ? Theme.hover : "transparent"

    Accessible.role: Accessible.Row
    Accessible.name: row.owner.shownColumns.map(column => column.title + " " + column.text(row.model)).join(", ")
    Accessible.selected: row.isSelected

    HoverHandler {
        id: hover
    }

    TapHandler {
        acceptedButtons: Qt.LeftButton
        onTapped: {
            row.owner.forceActiveFocus();
            row.owner.select(row.index);
        }
    }

    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: point => row.owner.menuRequested(String(row.model[row.owner.keyRole]), row, point.position.x, point.position.y)
    }

    Row {
        x: 8
        height: parent.height

        Repeater {
            model: row.owner.shownColumns

            delegate: Item {
                id: place

                required property TableColumn modelData

                width: row.owner.widthOf(place.modelData)
                height: row.height

                Loader {
                    anchors.fill: parent
                    anchors.rightMargin: 12
                    active: place.modelData.cell !== null
                    sourceComponent: place.modelData.cell
                    onLoaded: {
                        const cell = item as Cell;
                        cell.row = Qt.binding(() => row.model);
                        cell.rowIndex = Qt.binding(() => row.index);
                    }
                }

                Plain {
                    anchors.fill: parent
                    anchors.rightMargin: 12
                    visible: place.modelData.cell === null
                    verticalAlignment: Text.AlignVCenter
                    horizontalAlignment: place.modelData.isNumber ? Text.AlignRight : Text.AlignLeft
                    font.family: place.modelData.isNumber ? Theme.monoFamily : Theme.family
                    font.pixelSize: place.modelData.isNumber ? Theme.small : Theme.body
                    text: visible ? Format.shortened(place.modelData.text(row.model), 400) : ""
                }
            }
        }
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
        opacity: 0.5
    }

    FocusFrame {
        anchors.margins: 1
        radius: 2
        shown: row.hasKeyboard
    }
}
