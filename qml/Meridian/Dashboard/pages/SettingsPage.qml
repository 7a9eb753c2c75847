// SPDX-License-Identifier: MIT
// The application's own settings, the gateways it can show, and what a bug report needs.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop
    property string gatewayFailure: ""
    readonly property GatewayList gateways: page.desktop.gateways
    readonly property AppSettings settings: page.desktop.settings

    signal saveWanted(Item item, string text, string name)

    answer: qsTr("Meridian %1").arg(page.desktop.status.version)
    title: qsTr("Settings")

    Connections {
        function onFailed(name, code, message) {
            page.gatewayFailure = message;
        }

        target: page.gateways
    }
    Flickable {
        id: flick
        anchors.fill: parent
        anchors.rightMargin: -Theme.gap // the bar stands in the page's margin
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: column.implicitHeight
        contentWidth: width

        ScrollBar.vertical: Scroller {
        }

        GridLayout {
            id: column
            columnSpacing: Theme.gap
            columns: flick.width >= 860 ? 2 : 1
            rowSpacing: Theme.gap
            width: flick.width - Theme.gap

            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                spacing: Theme.gap

                Card {
                    Layout.fillWidth: true
                    title: qsTr("Appearance")

                    FormRow {
                        label: qsTr("Theme")

                        Segments {
                            current: page.settings.theme
                            label: qsTr("Theme")
                            objectName: "themeSegments"
                            options: [{
                                    "key": "system",
                                    "text": qsTr("System")
                                }, {
                                    "key": "dark",
                                    "text": qsTr("Dark")
                                }, {
                                    "key": "light",
                                    "text": qsTr("Light")
                                }]

                            onPicked: key => page.settings.theme = key
                        }
                    }
                    FormRow {
                        help: qsTr("From the next start on")
                        label: qsTr("Language")

                        Choice {
                            readonly property var codes: ["system", "en", "de"]

                            currentIndex: codes.indexOf(page.settings.language)
                            implicitWidth: 150
                            label: qsTr("Language")
                            model: [qsTr("System"), "English", "Deutsch"]

                            onActivated: index => page.settings.language = codes[index]
                        }
                    }
                    FormRow {
                        label: qsTr("Reduce motion")

                        Toggle {
                            Accessible.name: qsTr("Reduce motion")
                            checked: page.settings.reduceMotion
                            objectName: "reduceMotion"

                            onToggled: page.settings.reduceMotion = checked
                        }
                    }
                }
                Card {
                    Layout.fillWidth: true
                    title: qsTr("Gateways elsewhere")

                    Repeater {
                        model: page.gateways

                        delegate: RowLayout {
                            id: gateway

                            required property int index
                            required property var model

                            Layout.fillWidth: true
                            spacing: 8

                            Plain {
                                Layout.preferredWidth: 120
                                font.weight: gateway.model.isCurrent ? Font.DemiBold : Font.Normal
                                text: gateway.model.name || qsTr("This computer")
                            }
                            Mono {
                                Layout.fillWidth: true
                                color: Theme.muted
                                text: gateway.model.url
                            }
                            ActionButton {
                                enabled: !gateway.model.isCurrent
                                text: gateway.model.isCurrent ? qsTr("Shown") : qsTr("Show")

                                onClicked: page.gateways.select(gateway.index)
                            }
                            ActionButton {
                                glyph: "close"
                                kind: "quiet"
                                tip: qsTr("Forget %1").arg(gateway.model.name)
                                visible: !gateway.model.isLocal

                                onClicked: page.gateways.remove(gateway.index)
                            }
                        }
                    }
                    GridLayout {
                        Layout.fillWidth: true
                        columnSpacing: 8
                        columns: 2
                        rowSpacing: 8

                        TextBox {
                            id: gatewayName
                            Layout.fillWidth: true
                            objectName: "gatewayName"
                            placeholderText: qsTr("Name")
                        }
                        TextBox {
                            id: gatewayUrl
                            Layout.fillWidth: true
                            label: qsTr("Address")
                            objectName: "gatewayUrl"
                            placeholderText: qsTr("https://host:8080")
                        }
                        TextBox {
                            id: token
                            Layout.fillWidth: true
                            echoMode: TextInput.Password
                            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText
                            placeholderText: qsTr("Admin token, if it asks")
                        }
                        ActionButton {
                            enabled: gatewayName.text.trim() !== "" && gatewayUrl.text.trim() !== ""
                            objectName: "addGateway"
                            text: qsTr("Add")

                            onClicked: {
                                page.gatewayFailure = "";
                                if (page.gateways.add(gatewayName.text.trim(), gatewayUrl.text.trim(), token.text)) {
                                    gatewayName.clear();
                                    gatewayUrl.clear();
                                }
                                token.clear();
                            }
                        }
                    }
                    Plain {
                        Accessible.name: text
                        Accessible.role: Accessible.AlertMessage
                        Layout.fillWidth: true
                        color: Theme.error
                        text: page.gatewayFailure
                        visible: text !== ""
                        wrapMode: Text.Wrap
                    }
                }
            }
            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                spacing: Theme.gap

                Card {
                    Layout.fillWidth: true
                    title: qsTr("Gateway on this computer")

                    FormRow {
                        help: page.settings.needsRestart ? qsTr("Takes effect at the next start") : qsTr("127.0.0.1 is this computer only")
                        label: qsTr("Address to listen on")

                        TextBox {
                            implicitWidth: 120
                            label: qsTr("Address to listen on")
                            text: page.settings.listenHost

                            onEditingFinished: page.settings.listenHost = text.trim()
                        }
                        TextBox {
                            implicitWidth: 66
                            isWrong: !acceptableInput
                            label: qsTr("Port")
                            text: page.settings.listenPort

                            validator: IntValidator {
                                bottom: 0
                                top: 65535
                            }

                            onEditingFinished: page.settings.listenPort = Number(text)
                        }
                    }
                    FormRow {
                        help: page.desktop.canPause ? qsTr("While paused, new requests are turned away") : qsTr("Only the gateway of this window can be paused")
                        label: qsTr("Take requests")

                        ActionButton {
                            enabled: page.desktop.canPause
                            text: page.desktop.paused ? qsTr("Resume") : qsTr("Pause")

                            onClicked: page.desktop.pause(!page.desktop.paused)
                        }
                    }
                    FormRow {
                        label: qsTr("Start at login")

                        Toggle {
                            Accessible.name: qsTr("Start at login")
                            checked: page.settings.startAtLogin

                            onToggled: page.settings.startAtLogin = checked
                        }
                    }
                    FormRow {
                        label: qsTr("Keep serving in the tray when the window is closed")

                        Toggle {
                            Accessible.name: qsTr("Keep serving in the tray when the window is closed")
                            checked: page.settings.closeToTray

                            onToggled: page.settings.closeToTray = checked
                        }
                    }
                    FormRow {
                        help: qsTr("When a backend fails or comes back")
                        label: qsTr("Notifications")

                        Toggle {
                            Accessible.name: qsTr("Notifications")
                            checked: page.settings.notifications

                            onToggled: page.settings.notifications = checked
                        }
                    }
                    FormRow {
                        label: qsTr("Log folder")

                        TextBox {
                            implicitWidth: 220
                            label: qsTr("Log folder")
                            placeholderText: qsTr("the system's usual place")
                            text: page.settings.logFolder

                            onEditingFinished: page.settings.logFolder = text.trim()
                        }
                    }
                    Plain {
                        Accessible.name: text
                        Accessible.role: Accessible.AlertMessage
                        Layout.fillWidth: true
                        color: Theme.error
                        text: page.settings.problem
                        visible: text !== ""
                        wrapMode: Text.Wrap
                    }
                }
                Card {
                    Layout.fillWidth: true
                    title: qsTr("Diagnostics")

                    Plain {
                        Layout.fillWidth: true
                        color: Theme.muted
                        text: qsTr("What a bug report needs, without keys, prompts and addresses. You see it before it is saved.")
                        wrapMode: Text.Wrap
                    }
                    RowLayout {
                        spacing: 8

                        ActionButton {
                            objectName: "showDiagnostics"
                            text: qsTr("Show")

                            onClicked: report.text = page.settings.diagnostics()
                        }
                        ActionButton {
                            enabled: report.text !== ""
                            glyph: "copy"
                            text: qsTr("Copy")

                            onClicked: page.desktop.copy(report.text)
                        }
                        ActionButton {
                            enabled: report.text !== ""
                            glyph: "save"
                            text: qsTr("Save")

                            onClicked: page.saveWanted(null, report.text, "meridian-diagnostics.txt")
                        }
                    }
                    CodeText {
                        id: report
                        Layout.fillWidth: true
                        label: qsTr("Diagnostics")
                        visible: text !== ""
                    }
                }
            }
        }
    }
}
