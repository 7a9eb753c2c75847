// SPDX-License-Identifier: MIT
// What happened to this request? The live table, newest first; scrolling or choosing a row holds it still.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop
    /*! A filter to begin with. */
    property string subject: ""

    signal navigated(string page, string subject)

    readonly property RequestsModel requests: page.desktop.requests
    property string selected: ""

    title: qsTr("Requests")
    isStale: page.desktop.status.stale
    answer: page.requests.filter === "" ? qsTr("%1 kept, newest first").arg(Format.count(page.requests.totalCount)) : qsTr("%1 of %2").arg(Format.count(page.requests.count)).arg(Format.count(page.requests.totalCount))
    onSubjectChanged: if (visible && subject !== "")
        search.text = subject
    Component.onCompleted: search.text = subject !== "" ? subject : requests.filter

    function tokens(value: var): string {
        return value >= 0 ? Format.count(value) : Format.nothing;
    }

    function goLive() {
        page.requests.frozen = false;
        table.showTop();
    }

    Shortcut {
        sequence: "Ctrl+F"
        enabled: page.visible
        onActivated: {
            search.forceActiveFocus(Qt.ShortcutFocusReason);
            search.selectAll();
        }
    }

    Shortcut {
        sequence: "F5"
        enabled: page.visible
        onActivated: page.goLive()
    }

    actions: [
        TextBox {
            id: search

            objectName: "requestFilter"
            width: Math.max(140, Math.min(320, page.width - 480))
            placeholderText: qsTr("status:5xx backend:fast >2s")
            label: qsTr("Filter")
            maximumLength: 500
            isWrong: page.requests.filterError !== ""
            onTextChanged: page.requests.filter = text
            Keys.onEscapePressed: event => {
                event.accepted = text !== "";
                text = "";
            }
            Keys.onDownPressed: table.forceActiveFocus()

            ToolTip.visible: (hovered || activeFocus) && (page.requests.filterError !== "" || (hovered && text === ""))
            ToolTip.delay: 500
            ToolTip.text: page.requests.filterError !== "" ? page.requests.filterError : qsTr("Words: status:5xx backend:name model:name >2s error stream. Ctrl+F comes here.")
        },
        ActionButton {
            objectName: "liveButton"
            kind: page.requests.frozen ? "primary" : "normal"
            text: page.requests.frozen ? qsTr("%1 new ↑").arg(page.requests.pendingCount) : qsTr("Hold")
            tip: page.requests.frozen ? qsTr("Show the newest again (F5)") : qsTr("Hold the list still")
            onClicked: page.requests.frozen ? page.goLive() : page.requests.frozen = true
        },
        ActionButton {
            glyph: "save"
            text: page.width < 760 ? "" : qsTr("Export")
            tip: qsTr("Save what is shown as CSV or JSON")
            enabled: page.requests.count > 0
            onClicked: exportDialog.open()
        }
    ]

    DataTable {
        id: table

        objectName: "requestsTable"
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: page.selected !== "" && page.width >= 900 ? panel.left : parent.right
        anchors.rightMargin: page.selected !== "" && page.width >= 900 ? Theme.gap : 0
        focus: true
        label: qsTr("Requests")
        model: page.requests
        keyRole: "requestId"
        selectedKey: page.selected
        sortRole: page.requests.sortRole
        sortDescending: page.requests.sortDescending
        onSortRequested: role => {
            if (page.requests.sortRole === role) {
                page.requests.sortDescending = !page.requests.sortDescending;
            } else {
                page.requests.sortRole = role;
                page.requests.sortDescending = true;
            }
        }
        onSelected: key => {
            page.selected = page.selected === key ? "" : key;
            if (page.selected !== "")
                page.requests.frozen = true;
        }
        followsTop: !page.requests.frozen
        onScrolled: isAtRest => page.requests.frozen = !isAtRest || page.selected !== ""
        Keys.onEscapePressed: page.selected = ""

        TableColumn {
            role: "timestamp"
            title: qsTr("Time")
            width: 84
            isSortable: true
            isNumber: true
            text: row => Format.clock(row.timestamp)
        }
        TableColumn {
            role: "status"
            title: qsTr("Status")
            width: 78
            isSortable: true
            text: row => String(row.status)
            cell: Cell {
                id: status

                StateDot {
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width
                    code: status.row === null ? "" : status.row.status >= 500 ? "5xx" : status.row.status >= 400 ? "4xx" : "2xx"
                    word: status.row ? String(status.row.status) : ""
                }
            }
        }
        TableColumn {
            role: "model"
            title: qsTr("Model")
            width: 130
            stretches: true
            isSortable: true
            text: row => row.servedModel === row.modelName || row.servedModel === "" ? row.modelName : row.modelName + " → " + row.servedModel
        }
        TableColumn {
            role: "backend"
            title: qsTr("Backend")
            width: 120
            priority: 1
            isSortable: true
            text: row => row.backend || Format.nothing
        }
        TableColumn {
            role: "ttfbMs"
            title: qsTr("First token")
            width: 84
            priority: 3
            isNumber: true
            isSortable: true
            text: row => Format.duration(row.ttfbMs)
        }
        TableColumn {
            role: "totalMs"
            title: qsTr("Total")
            width: 80
            priority: 1
            isNumber: true
            isSortable: true
            text: row => Format.duration(row.totalMs)
        }
        TableColumn {
            role: "promptTokens"
            title: qsTr("In")
            width: 68
            priority: 4
            isNumber: true
            isSortable: true
            text: row => page.tokens(row.promptTokens)
        }
        TableColumn {
            role: "completionTokens"
            title: qsTr("Out")
            width: 68
            priority: 4
            isNumber: true
            isSortable: true
            text: row => page.tokens(row.completionTokens)
        }
        TableColumn {
            role: "stream"
            title: qsTr("Kind")
            width: 112
            priority: 5
            text: row => (row.stream ? qsTr("stream") : qsTr("whole")) + (row.translated ? qsTr(" · transl.") : "") + (row.hasDefects ? " ⚠" : "")
        }
        TableColumn {
            role: "caller"
            title: qsTr("Caller")
            width: 110
            priority: 6
            stretches: true
            isSortable: true
        }
        TableColumn {
            role: "surface"
            title: qsTr("Path")
            width: 130
            priority: 8
            isSortable: true
        }
        TableColumn {
            role: "errorType"
            title: qsTr("Error")
            width: 120
            priority: 7
            isSortable: true
        }
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(parent.width - 40, 520)
        visible: page.requests.count === 0
        glyph: "requests"
        title: page.requests.totalCount > 0 ? qsTr("No request matches the filter") : qsTr("No request yet")
        explanation: page.requests.totalCount > 0 ? page.requests.filterError : qsTr("Requests appear here as soon as a client sends one to %1.").arg(page.desktop.status.address)
        actionText: page.requests.totalCount > 0 ? qsTr("Clear the filter") : qsTr("Send one from the playground")
        onActed: {
            if (page.requests.totalCount > 0)
                search.text = "";
            else
                page.navigated("playground", "");
        }
    }

    Loader {
        id: panel

        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.right: parent.right
        width: Math.min(420, parent.width)
        active: page.selected !== ""
        visible: active
        sourceComponent: RequestDetails {
            desktop: page.desktop
            requestId: page.selected
            onClosed: {
                page.selected = "";
                table.forceActiveFocus();
            }
            onRunAgain: model => page.navigated("playground", model)
            onBackendWanted: name => page.navigated("backends", name)
        }
    }

    FileDialog {
        id: exportDialog

        fileMode: FileDialog.SaveFile
        nameFilters: [qsTr("CSV (*.csv)"), qsTr("JSON (*.json)")]
        defaultSuffix: "csv"
        onAccepted: {
            if (String(selectedFile).toLowerCase().endsWith(".json"))
                page.requests.exportJson(selectedFile);
            else
                page.requests.exportCsv(selectedFile);
        }
    }
}
