// SPDX-License-Identifier: MIT
// The pages at the left: names and badges, icons only in a narrow window; the gateway at the bottom.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

Rectangle {
    id: rail

    required property GatewayList gateways
    /*! [{"key", "text", "badge"}] */
    property var pages: []
    property string current: ""
    property bool isNarrow: false

    signal picked(string key)

    implicitWidth: isNarrow ? 56 : 188
    color: Theme.surface

    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Pages")

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 8
        spacing: 2

        Row {
            Layout.preferredHeight: 44
            Layout.leftMargin: rail.isNarrow ? 10 : 8
            spacing: 10

            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                width: 20
                height: 20
                name: "mark"
                color: Theme.accent
            }

            Plain {
                anchors.verticalCenter: parent.verticalCenter
                visible: !rail.isNarrow
                text: "Meridian"
                font.pixelSize: Theme.emphasis
                font.weight: Font.DemiBold
            }
        }

        Repeater {
            model: rail.pages

            delegate: AbstractButton {
                id: entry

                required property int index
                required property var modelData

                Layout.fillWidth: true
                implicitHeight: 34
                activeFocusOnTab: true
                checked: modelData.key === rail.current
                text: modelData.text
                onClicked: rail.picked(modelData.key)
                Keys.onReturnPressed: clicked()
                Keys.onUpPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                Keys.onDownPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)

                Accessible.role: Accessible.PageTab
                Accessible.name: modelData.badge === "" ? text : modelData.badge === "•" ? qsTr("%1, unsaved changes").arg(text) : qsTr("%1, %2 to look at").arg(text).arg(modelData.badge)
                Accessible.selected: checked

                ToolTip.visible: rail.isNarrow && (hovered || visualFocus)
                ToolTip.text: qsTr("%1 (Ctrl+%2)").arg(text).arg(index + 1)

                contentItem: Item {
                    Glyph {
                        id: icon

                        x: rail.isNarrow ? (parent.width - width) / 2 : 10
                        anchors.verticalCenter: parent.verticalCenter
                        width: 16
                        height: 16
                        name: entry.modelData.key
                        color: entry.checked ? Theme.accent : Theme.muted
                    }

                    Plain {
                        anchors.left: icon.right
                        anchors.leftMargin: 10
                        anchors.right: badge.left
                        anchors.verticalCenter: parent.verticalCenter
                        visible: !rail.isNarrow
                        text: entry.text
                        color: entry.checked ? Theme.text : Theme.muted
                        font.weight: entry.checked ? Font.DemiBold : Font.Normal
                    }

                    Rectangle {
                        id: badge

                        anchors.right: parent.right
                        anchors.rightMargin: rail.isNarrow ? -2 : 6
                        y: rail.isNarrow ? 2 : (parent.height - height) / 2
                        visible: entry.modelData.badge !== ""
                        width: visible ? Math.max(height, badgeText.implicitWidth + 10) : 0
                        height: 16
                        radius: 8
                        color: entry.modelData.badge === "•" ? "transparent" : Theme.background
                        border.width: entry.modelData.badge === "•" ? 0 : 1
                        border.color: Theme.warning

                        Plain {
                            id: badgeText

                            anchors.centerIn: parent
                            text: entry.modelData.badge
                            font.pixelSize: 11
                            color: Theme.warning
                        }
                    }
                }
                background: Rectangle {
                    radius: Theme.radius
                    color: entry.checked ? Theme.selected : entry.hovered ? Theme.hover : "transparent"

                    FocusFrame {
                        shown: entry.visualFocus
                    }
                }
            }
        }

        Item {
            Layout.fillHeight: true
        }

        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: 1
            visible: !rail.isNarrow
            color: Theme.border
        }

        Choice {
            Layout.fillWidth: true
            Layout.topMargin: 6
            visible: !rail.isNarrow
            label: qsTr("Gateway")
            model: rail.gateways
            textRole: "name"
            nameless: qsTr("This computer")
            currentIndex: rail.gateways.current
            onActivated: index => rail.gateways.select(index)
        }
    }

    Rectangle {
        anchors.right: parent.right
        width: 1
        height: parent.height
        color: Theme.border
    }
}
