// SPDX-License-Identifier: MIT
// The first minute: engines found on this computer, one click to add one, and a chat that already works.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop

    signal navigated(string page, string subject)

    readonly property DiscoveryModel discovery: page.desktop.discovery
    readonly property bool hasBackend: page.desktop.backends.count > 0
    readonly property bool isWide: page.width >= 860

    title: qsTr("Start")
    answer: page.discovery.running ? qsTr("Looking for engines on this computer…") : page.discovery.found > 0 ? qsTr("Engines found on this computer: %1").arg(page.discovery.found) : qsTr("No engine found on this computer")
    Component.onCompleted: if (page.discovery.count === 0)
        page.discovery.start()

    Shortcut {
        sequence: "F5"
        enabled: page.visible
        onActivated: page.discovery.start()
    }

    actions: [
        ActionButton {
            enabled: !page.discovery.running
            text: page.discovery.running ? qsTr("Looking…") : qsTr("Look again")
            onClicked: page.discovery.start()
        },
        ActionButton {
            visible: page.hasBackend
            kind: "primary"
            text: qsTr("Go to the overview")
            onClicked: page.navigated("overview", "")
        }
    ]

    Flickable {
        id: flick

        anchors.fill: parent
        anchors.rightMargin: -Theme.gap // the bar stands in the page's margin
        clip: true
        contentWidth: width
        contentHeight: Math.max(height, grid.implicitHeight)
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: Scroller {
        }

        GridLayout {
            id: grid

            width: flick.width - Theme.gap
            height: Math.max(implicitHeight, flick.height)
            columns: page.isWide ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            ColumnLayout {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap

                Card {
                    Layout.fillWidth: true
                    title: qsTr("Places looked at")
                    actions: ActionButton {
                        visible: page.discovery.found > 1
                        enabled: !page.discovery.isAdding
                        text: qsTr("Add all")
                        onClicked: page.discovery.addAll()
                    }

                    Repeater {
                        model: page.discovery

                        delegate: ColumnLayout {
                            id: place

                            required property var model

                            Layout.fillWidth: true
                            spacing: 2

                            RowLayout {
                                Layout.fillWidth: true
                                spacing: 8

                                StateDot {
                                    Layout.preferredWidth: 118
                                    code: place.model.state
                                }

                                Plain {
                                    Layout.preferredWidth: 96
                                    text: place.model.engine
                                    font.weight: place.model.state === "found" ? Font.DemiBold : Font.Normal
                                }

                                Mono {
                                    Layout.fillWidth: true
                                    text: place.model.url
                                    color: Theme.muted
                                }

                                ActionButton {
                                    visible: place.model.state === "found"
                                    kind: place.model.configured ? "normal" : "primary"
                                    enabled: !place.model.configured && !page.discovery.isAdding
                                    text: place.model.configured ? qsTr("Added") : qsTr("Add")
                                    Accessible.name: qsTr("Add %1").arg(place.model.engine)
                                    onClicked: page.discovery.add(place.model.url)
                                }
                            }

                            Plain {
                                Layout.fillWidth: true
                                Layout.leftMargin: 16
                                visible: text !== ""
                                wrapMode: Text.Wrap
                                maximumLineCount: 2
                                color: Theme.muted
                                font.pixelSize: Theme.small
                                text: place.model.models.length > 0 ? Format.shortened(place.model.models.join(", "), 400) : place.model.state === "found" || place.model.state === "needs_key" || place.model.state === "failed" ? Format.shortened(place.model.message, 400) : ""
                            }
                        }
                    }

                    Plain {
                        Layout.fillWidth: true
                        visible: text !== ""
                        wrapMode: Text.Wrap
                        text: page.discovery.problem
                        color: Theme.error
                        Accessible.role: Accessible.AlertMessage
                        Accessible.name: text
                    }
                }

                Card {
                    Layout.fillWidth: true
                    title: qsTr("Something else")

                    RowLayout {
                        Layout.fillWidth: true
                        spacing: 8

                        TextBox {
                            id: elsewhere

                            objectName: "otherAddress"
                            Layout.fillWidth: true
                            placeholderText: qsTr("Address of an engine: http://10.0.0.7:8000")
                            label: qsTr("Address of an engine")
                            onAccepted: look.clicked()
                        }

                        ActionButton {
                            id: look

                            text: qsTr("Look there")
                            enabled: elsewhere.text.trim() !== "" && !page.discovery.running
                            tip: qsTr("Ask this address what it serves; nothing but this computer is contacted otherwise")
                            onClicked: page.discovery.start([elsewhere.text.trim()])
                        }
                    }

                    RowLayout {
                        Layout.fillWidth: true
                        spacing: 8

                        Choice {
                            id: cloud

                            Layout.fillWidth: true
                            label: qsTr("Provider")
                            model: ["openai", "anthropic", "google"]
                        }

                        ActionButton {
                            enabled: !page.discovery.isAdding
                            text: qsTr("Add with a key")
                            tip: qsTr("Uses the key of this name on the page Keys, else the provider's usual environment variable")
                            onClicked: page.discovery.addCloud(cloud.currentText, page.desktop.keys.available ? cloud.currentText : "")
                        }

                        ActionButton {
                            text: qsTr("Keys")
                            onClicked: page.navigated("keys", "")
                        }
                    }

                    RowLayout {
                        Layout.fillWidth: true
                        spacing: 8

                        Plain {
                            Layout.fillWidth: true
                            wrapMode: Text.Wrap
                            text: qsTr("Nothing at hand? A simulated backend answers with made-up text.")
                            color: Theme.muted
                        }

                        ActionButton {
                            enabled: !page.discovery.isAdding
                            text: qsTr("Add the simulated backend")
                            onClicked: page.discovery.addSimulated()
                        }
                    }
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap

                Card {
                    Layout.fillWidth: true
                    title: page.hasBackend ? qsTr("Your endpoint works") : qsTr("Your endpoint")

                    Plain {
                        Layout.fillWidth: true
                        wrapMode: Text.Wrap
                        color: Theme.muted
                        text: page.hasBackend ? qsTr("Point any OpenAI, Anthropic, Gemini or Ollama client at this address.") : qsTr("Add one engine, and this address answers.")
                    }

                    CopyLine {
                        Layout.fillWidth: true
                        text: page.discovery.address
                        label: qsTr("Address")
                        onCopied: text => page.desktop.copy(text)
                    }

                    CopyLine {
                        Layout.fillWidth: true
                        visible: page.hasBackend
                        text: page.discovery.curlLine
                        label: qsTr("curl line")
                        onCopied: text => page.desktop.copy(text)
                    }
                }

                Loader {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.minimumHeight: page.hasBackend ? 320 : 0
                    active: page.hasBackend
                    sourceComponent: ColumnLayout {
                        spacing: 8

                        PlaygroundPane {
                            Layout.fillWidth: true
                            Layout.fillHeight: true
                            side: page.desktop.playground.first
                            models: page.desktop.playground.models
                            onRequestWanted: requestId => page.navigated("requests", "id:" + requestId)
                        }

                        RowLayout {
                            spacing: 8

                            TextBox {
                                id: question

                                objectName: "firstQuestion"
                                Layout.fillWidth: true
                                placeholderText: qsTr("Say something")
                                onAccepted: if (page.desktop.playground.send(text))
                                    clear()
                            }

                            ActionButton {
                                text: page.desktop.playground.isBusy ? qsTr("Stop") : qsTr("Send")
                                enabled: page.desktop.playground.isBusy || question.text.trim() !== ""
                                onClicked: {
                                    if (page.desktop.playground.isBusy)
                                        page.desktop.playground.stop();
                                    else if (page.desktop.playground.send(question.text))
                                        question.clear();
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
