// SPDX-License-Identifier: MIT
// The file changed while a draft was open: both texts and where they began, and who wins is asked.
import QtQuick
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

Rectangle {
    id: conflict

    required property RouteEditor routes

    readonly property var texts: conflict.routes.conflict ?? ({})

    color: Theme.background

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("The file changed meanwhile")

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2

                Plain {
                    Layout.fillWidth: true
                    text: qsTr("The file changed while you were editing")
                    font.pixelSize: Theme.emphasis
                    font.weight: Font.DemiBold
                }

                Plain {
                    Layout.fillWidth: true
                    text: qsTr("Nothing was written. Take the file as it is, or keep your draft: it then replaces the file when you apply it.")
                    wrapMode: Text.Wrap
                    color: Theme.muted
                }
            }

            ActionButton {
                objectName: "takeTheirs"
                text: qsTr("Take the file")
                onClicked: conflict.routes.resolveConflict("theirs")
            }

            ActionButton {
                objectName: "keepMine"
                kind: "primary"
                text: qsTr("Keep my draft")
                onClicked: conflict.routes.resolveConflict("mine")
            }
        }

        GridLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            columns: conflict.width >= 760 ? 3 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            Repeater {
                model: [{
                        "key": "mine",
                        "title": qsTr("Your draft")
                    }, {
                        "key": "theirs",
                        "title": qsTr("The file now")
                    }, {
                        "key": "base",
                        "title": qsTr("Where both began")
                    }]

                delegate: ColumnLayout {
                    id: side

                    required property var modelData

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.preferredWidth: 1

                    Plain {
                        text: side.modelData.title
                        color: Theme.muted
                    }

                    CodeEditor {
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        readOnly: true
                        label: side.modelData.title
                        text: conflict.texts[side.modelData.key] ?? ""
                    }
                }
            }
        }
    }
}
