// SPDX-License-Identifier: MIT
// One request in full: where its time went, why it went there, and what to do with it.
import QtQuick
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

SidePanel {
    id: panel

    required property Desktop desktop
    required property string requestId

    readonly property RequestsModel requests: panel.desktop.requests
    property var record: ({})

    signal runAgain(string model)
    signal backendWanted(string name)

    title: requestId
    onRequestIdChanged: record = requests.details(requestId)
    Component.onCompleted: record = requests.details(requestId)

    function tokens(value: var): string {
        return Format.isKnown(value) && Number(value) >= 0 ? Format.count(value) : Format.nothing;
    }

    actions: [
        ActionButton {
            glyph: "copy"
            text: qsTr("curl")
            tip: qsTr("Copy as a curl line; prompts are not kept")
            onClicked: panel.desktop.copy(panel.requests.curlLine(panel.requestId))
        },
        ActionButton {
            glyph: "copy"
            text: qsTr("JSON")
            tip: qsTr("Copy the record as JSON")
            onClicked: panel.desktop.copy(panel.requests.jsonText(panel.requestId))
        },
        ActionButton {
            text: qsTr("Try the model")
            tip: qsTr("Open the playground with this model")
            visible: Boolean(panel.record.model)
            onClicked: panel.runAgain(panel.record.model)
        },
        ActionButton {
            text: qsTr("Show backend")
            visible: Boolean(panel.record.chosen_backend)
            onClicked: panel.backendWanted(panel.record.chosen_backend)
        }
    ]

    EmptyState {
        Layout.fillWidth: true
        visible: panel.record.request_id === undefined
        title: qsTr("This request is gone")
        explanation: qsTr("The gateway keeps the latest requests; older ones are in its request log.")
    }

    Facts {
        Layout.fillWidth: true
        visible: panel.record.request_id !== undefined
        rows: [{
                "name": qsTr("Status"),
                "value": panel.record.error_type ? qsTr("%1, %2").arg(panel.record.status_code).arg(panel.record.error_type) : panel.record.status_code
            }, {
                "name": qsTr("When"),
                "value": panel.record.timestamp
            }, {
                "name": qsTr("Model"),
                "value": Format.shortened(panel.record.model, 2000)
            }, {
                "name": qsTr("Backend"),
                "value": panel.record.chosen_backend || qsTr("none")
            }, {
                "name": qsTr("Path"),
                "value": panel.record.surface
            }, {
                "name": qsTr("Caller"),
                "value": Format.shortened(panel.record.client, 400)
            }, {
                "name": qsTr("Tokens"),
                "value": qsTr("%1 in, %2 out").arg(panel.tokens(panel.record.prompt_tokens)).arg(panel.tokens(panel.record.completion_tokens)) + (panel.record.cached_tokens > 0 ? qsTr(", %1 cached").arg(Format.count(panel.record.cached_tokens)) : "")
            }, {
                "name": qsTr("Session"),
                "value": panel.record.session_route
            }, {
                "name": qsTr("Trace"),
                "value": panel.record.trace_id
            }, {
                "name": qsTr("Backend's own id"),
                "value": panel.record.upstream_request_id
            }]
    }

    Plain {
        visible: timing.stages.length > 0
        text: qsTr("Where the time went: %1").arg(Format.duration(panel.record.latency_ms))
        font.weight: Font.DemiBold
    }

    TimingBar {
        id: timing

        Layout.fillWidth: true
        stages: panel.record.stages ?? []
    }

    Plain {
        visible: attempts.count > 0
        text: qsTr("Attempts")
        font.weight: Font.DemiBold
    }

    Repeater {
        id: attempts

        model: (panel.record.attempts ?? []).slice(0, 50)

        delegate: RowLayout {
            id: attempt

            required property int index
            required property var modelData

            Layout.fillWidth: true
            spacing: 8

            StateDot {
                Layout.fillWidth: true
                code: attempt.modelData.fault || attempt.modelData.status >= 400 ? "error" : "ok"
                word: (attempt.index + 1) + ". " + attempt.modelData.backend + (attempt.modelData.hedge ? qsTr(" (hedge)") : "")
            }

            Mono {
                text: attempt.modelData.fault ? String(attempt.modelData.fault) : String(attempt.modelData.status ?? "")
            }

            Mono {
                Layout.preferredWidth: 70
                horizontalAlignment: Text.AlignRight
                text: Format.duration(attempt.modelData.end_ms - attempt.modelData.start_ms)
            }
        }
    }

    Plain {
        visible: verdicts.count > 0
        text: qsTr("Why here?")
        font.weight: Font.DemiBold
    }

    Repeater {
        id: verdicts

        model: (panel.record.verdicts ?? []).slice(0, 200)

        delegate: RowLayout {
            id: verdict

            required property var modelData

            Layout.fillWidth: true
            spacing: 8

            Plain {
                Layout.preferredWidth: 130
                text: verdict.modelData.backend
                font.weight: verdict.modelData.verdict === "chosen" ? Font.DemiBold : Font.Normal
            }

            Plain {
                Layout.fillWidth: true
                text: Format.verdictWord(verdict.modelData.verdict)
                color: verdict.modelData.verdict === "chosen" ? Theme.ok : Theme.muted
            }
        }
    }

    Plain {
        visible: fidelity.rows.some(row => row.value)
        text: qsTr("Fidelity")
        font.weight: Font.DemiBold
    }

    Facts {
        id: fidelity

        Layout.fillWidth: true
        rows: [{
                "name": qsTr("Translated"),
                "value": panel.record.translated ? qsTr("%1 → %2").arg(panel.record.dialect).arg(panel.record.provider) : ""
            }, {
                "name": qsTr("Report"),
                "value": panel.record.fidelity ?? ""
            }, {
                "name": qsTr("Stream defects"),
                "value": (panel.record.stream_defects ?? []).join(", ")
            }]
    }
}
