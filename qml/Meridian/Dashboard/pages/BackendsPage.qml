// SPDX-License-Identifier: MIT
// Who is serving? Every backend with its load, its health and what can be done to it.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop
    /*! The backend to point at. */
    property string subject: ""

    signal navigated(string page, string subject)

    readonly property BackendsModel backends: page.desktop.backends
    property string selected: ""
    property string menuKey: ""
    property bool isMenuDrained: false

    title: qsTr("Backends")
    isStale: page.desktop.status.stale
    answer: page.backends.count === 0 ? "" : qsTr("%1 in all, chosen by %2").arg(page.backends.count).arg(page.desktop.status.strategy)
    onSubjectChanged: if (visible)
        selected = subject
    Component.onCompleted: selected = subject

    actions: ActionButton {
        glyph: "plus"
        text: qsTr("Add")
        tip: qsTr("Look for engines, or add one by its address")
        onClicked: page.navigated("first", "")
    }

    DataTable {
        id: table

        objectName: "backendsTable"
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: page.selected !== "" && page.width >= 1040 ? panel.left : parent.right
        anchors.rightMargin: page.selected !== "" && page.width >= 1040 ? Theme.gap : 0
        focus: true
        label: qsTr("Backends")
        model: page.backends
        keyRole: "name"
        selectedKey: page.selected
        onSelected: key => page.selected = page.selected === key ? "" : key
        onMenuRequested: (key, item, x, y) => {
            page.menuKey = key;
            const state = page.backends.get(page.backends.rowOf(key)).state;
            page.isMenuDrained = state === "draining" || state === "drained";
            menu.popup(item, x, y);
        }
        Keys.onEscapePressed: page.selected = ""

        TableColumn {
            role: "state"
            title: qsTr("State")
            width: 136
            cell: StateCell {
            }
        }
        TableColumn {
            role: "name"
            title: qsTr("Name")
            width: 120
            stretches: true
        }
        TableColumn {
            role: "modelName"
            title: qsTr("Provider and model")
            width: 130
            priority: 4
            stretches: true
            text: row => row.provider + (row.modelName ? " · " + row.modelName : row.models.length > 0 ? " · " + row.models.slice(0, 3).join(", ") : "")
        }
        TableColumn {
            role: "inflight"
            title: qsTr("In flight")
            width: 136
            priority: 1
            text: row => String(row.inflight)
            cell: Cell {
                id: load

                Meter {
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width
                    visible: load.row !== null
                    share: load.row === null ? 0 : load.row.maxConcurrency > 0 ? load.row.inflight / load.row.maxConcurrency : Math.min(1, load.row.inflight / 64)
                    caption: load.row === null ? "" : load.row.maxConcurrency > 0 ? qsTr("%1 of %2").arg(load.row.inflight).arg(load.row.maxConcurrency) : String(load.row.inflight)
                    tint: load.row !== null && load.row.maxConcurrency > 0 && share >= 0.9 ? Theme.warning : Theme.accent
                }
            }
        }
        TableColumn {
            role: "latencyMs"
            title: qsTr("Latency")
            width: 136
            priority: 2
            text: row => Format.duration(row.latencyMs)
            cell: Cell {
                id: latency

                Mono {
                    id: figure

                    anchors.verticalCenter: parent.verticalCenter
                    width: 60
                    horizontalAlignment: Text.AlignRight
                    text: latency.row && latency.row.latencyMs > 0 ? Format.duration(latency.row.latencyMs) : Format.nothing
                }

                Sparkline {
                    anchors.left: figure.right
                    anchors.leftMargin: 8
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    height: 18
                    color: Theme.series[0]
                    values: latency.row ? latency.row.latencyHistory ?? [] : []
                }
            }
        }
        TableColumn {
            role: "queueDepth"
            title: qsTr("Queue · KV")
            width: 92
            isNumber: true
            priority: 6
            text: row => Format.count(row.queueDepth) + " · " + Format.percent(row.kvUse)
        }
        TableColumn {
            role: "weight"
            title: qsTr("Weight · share")
            width: 132
            priority: 3
            text: row => row.weight + ", " + Format.percent(row.share)
            cell: WeightCell {
                onChanged: (name, weight) => page.backends.setWeight(name, weight)
            }
        }
        TableColumn {
            role: "errorRate"
            title: qsTr("Errors")
            width: 72
            isNumber: true
            priority: 3
            text: row => Format.percent(row.errorRate)
        }
        TableColumn {
            role: "streamDefects"
            title: qsTr("Defects")
            width: 72
            isNumber: true
            priority: 7
            text: row => Format.count(row.streamDefects)
        }
        TableColumn {
            role: "tokensPerSecond"
            title: qsTr("tok/s")
            width: 72
            isNumber: true
            priority: 5
            text: row => Format.rate(row.tokensPerSecond)
        }
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(parent.width - 40, 520)
        visible: page.backends.count === 0
        glyph: "backends"
        title: page.desktop.status.connection === "connecting" ? qsTr("Asking the gateway…") : qsTr("No backend is configured")
        explanation: page.desktop.status.connection === "connecting" ? "" : qsTr("A backend is an engine on this computer or a provider's API that answers requests.")
        actionText: page.desktop.status.connection === "connecting" ? "" : qsTr("Look for engines")
        onActed: page.navigated("first", "")
    }

    Menu {
        id: menu

        MenuItem {
            text: page.isMenuDrained ? qsTr("Enable") : qsTr("Drain")
            onTriggered: page.isMenuDrained ? page.backends.enable(page.menuKey) : page.backends.drain(page.menuKey)
        }
        MenuItem {
            text: qsTr("Probe now")
            onTriggered: page.backends.probe(page.menuKey)
        }
        MenuItem {
            text: qsTr("Explain")
            onTriggered: {
                page.selected = page.menuKey;
                page.backends.explain(page.menuKey);
            }
        }
        MenuItem {
            text: qsTr("Requests")
            onTriggered: page.navigated("requests", "backend:" + page.menuKey)
        }
        MenuItem {
            text: qsTr("Edit")
            onTriggered: page.navigated("routes", page.menuKey)
        }
    }

    Loader {
        id: panel

        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.right: parent.right
        width: Math.min(400, parent.width)
        active: page.selected !== "" && page.backends.count > 0
        visible: active
        sourceComponent: BackendDetails {
            desktop: page.desktop
            name: page.selected
            onClosed: {
                page.selected = "";
                table.forceActiveFocus();
            }
            onEditWanted: name => page.navigated("routes", name)
        }
    }
}
