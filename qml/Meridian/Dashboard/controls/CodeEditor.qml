// SPDX-License-Identifier: MIT
// The editor of the configuration: line numbers, marks where something is wrong, the message on the mark.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

FocusScope {
    id: editor

    /*! What it should show; `edited` tells what was typed. */
    property string text: ""
    /*! [{"severity", "line", "column", "message"}], lines and columns from 1. */
    property var problems: []
    property bool readOnly: false
    property string label: ""

    signal edited(string text)

    readonly property int lines: Math.max(1, area.lineCount)
    readonly property real lineHeight: area.contentHeight / lines
    readonly property int firstLine: Math.max(0, Math.floor((flick.contentY - area.topPadding) / lineHeight))
    readonly property int visibleLines: Math.min(lines - firstLine, Math.ceil(height / lineHeight) + 1)

    onTextChanged: take()
    Component.onCompleted: take()

    function take() {
        if (area.text === editor.text)
            return;
        const at = area.cursorPosition;
        area.text = editor.text;
        area.cursorPosition = Math.min(at, area.length);
    }

    function goTo(line: int) {
        let position = 0;
        for (let i = 1; i < line; ++i) {
            const next = area.text.indexOf("\n", position);
            if (next < 0)
                break;
            position = next + 1;
        }
        area.cursorPosition = position;
        area.forceActiveFocus();
    }

    function lineText(line: int): string {
        return area.text.split("\n")[line - 1] ?? "";
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.background
        border.color: Theme.border
        radius: Theme.radius
    }

    FontMetrics {
        id: metrics

        font: area.font
    }

    Item {
        id: gutter

        x: 1
        y: 1
        width: metrics.averageCharacterWidth * Math.max(3, String(editor.lines).length) + 20
        height: parent.height - 2
        clip: true

        Repeater {
            model: Math.max(0, editor.visibleLines)

            delegate: Mono {
                required property int index

                readonly property int line: editor.firstLine + index + 1

                y: area.topPadding + (line - 1) * editor.lineHeight - flick.contentY
                width: gutter.width - 8
                height: editor.lineHeight
                horizontalAlignment: Text.AlignRight
                verticalAlignment: Text.AlignVCenter
                color: Theme.muted
                text: line
            }
        }

        Repeater {
            model: editor.problems

            delegate: Rectangle {
                id: mark

                required property var modelData

                x: 4
                y: area.topPadding + (mark.modelData.line - 0.5) * editor.lineHeight - flick.contentY - 4
                visible: mark.modelData.line > 0
                width: 8
                height: 8
                radius: 4
                color: Theme.stateColor(mark.modelData.severity)

                Accessible.role: Accessible.AlertMessage
                Accessible.name: qsTr("Line %1: %2").arg(modelData.line).arg(modelData.message)

                HoverHandler {
                    id: markHover
                }

                ToolTip.visible: markHover.hovered
                ToolTip.text: mark.modelData.message
            }
        }
    }

    Flickable {
        id: flick

        anchors.left: gutter.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.margins: 1
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: Scroller {
        }
        ScrollBar.horizontal: Scroller {
        }

        TextArea.flickable: TextArea {
            id: area

            objectName: "codeArea"
            focus: true
            padding: 0
            topPadding: 8
            bottomPadding: 8
            leftPadding: 8
            rightPadding: 8
            textFormat: TextEdit.PlainText
            wrapMode: TextEdit.NoWrap
            readOnly: editor.readOnly
            color: Theme.text
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentInk
            selectByMouse: true
            font.family: Theme.monoFamily
            font.pixelSize: Theme.body
            background: null
            inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
            onTextChanged: if (area.text !== editor.text)
                editor.edited(area.text)

            Accessible.role: Accessible.EditableText
            Accessible.multiLine: true
            Accessible.name: editor.label

            // Tab indents; leaving the editor by keyboard is Esc, then Tab.
            Keys.onTabPressed: event => {
                if (editor.readOnly) {
                    event.accepted = false;
                    return;
                }
                area.insert(area.cursorPosition, "  ");
            }
            Keys.onEscapePressed: event => {
                area.nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason);
                event.accepted = true;
            }

            YamlColors {
                document: area.textDocument
                keyColor: Theme.accent
                commentColor: Theme.muted
                valueColor: Theme.ok
            }

            Repeater {
                model: editor.problems

                delegate: Rectangle {
                    id: underline

                    required property var modelData

                    readonly property int from: Math.max(0, Math.max(1, modelData.column) - 1)
                    readonly property int until: Math.max(from + 3, editor.lineText(modelData.line).length)

                    visible: modelData.line > 0 && modelData.line <= editor.lines
                    x: area.leftPadding + from * metrics.averageCharacterWidth
                    y: area.topPadding + modelData.line * editor.lineHeight - 2
                    width: (until - from) * metrics.averageCharacterWidth
                    height: 2
                    color: Theme.stateColor(modelData.severity)
                }
            }
        }
    }

    FocusFrame {
        shown: area.activeFocus
    }
}
