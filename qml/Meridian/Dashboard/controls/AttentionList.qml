// SPDX-License-Identifier: MIT
// Things that need a look, worst first, each with its cure and the page that mends it.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Dashboard

ColumnLayout {
    id: list

    property var items: []
    readonly property int most: 8

    signal chosen(string page, string subject)

    spacing: 2

    RowLayout {
        visible: list.items.length === 0
        spacing: 8

        Glyph {
            name: "check"
            color: Theme.ok
        }

        Plain {
            Layout.fillWidth: true
            text: qsTr("All quiet.")
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }

    Repeater {
        model: list.items.slice(0, list.most)

        delegate: AbstractButton {
            id: item

            required property var modelData

            Layout.fillWidth: true
            implicitHeight: column.implicitHeight + 12
            activeFocusOnTab: true
            text: modelData.message
            onClicked: list.chosen(modelData.page, modelData.subject)
            Keys.onReturnPressed: clicked()

            Accessible.role: Accessible.Button
            Accessible.name: (modelData.severity === "error" ? qsTr("Error: %1") : qsTr("Warning: %1")).arg(modelData.message)
            Accessible.description: modelData.cure

            contentItem: Item {
                Rectangle {
                    id: dot

                    x: 8
                    y: 6
                    width: 8
                    height: 8
                    radius: item.modelData.severity === "error" ? 4 : 0
                    rotation: item.modelData.severity === "error" ? 0 : 45
                    color: Theme.stateColor(item.modelData.severity)
                }

                ColumnLayout {
                    id: column

                    anchors.left: dot.right
                    anchors.leftMargin: 10
                    anchors.right: parent.right
                    anchors.rightMargin: 4
                    spacing: 1

                    Plain {
                        Layout.fillWidth: true
                        text: Format.shortened(item.modelData.message, 300)
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                    }

                    Plain {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: Format.shortened(item.modelData.cure, 300)
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                        color: Theme.muted
                        font.pixelSize: Theme.small
                    }
                }
            }
            background: Rectangle {
                radius: Theme.radius
                color: item.hovered ? Theme.hover : "transparent"

                FocusFrame {
                    shown: item.visualFocus
                }
            }
        }
    }

    Plain {
        visible: list.items.length > list.most
        leftPadding: 26
        text: qsTr("and %1 more").arg(list.items.length - list.most)
        color: Theme.muted
    }
}
