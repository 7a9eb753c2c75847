// SPDX-License-Identifier: MIT
// The versions of the configuration, and what the draft changes against the one in force.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

RowLayout {
    id: history

    required property RouteEditor routes
    required property real now

    readonly property var needRestart: history.routes.needRestart

    spacing: Theme.gap

    Card {
        Layout.preferredWidth: 320
        Layout.fillHeight: true
        title: qsTr("Versions")

        Plain {
            visible: history.routes.versions.length === 0
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            text: qsTr("Versions appear here once something was applied.")
            color: Theme.muted
        }

        ListView {
            id: list

            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            spacing: 4
            model: history.routes.versions
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: Scroller {
            }

            delegate: AbstractButton {
                id: version

                required property var modelData

                width: list.width
                implicitHeight: 52
                activeFocusOnTab: true
                text: version.modelData.note || qsTr("Version %1").arg(version.modelData.id)
                onClicked: history.routes.loadVersion(version.modelData.id)
                Keys.onReturnPressed: clicked()

                Accessible.role: Accessible.Button
                Accessible.name: qsTr("Put version %1 into the draft: %2").arg(modelData.id).arg(text)

                contentItem: ColumnLayout {
                    spacing: 2

                    Plain {
                        Layout.fillWidth: true
                        leftPadding: 8
                        text: version.modelData.current ? qsTr("%1 (in force)").arg(version.text) : version.text
                        font.weight: version.modelData.current ? Font.DemiBold : Font.Normal
                    }

                    Plain {
                        Layout.fillWidth: true
                        leftPadding: 8
                        color: Theme.muted
                        font.pixelSize: Theme.small
                        text: Format.dateTime(Date.parse(version.modelData.timestamp)) + " · " + qsTr("changes: %1").arg(version.modelData.changes) + " · " + (version.modelData.principal.name ?? version.modelData.principal)
                    }
                }
                background: Rectangle {
                    radius: Theme.radius
                    color: version.hovered ? Theme.hover : "transparent"

                    FocusFrame {
                        shown: version.visualFocus
                    }
                }

                ToolTip.visible: hovered
                ToolTip.delay: 500
                ToolTip.text: qsTr("Put this version into the draft; nothing is applied")
            }
        }
    }

    Card {
        Layout.fillWidth: true
        Layout.fillHeight: true
        title: qsTr("The draft against what is in force")

        Plain {
            Layout.fillWidth: true
            visible: history.needRestart.length > 0
            wrapMode: Text.Wrap
            color: Theme.warning
            text: qsTr("Takes effect after a restart: %1").arg(history.needRestart.join(", "))
        }

        Plain {
            visible: history.routes.diff === ""
            text: history.routes.isModified ? qsTr("Comparing…") : qsTr("There is no draft.")
            color: Theme.muted
        }

        ListView {
            id: diff

            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            activeFocusOnTab: true
            model: history.routes.diff === "" ? [] : history.routes.diff.split("\n").slice(0, 5000)
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: Scroller {
            }

            delegate: Mono {
                required property string modelData

                readonly property bool isAdded: modelData.startsWith("+")
                readonly property bool isRemoved: modelData.startsWith("-")

                width: diff.width
                text: modelData
                color: isAdded ? Theme.ok : isRemoved ? Theme.error : modelData.startsWith("@@") ? Theme.accent : Theme.text
            }
        }
    }
}
