// SPDX-License-Identifier: MIT
// Provider keys: where each lives and whether it works. A key is seen once, while it is typed.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop

    readonly property KeyStore keys: page.desktop.keys
    readonly property var providers: ["openai", "anthropic", "google", "azure_openai", "ollama", "oci_genai"]
    property string failure: ""
    property string doomed: ""

    title: qsTr("Keys")
    answer: page.keys.availability === "available" ? qsTr("Kept in the system's keychain") : page.keys.availability === "unknown" ? qsTr("Looking for the system's keychain…") : qsTr("There is no keychain here")

    function whereWord(where: string): string {
        switch (where) {
        case "keychain":
            return qsTr("keychain");
        case "environment":
            return qsTr("environment");
        case "file":
            return qsTr("file");
        }
        return where;
    }

    function save() {
        page.failure = "";
        page.keys.save(name.text.trim(), provider.currentText, secret.text);
        secret.clear();
    }

    Connections {
        target: page.keys

        function onFailed(name, code, message) {
            page.failure = message;
        }

        function onSaved(name_, reference) {
            page.failure = "";
            name.clear();
        }
    }

    Flickable {
        id: flick

        anchors.fill: parent
        anchors.rightMargin: -Theme.gap // the bar stands in the page's margin
        clip: true
        contentWidth: width
        contentHeight: column.implicitHeight
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: Scroller {
        }

        ColumnLayout {
            id: column

            width: flick.width - Theme.gap
            spacing: Theme.gap

            Card {
                Layout.fillWidth: true
                visible: page.keys.availability === "unavailable"
                title: qsTr("No keychain: keys stay in the environment or in a file")

                Plain {
                    Layout.fillWidth: true
                    wrapMode: Text.Wrap
                    text: page.keys.reason
                    color: Theme.muted
                }

                Repeater {
                    model: page.keys.availability === "unavailable" ? page.keys.offerAlternatives(provider.currentText) : []

                    delegate: CopyLine {
                        required property var modelData

                        Layout.fillWidth: true
                        text: modelData.text
                        label: page.whereWord(modelData.kind)
                        onCopied: text => page.desktop.copy(text)
                    }
                }

                ActionButton {
                    text: qsTr("Look again")
                    onClicked: page.keys.recheck()
                }
            }

            Card {
                Layout.fillWidth: true
                title: qsTr("Add a key")

                GridLayout {
                    Layout.fillWidth: true
                    columns: page.width >= 760 ? 4 : 1
                    columnSpacing: 8
                    rowSpacing: 8

                    TextBox {
                        id: name

                        objectName: "keyName"
                        Layout.fillWidth: true
                        placeholderText: qsTr("Name, for example openai")
                        maximumLength: 64
                    }

                    Choice {
                        id: provider

                        Layout.fillWidth: true
                        Layout.maximumWidth: page.width >= 760 ? 180 : 4000
                        label: qsTr("Provider")
                        model: page.providers
                    }

                    TextBox {
                        id: secret

                        objectName: "keySecret"
                        Layout.fillWidth: true
                        enabled: page.keys.available
                        placeholderText: page.keys.available ? qsTr("Key") : qsTr("Not kept without a keychain")
                        label: qsTr("Key")
                        echoMode: reveal.checked ? TextInput.Normal : TextInput.Password
                        inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText | Qt.ImhHiddenText
                        maximumLength: 8192
                        onAccepted: if (save.enabled)
                            page.save()
                    }

                    RowLayout {
                        spacing: 8

                        ActionButton {
                            id: reveal

                            checkable: true
                            text: checked ? qsTr("Hide") : qsTr("Show")
                            enabled: secret.text !== ""
                            tip: qsTr("Show what is typed")
                        }

                        ActionButton {
                            id: save

                            objectName: "saveKey"
                            kind: "primary"
                            text: qsTr("Save")
                            enabled: page.keys.available && !page.keys.isBusy && name.text.trim() !== "" && secret.text !== ""
                            onClicked: page.save()
                        }
                    }
                }

                Plain {
                    Layout.fillWidth: true
                    visible: text !== ""
                    wrapMode: Text.Wrap
                    text: page.failure
                    color: Theme.error
                    Accessible.role: Accessible.AlertMessage
                    Accessible.name: text
                }

                Plain {
                    Layout.fillWidth: true
                    wrapMode: Text.Wrap
                    text: qsTr("A key is shown while you type it and never again. The configuration names it, for example keychain:openai.")
                    color: Theme.muted
                    font.pixelSize: Theme.small
                }
            }

            Card {
                Layout.fillWidth: true
                title: qsTr("Keys in use")

                EmptyState {
                    Layout.fillWidth: true
                    Layout.topMargin: 12
                    Layout.bottomMargin: 12
                    visible: page.keys.count === 0
                    glyph: "keys"
                    title: qsTr("No key yet")
                    explanation: qsTr("Engines on this computer need none; providers do.")
                }

                Repeater {
                    model: page.keys.keys

                    delegate: ColumnLayout {
                        id: key

                        required property var model

                        readonly property var lastTest: key.model.lastTest ?? ({})

                        Layout.fillWidth: true
                        spacing: 4

                        RowLayout {
                            Layout.fillWidth: true
                            spacing: Theme.gap

                            Plain {
                                Layout.preferredWidth: 150
                                text: key.model.name
                                font.weight: Font.DemiBold
                            }

                            Plain {
                                Layout.preferredWidth: 110
                                text: key.model.provider
                            }

                            Plain {
                                Layout.preferredWidth: 110
                                text: page.whereWord(key.model.where)
                                color: Theme.muted
                            }

                            Mono {
                                Layout.fillWidth: true
                                text: key.model.reference
                                color: Theme.muted
                            }

                            Plain {
                                Layout.preferredWidth: 110
                                text: key.model.lastUsed > 0 ? qsTr("used %1").arg(Format.ago(key.model.lastUsed, page.desktop.now)) : qsTr("not used yet")
                                color: Theme.muted
                            }

                            ActionButton {
                                text: key.lastTest.state === "testing" ? qsTr("Testing…") : qsTr("Test")
                                enabled: key.lastTest.state !== "testing"
                                tip: qsTr("Ask the provider for its list of models with this key")
                                onClicked: page.keys.test(key.model.name)
                            }

                            ActionButton {
                                kind: page.doomed === key.model.name ? "danger" : "normal"
                                opacity: key.model.where === "keychain" ? 1 : 0
                                enabled: key.model.where === "keychain"
                                Accessible.ignored: key.model.where !== "keychain"
                                text: page.doomed === key.model.name ? qsTr("Really remove") : qsTr("Remove")
                                tip: qsTr("Remove it from the keychain")
                                onClicked: {
                                    if (page.doomed === key.model.name) {
                                        page.keys.remove(key.model.name);
                                        page.doomed = "";
                                    } else {
                                        page.doomed = key.model.name;
                                    }
                                }
                                onActiveFocusChanged: if (!activeFocus && page.doomed === key.model.name)
                                    page.doomed = ""
                            }
                        }

                        StateDot {
                            Layout.fillWidth: true
                            visible: ["ok", "refused", "failed"].indexOf(key.lastTest.state ?? "") >= 0
                            code: key.lastTest.state === "ok" ? "ok" : "error"
                            word: key.lastTest.state === "ok" ? (key.lastTest.message || qsTr("The key works")) : (key.lastTest.message ?? "")
                        }

                        Rectangle {
                            Layout.fillWidth: true
                            Layout.preferredHeight: 1
                            color: Theme.border
                        }
                    }
                }
            }
        }
    }
}
