// SPDX-License-Identifier: MIT
// What the draft would have done with the latest requests.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

Item {
    id: dry

    required property RouteEditor routes

    readonly property var result: dry.routes.dryRun ?? null
    readonly property var rows: dry.result ? dry.result.rows ?? [] : []

    function parts(which: string): var {
        return (dry.result ? dry.result.share ?? [] : []).slice(0, 50).map(entry => ({
                        "name": entry.backend,
                        "value": entry[which] ?? 0
                    }));
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(parent.width - 40, 520)
        visible: dry.result === null
        glyph: "routes"
        title: dry.routes.isRunningDryRun ? qsTr("Routing the latest requests again…") : qsTr("What would change?")
        explanation: dry.routes.isRunningDryRun ? "" : qsTr("The draft and the configuration in force each route the last 500 requests again. Nothing is sent.")
        actionText: dry.routes.isRunningDryRun ? "" : qsTr("Dry run")
        onActed: dry.routes.runDryRun()
    }

    ColumnLayout {
        anchors.fill: parent
        visible: dry.result !== null
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            Plain {
                Layout.fillWidth: true
                objectName: "dryRunSummary"
                wrapMode: Text.Wrap
                font.pixelSize: Theme.emphasis
                text: {
                    if (dry.result === null)
                        return "";
                    if (!(dry.result.requests > 0))
                        return qsTr("There is no request to try yet.");
                    const changed = qsTr("Of the last %1 requests %2 would change backend").arg(Format.count(dry.result.requests)).arg(Format.count(dry.result.changed));
                    return dry.result.refused > 0 ? qsTr("%1; %2 would be refused").arg(changed).arg(Format.count(dry.result.refused)) : changed;
                }
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }

            ActionButton {
                enabled: !dry.routes.isRunningDryRun
                text: dry.routes.isRunningDryRun ? qsTr("Running…") : qsTr("Run again")
                onClicked: dry.routes.runDryRun()
            }
        }

        ShareBar {
            Layout.fillWidth: true
            title: qsTr("Share now")
            parts: dry.parts("before")
        }

        ShareBar {
            Layout.fillWidth: true
            title: qsTr("Share with the draft")
            parts: dry.parts("after")
        }

        Facts {
            Layout.fillWidth: true
            rows: (dry.result ? dry.result.tokens_per_day ?? [] : []).filter(entry => entry.before !== entry.after).slice(0, 8).map(entry => ({
                            "name": entry.backend,
                            "value": qsTr("%1 → %2 tokens a day").arg(Format.count(entry.before)).arg(Format.count(entry.after))
                        }))
        }

        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: 1
            color: Theme.border
        }

        Plain {
            visible: dry.rows.length === 0
            text: qsTr("No request would go elsewhere.")
            color: Theme.muted
        }

        ListView {
            id: list

            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            activeFocusOnTab: true
            model: dry.rows
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: Scroller {
            }

            delegate: RowLayout {
                id: row

                required property var modelData

                width: list.width - 12
                height: Theme.rowHeight
                spacing: Theme.gap

                Mono {
                    Layout.preferredWidth: 76
                    text: Format.clock(Date.parse(row.modelData.timestamp))
                    color: Theme.muted
                }

                Plain {
                    Layout.preferredWidth: 150
                    text: row.modelData["model"]
                }

                Plain {
                    Layout.preferredWidth: 230
                    text: (row.modelData.from ?? qsTr("refused")) + " → " + (row.modelData.to ?? qsTr("refused"))
                    color: row.modelData.to ? Theme.text : Theme.error
                }

                Plain {
                    Layout.fillWidth: true
                    text: Format.verdictWord(row.modelData.why ?? "")
                    color: Theme.muted
                }
            }
        }
    }
}
