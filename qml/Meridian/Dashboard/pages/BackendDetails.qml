// SPDX-License-Identifier: MIT
// One backend in full: probes, breakers, telemetry, and where each of its settings comes from.
import QtQuick
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

SidePanel {
    id: panel

    required property Desktop desktop
    required property string name

    readonly property BackendsModel backends: panel.desktop.backends
    property var backend: ({})
    readonly property var explanation: panel.backends.explanation
    readonly property bool isDrained: backend.state === "draining" || backend.state === "drained"

    signal editWanted(string name)

    title: name
    onNameChanged: take()
    Component.onCompleted: take()

    function take() {
        panel.backend = panel.backends.get(panel.backends.rowOf(panel.name));
    }

    function known(value: var, text: string): string {
        return Format.isKnown(value) ? text : "";
    }

    Connections {
        target: panel.backends

        function onDataChanged() {
            panel.take();
        }

        function onModelReset() {
            panel.take();
        }
    }

    actions: [
        ActionButton {
            text: panel.isDrained ? qsTr("Enable") : qsTr("Drain")
            tip: panel.isDrained ? qsTr("Send requests there again") : qsTr("Send no new request there; those in flight end by themselves")
            onClicked: panel.isDrained ? panel.backends.enable(panel.name) : panel.backends.drain(panel.name)
        },
        ActionButton {
            text: qsTr("Probe now")
            tip: qsTr("Ask the backend now whether it is healthy")
            onClicked: panel.backends.probe(panel.name)
        },
        ActionButton {
            text: qsTr("Explain")
            tip: qsTr("Would a request for its model go there, and why?")
            onClicked: panel.backends.explain(panel.name)
        },
        ActionButton {
            text: qsTr("Edit")
            tip: qsTr("Show it in the configuration")
            onClicked: panel.editWanted(panel.name)
        },
        ActionButton {
            visible: panel.backend.weight !== panel.backend.configuredWeight
            text: qsTr("Reset weight")
            tip: qsTr("Take the weight of the configuration: %1").arg(panel.backend.configuredWeight ?? "")
            onClicked: panel.backends.resetWeight(panel.name)
        }
    ]

    StateDot {
        code: panel.backend.state ?? ""
    }

    Facts {
        Layout.fillWidth: true
        rows: [{
                "name": qsTr("Address"),
                "value": panel.backend.url
            }, {
                "name": qsTr("Provider"),
                "value": panel.backend.engine ? qsTr("%1 (%2)").arg(panel.backend.provider).arg(panel.backend.engine) : panel.backend.provider
            }, {
                "name": qsTr("Models"),
                "value": Format.shortened((panel.backend.models ?? []).join(", ") || panel.backend.modelName, 2000)
            }, {
                "name": qsTr("Tags"),
                "value": (panel.backend.tags ?? []).join(", ")
            }, {
                "name": qsTr("In flight"),
                "value": panel.backend.maxConcurrency > 0 ? qsTr("%1 of %2, %3 waiting").arg(panel.backend.inflight).arg(panel.backend.maxConcurrency).arg(panel.backend.waiting) : String(panel.backend.inflight ?? "")
            }, {
                "name": qsTr("First token, p95"),
                "value": panel.known(panel.backend.ttfbP95Ms, Format.duration(panel.backend.ttfbP95Ms))
            }]
    }

    Plain {
        text: qsTr("Health")
        font.weight: Font.DemiBold
    }

    Facts {
        Layout.fillWidth: true
        rows: [{
                "name": qsTr("Last probe"),
                "value": panel.backend.lastProbe || qsTr("not probed yet")
            }, {
                "name": qsTr("Failures in a row"),
                "value": panel.backend.consecutiveFailures
            }, {
                "name": qsTr("Keys refused"),
                "value": panel.backend.keysRefused > 0 ? panel.backend.keysRefused : ""
            }, {
                "name": qsTr("Credential"),
                "value": panel.backend.credential ? (panel.backend.credential.last_error || qsTr("valid for %1").arg(Format.duration(panel.backend.credential.valid_for_s * 1000))) : ""
            }, {
                "name": qsTr("Telemetry"),
                "value": panel.backend.telemetry
            }, {
                "name": qsTr("Stream defects"),
                "value": (panel.backend.streamDefectList ?? []).map(entry => entry.defect + " × " + entry.count).join(", ")
            }]
    }

    Plain {
        visible: circuits.count > 0
        text: qsTr("Breakers")
        font.weight: Font.DemiBold
    }

    Repeater {
        id: circuits

        model: (panel.backend.circuits ?? []).slice(0, 50)

        delegate: RowLayout {
            id: circuit

            required property var modelData

            Layout.fillWidth: true
            spacing: 8

            StateDot {
                Layout.preferredWidth: 130
                code: circuit.modelData.state === "open" ? "breaker_open" : circuit.modelData.state === "half_open" ? "breaker_half_open" : "healthy"
                word: circuit.modelData.state === "open" ? qsTr("Open") : circuit.modelData.state === "half_open" ? qsTr("Testing") : qsTr("Closed")
            }

            Mono {
                Layout.fillWidth: true
                text: circuit.modelData.model
            }

            Mono {
                visible: circuit.modelData.state === "open"
                text: qsTr("again in %1").arg(Format.duration(circuit.modelData.reopens_in_ms))
            }
        }
    }

    Plain {
        visible: provenance.rows.length > 0
        text: qsTr("Settings and where they stand")
        font.weight: Font.DemiBold
    }

    Facts {
        id: provenance

        Layout.fillWidth: true
        nameWidth: 150
        rows: (panel.backend.provenance ?? []).slice(0, 100).map(value => ({
                        "name": String(value.path).replace(/^backends\[\d+\]\./, ""),
                        "value": value.value + "  ‹" + (value.source === "file" ? String(value.file ?? "").split("/").pop() + ":" + value.line : value.source === "override" ? qsTr("changed here") : qsTr("default")) + "›"
                    }))
    }

    CodeText {
        Layout.fillWidth: true
        visible: panel.explanation.backend === panel.name
        label: qsTr("Explanation")
        wrapMode: TextEdit.WrapAnywhere
        text: visible ? JSON.stringify(panel.explanation, null, 2) : ""
    }
}
