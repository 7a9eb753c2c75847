// SPDX-License-Identifier: MIT
// A chat with any model, or with two side by side. Enter sends, Shift+Enter breaks the line, Esc stops.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop
    /*! A model to begin with. */
    property string subject: ""

    signal navigated(string page, string subject)

    readonly property PlaygroundModel playground: page.desktop.playground

    readonly property string obstacle: {
        switch (page.playground.whyNotSent) {
        case "no_model":
            return qsTr("Choose a model first");
        case "no_gateway":
            return qsTr("There is no gateway to ask");
        case "busy":
            return qsTr("An answer is still coming; Esc stops it");
        case "too_long":
            return qsTr("This is too long to send");
        }
        return "";
    }

    title: qsTr("Playground")
    isStale: false
    answer: page.playground.models.length === 0 ? qsTr("No model is served yet") : qsTr("Models to try: %1").arg(page.playground.models.length)
    onSubjectChanged: take()
    Component.onCompleted: take()
    onVisibleChanged: if (visible)
        input.forceActiveFocus()

    function take() {
        if (page.visible && page.subject !== "" && !page.playground.isBusy)
            page.playground.first.model = page.subject;
    }

    function send() {
        if (page.playground.send(input.text))
            input.clear();
    }

    Keys.onEscapePressed: page.playground.stop()

    Shortcut {
        sequence: "F5"
        enabled: page.visible
        onActivated: page.playground.refresh()
    }

    actions: [
        Toggle {
            objectName: "compareToggle"
            text: qsTr("Compare")
            checked: page.playground.compare
            onToggled: page.playground.compare = checked
        },
        ActionButton {
            text: qsTr("Clear")
            tip: qsTr("Begin a new conversation")
            onClicked: page.playground.clear()
        }
    ]

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        TextBox {
            Layout.fillWidth: true
            placeholderText: qsTr("System prompt (optional)")
            text: page.playground.systemPrompt
            maximumLength: 20000
            onTextEdited: page.playground.systemPrompt = text
        }

        GridLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            columns: page.width >= 700 ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            PlaygroundPane {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                side: page.playground.first
                models: page.playground.models
                onRequestWanted: requestId => page.navigated("requests", "id:" + requestId)
            }

            Loader {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
                active: page.playground.compare
                visible: active
                sourceComponent: PlaygroundPane {
                    side: page.playground.second
                    models: page.playground.models
                    onRequestWanted: requestId => page.navigated("requests", "id:" + requestId)
                }
            }
        }

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Math.max(56, Math.min(input.implicitHeight + 2, 160))
            radius: Theme.radius
            color: Theme.surface
            border.color: Theme.border

            Flickable {
                id: flick

                anchors.fill: parent
                anchors.rightMargin: buttons.width + 16
                clip: true
                boundsBehavior: Flickable.StopAtBounds

                TextArea.flickable: TextArea {
                    id: input

                    objectName: "playgroundInput"
                    focus: true
                    padding: 10
                    textFormat: TextEdit.PlainText
                    wrapMode: TextEdit.Wrap
                    placeholderText: qsTr("Message; Enter sends, Shift+Enter breaks the line")
                    placeholderTextColor: Theme.muted
                    color: Theme.text
                    selectionColor: Theme.accent
                    selectedTextColor: Theme.accentInk
                    font.family: Theme.family
                    font.pixelSize: Theme.body
                    background: null
                    KeyNavigation.priority: KeyNavigation.BeforeItem
                    KeyNavigation.tab: sendButton

                    Accessible.role: Accessible.EditableText
                    Accessible.multiLine: true
                    Accessible.name: qsTr("Message")

                    Keys.onPressed: event => {
                        const isEnter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
                        if (isEnter && !(event.modifiers & Qt.ShiftModifier)) {
                            event.accepted = true;
                            page.send();
                        } else if (event.key === Qt.Key_Escape) {
                            event.accepted = true;
                            page.playground.stop();
                        }
                    }
                }
            }

            FocusFrame {
                shown: input.activeFocus
            }

            Column {
                id: buttons

                anchors.right: parent.right
                anchors.rightMargin: 10
                anchors.verticalCenter: parent.verticalCenter

                ActionButton {
                    id: sendButton

                    objectName: "sendButton"
                    visible: !page.playground.isBusy
                    kind: "primary"
                    text: qsTr("Send")
                    enabled: input.text.trim() !== "" && page.playground.models.length > 0
                    onClicked: page.send()
                }

                ActionButton {
                    objectName: "stopButton"
                    visible: page.playground.isBusy
                    glyph: "stop"
                    text: qsTr("Stop")
                    tip: qsTr("Close the connection; what has come stays (Esc)")
                    onClicked: page.playground.stop()
                }
            }
        }

        Plain {
            Layout.fillWidth: true
            visible: text !== ""
            text: page.obstacle
            color: Theme.warning
        }
    }
}
