// SPDX-License-Identifier: MIT
// One conversation of the playground and what its last answer was like.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

Card {
    id: pane

    readonly property var ids: pane.models.map(entry => entry.id)
    required property var models
    required property PlaygroundSide side

    function described(entry: var): string {
        const price = entry.price ?? ({});
        const name = qsTr("%1 · %2").arg(entry.id).arg(entry.backend);
        if (price.prompt_per_1m === undefined && price.completion_per_1m === undefined)
            return name;
        return qsTr("%1 · %2 in, %3 out for a million tokens").arg(name).arg(Format.money(price.prompt_per_1m ?? 0)).arg(Format.money(price.completion_per_1m ?? 0));
    }

    signal requestWanted(string requestId)

    RowLayout {
        Layout.fillWidth: true
        spacing: 8

        Choice {
            Layout.fillWidth: true
            currentIndex: pane.ids.indexOf(pane.side.model)
            displayText: pane.models.length === 0 ? qsTr("No model is served") : currentIndex < 0 ? (pane.side.model || qsTr("Choose a model")) : currentText
            enabled: !pane.side.isBusy
            label: qsTr("Model")
            model: pane.models.map(entry => pane.described(entry))

            onActivated: index => pane.side.model = pane.ids[index]
        }
    }
    ListView {
        id: list

        property bool follows: true

        function toEnd() {
            settle.restart();
        }

        Layout.fillHeight: true
        Layout.fillWidth: true
        activeFocusOnTab: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        model: pane.side.messages
        objectName: "messages"
        spacing: Theme.gap

        ScrollBar.vertical: Scroller {
        }
        delegate: ColumnLayout {
            id: message

            readonly property bool isUser: message.model.role === "user"
            required property var model

            spacing: 4
            width: list.width - 12

            Plain {
                color: Theme.muted
                font.pixelSize: Theme.small
                text: message.isUser ? qsTr("You") : qsTr("Answer")
            }
            Rectangle {
                Layout.fillWidth: true
                border.color: message.isUser ? Theme.selected : Theme.border
                color: message.isUser ? Theme.selected : Theme.background
                implicitHeight: words.implicitHeight + 16
                radius: Theme.radius

                TextEdit {
                    id: words
                    Accessible.name: Format.shortened(message.model.text, 2000)
                    Accessible.role: Accessible.StaticText
                    anchors.fill: parent
                    anchors.margins: 8
                    color: Theme.text
                    font.family: Theme.family
                    font.pixelSize: Theme.body
                    readOnly: true
                    selectByMouse: true
                    selectedTextColor: Theme.accentInk
                    selectionColor: Theme.accent
                    text: message.isUser ? message.model.text : message.model.markdown
                    // The markdown was made harmless where it comes from: no picture, no link to follow.
                    textFormat: message.isUser ? TextEdit.PlainText : TextEdit.MarkdownText
                    wrapMode: TextEdit.Wrap
                }
            }
            Plain {
                Layout.fillWidth: true
                color: Theme.error
                text: message.model.error ?? ""
                visible: text !== ""
                wrapMode: Text.Wrap
            }
            Plain {
                color: Theme.muted
                text: qsTr("…")
                visible: message.model.isStreaming
            }
        }

        onContentHeightChanged: if (follows)
            list.toEnd()
        onCountChanged: {
            follows = true;
            list.toEnd();
        }
        onMovementEnded: follows = atYEnd

        Timer {
            id: settle
            interval: 0

            onTriggered: list.positionViewAtEnd()
        }
        EmptyState {
            anchors.centerIn: parent
            explanation: qsTr("It goes through the gateway like any client's request. Nothing is stored.")
            glyph: "playground"
            title: qsTr("Ask something")
            visible: list.count === 0
            width: list.width - 40
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: 8

        Flow {
            Layout.alignment: Qt.AlignVCenter
            Layout.fillWidth: true
            spacing: 16

            Repeater {
                model: [{
                        "name": qsTr("first token"),
                        "value": Format.duration(pane.side.ttftMs)
                    }, {
                        "name": qsTr("tok/s"),
                        "value": Format.rate(pane.side.tokensPerSecond)
                    }, {
                        "name": pane.side.isEstimated ? qsTr("tokens, estimated") : qsTr("tokens"),
                        "value": pane.side.tokens > 0 ? Format.count(pane.side.tokens) : ""
                    }, {
                        "name": qsTr("cost"),
                        "value": pane.side.costText
                    }, {
                        "name": "",
                        "value": pane.side.backend
                    }]

                delegate: Row {
                    id: figure

                    required property var modelData

                    spacing: 6
                    visible: modelData.value !== "" && modelData.value !== Format.nothing

                    Mono {
                        text: figure.modelData.value
                    }
                    Plain {
                        color: Theme.muted
                        font.pixelSize: Theme.small
                        text: figure.modelData.name
                    }
                }
            }
        }
        ActionButton {
            kind: "quiet"
            text: qsTr("Show the request")
            visible: pane.side.requestId !== ""

            onClicked: pane.requestWanted(pane.side.requestId)
        }
    }
}
