// SPDX-License-Identifier: MIT
// The configuration as a form; every change goes into the same text that the editor shows.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

Flickable {
    id: form

    required property RouteEditor routes
    /*! The backend to point at. */
    property string subject: ""

    readonly property var values: form.routes.form
    readonly property var backends: form.values.backends ?? []
    readonly property bool isEditable: form.routes.isLoaded && form.values.isSupported !== false

    clip: true
    contentWidth: width
    contentHeight: column.implicitHeight
    boundsBehavior: Flickable.StopAtBounds
    ScrollBar.vertical: Scroller {
    }

    function section(name: string): var {
        return form.values[name] ?? ({});
    }

    function listOf(text: string): var {
        return text.split(",").map(word => word.trim()).filter(word => word !== "");
    }

    ColumnLayout {
        id: column

        width: form.width - 12
        spacing: Theme.gap
        enabled: form.isEditable

        Plain {
            Layout.fillWidth: true
            visible: form.routes.isLoaded && form.values.isSupported === false
            wrapMode: Text.Wrap
            text: qsTr("This file is in another program's form. It can be edited as text.")
            color: Theme.muted
        }

        Card {
            Layout.fillWidth: true
            title: qsTr("Strategy")

            FormRow {
                label: qsTr("How a backend is chosen")

                Choice {
                    objectName: "strategyChoice"
                    label: qsTr("Strategy")
                    implicitWidth: 200
                    model: form.values.strategies ?? []
                    currentIndex: (form.values.strategies ?? []).indexOf(form.values.strategy ?? "")
                    onActivated: index => form.routes.setValue(["gateway", "strategy"], form.values.strategies[index])
                }
            }
        }

        Card {
            Layout.fillWidth: true
            title: qsTr("Backends")
            actions: ActionButton {
                id: adding
                glyph: "plus"
                text: qsTr("Add")
                checkable: true
            }

            GridLayout {
                Layout.fillWidth: true
                visible: adding.checked
                columns: 2
                columnSpacing: 8
                rowSpacing: 8

                TextBox {
                    id: newName

                    objectName: "newBackendName"
                    Layout.fillWidth: true
                    placeholderText: qsTr("Name, for example gpu-1")
                }

                TextBox {
                    id: newUrl

                    objectName: "newBackendUrl"
                    Layout.fillWidth: true
                    placeholderText: qsTr("http://127.0.0.1:11434")
                    label: qsTr("Address")
                }

                TextBox {
                    id: newModel

                    Layout.fillWidth: true
                    placeholderText: qsTr("Model; empty: all that it serves")
                }

                ActionButton {
                    objectName: "addBackendButton"
                    kind: "primary"
                    text: qsTr("Add to the draft")
                    enabled: newName.text.trim() !== "" && newUrl.text.trim() !== ""
                    onClicked: {
                        form.routes.addBackend({
                                "name": newName.text.trim(),
                                "url": newUrl.text.trim(),
                                "model": newModel.text.trim()
                            });
                        newName.clear();
                        newUrl.clear();
                        newModel.clear();
                        adding.checked = false;
                    }
                }
            }

            Plain {
                visible: form.backends.length === 0
                text: qsTr("No backend yet.")
                color: Theme.muted
            }

            Repeater {
                model: form.backends.slice(0, 200)

                delegate: Rectangle {
                    id: entry

                    required property var modelData

                    Layout.fillWidth: true
                    implicitHeight: grid.implicitHeight + 20
                    radius: Theme.radius
                    color: form.subject === modelData.name ? Theme.selected : "transparent"
                    border.color: Theme.border

                    ColumnLayout {
                        id: grid

                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        anchors.margins: 10
                        spacing: 6

                        RowLayout {
                            spacing: 8

                            Plain {
                                Layout.maximumWidth: 180
                                text: entry.modelData.name
                                font.weight: Font.DemiBold
                            }

                            Mono {
                                Layout.fillWidth: true
                                text: (entry.modelData.url || entry.modelData.provider) + (entry.modelData.model ? "  " + entry.modelData.model : "")
                                color: Theme.muted
                            }

                            ActionButton {
                                kind: "quiet"
                                glyph: "close"
                                tip: qsTr("Remove %1 from the draft").arg(entry.modelData.name)
                                onClicked: form.routes.removeBackend(entry.modelData.name)
                            }
                        }

                        RowLayout {
                            spacing: 8

                            Plain {
                                text: qsTr("Weight")
                                color: Theme.muted
                            }

                            TextBox {
                                implicitWidth: 62
                                label: qsTr("Weight of %1").arg(entry.modelData.name)
                                text: entry.modelData.weight
                                validator: IntValidator {
                                    bottom: 1
                                    top: 1000000
                                }
                                isWrong: !acceptableInput
                                onEditingFinished: if (Number(text) !== entry.modelData.weight)
                                    form.routes.setValue(["backends", entry.modelData.name, "weight"], Number(text))
                            }

                            Plain {
                                text: qsTr("At most")
                                color: Theme.muted
                            }

                            TextBox {
                                implicitWidth: 62
                                label: qsTr("Most requests at a time of %1; 0: no limit").arg(entry.modelData.name)
                                text: entry.modelData.maxConcurrency
                                validator: IntValidator {
                                    bottom: 0
                                    top: 1000000
                                }
                                isWrong: !acceptableInput
                                onEditingFinished: if (Number(text) !== entry.modelData.maxConcurrency)
                                    form.routes.setValue(["backends", entry.modelData.name, "max_concurrency"], Number(text))
                            }

                            Plain {
                                text: qsTr("Tags")
                                color: Theme.muted
                            }

                            TextBox {
                                Layout.fillWidth: true
                                implicitWidth: 60
                                label: qsTr("Tags of %1, separated by commas").arg(entry.modelData.name)
                                placeholderText: qsTr("none")
                                text: (entry.modelData.tags ?? []).join(", ")
                                onEditingFinished: if (text !== (entry.modelData.tags ?? []).join(", "))
                                    form.routes.setValue(["backends", entry.modelData.name, "tags"], form.listOf(text))
                            }
                        }
                    }
                }
            }
        }

        Card {
            Layout.fillWidth: true
            title: qsTr("Tiers")

            FormRow {
                label: qsTr("Pools by the shape of a request")
                help: qsTr("Long prompts and long answers go to backends with their own tags.")

                Toggle {
                    objectName: "tieringToggle"
                    Accessible.name: qsTr("Tiers")
                    checked: form.section("tiering").enabled === true
                    onToggled: form.routes.setValue(["tiering", "enabled"], checked)
                }
            }

            FormRow {
                visible: form.section("tiering").enabled === true
                label: qsTr("A prompt is long from")

                TextBox {
                    implicitWidth: 90
                    label: qsTr("Tokens of a long prompt")
                    text: form.section("tiering").long_prompt_tokens ?? 4000
                    validator: IntValidator {
                        bottom: 1
                    }
                    onEditingFinished: if (Number(text) !== (form.section("tiering").long_prompt_tokens ?? 4000))
                        form.routes.setValue(["tiering", "long_prompt_tokens"], Number(text))
                }

                Plain {
                    text: qsTr("tokens")
                }
            }
        }

        Card {
            Layout.fillWidth: true
            title: qsTr("Affinity")

            FormRow {
                label: qsTr("A session keeps to one backend")
                help: qsTr("It finds its cache again while that backend is well.")

                Toggle {
                    Accessible.name: qsTr("Affinity")
                    checked: form.section("affinity").enabled === true
                    onToggled: form.routes.setValue(["session_affinity", "enabled"], checked)
                }
            }

            FormRow {
                visible: form.section("affinity").enabled === true
                label: qsTr("Header that names the session")

                TextBox {
                    label: qsTr("Header that names the session")
                    text: form.section("affinity").header ?? "x-meridian-session"
                    onEditingFinished: if (text !== (form.section("affinity").header ?? "x-meridian-session"))
                        form.routes.setValue(["session_affinity", "header"], text.trim() === "" ? undefined : text.trim())
                }
            }
        }

        Card {
            Layout.fillWidth: true
            title: qsTr("Canary")

            FormRow {
                label: qsTr("A growing share for new backends")
                help: qsTr("Backends tagged “canary” are on trial; too many errors take their traffic away.")

                Toggle {
                    Accessible.name: qsTr("Canary")
                    checked: form.section("canary").enabled === true
                    onToggled: form.routes.setValue(["canary", "enabled"], checked)
                }
            }

            FormRow {
                visible: form.section("canary").enabled === true
                label: qsTr("Share before the first step")

                TextBox {
                    implicitWidth: 90
                    label: qsTr("Percent of the traffic before the first step")
                    text: form.section("canary").start_weight ?? 0
                    validator: DoubleValidator {
                        bottom: 0
                        top: 100
                        notation: DoubleValidator.StandardNotation
                        locale: "C"
                    }
                    isWrong: !acceptableInput
                    onEditingFinished: if (Number(text) !== (form.section("canary").start_weight ?? 0))
                        form.routes.setValue(["canary", "start_weight"], Number(text))
                }

                Plain {
                    text: qsTr("%")
                }
            }
        }
    }
}
