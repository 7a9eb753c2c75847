// SPDX-License-Identifier: MIT
// Is it working? Headline figures, the last hour or day, the backends, and what needs a look.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop

    signal navigated(string page, string subject)
    signal saveWanted(Item item, string text, string name)

    readonly property StatusModel status: page.desktop.status
    readonly property HistoryModel history: page.desktop.history
    readonly property int revision: page.history.revision
    readonly property bool isWide: flick.width >= 860
    readonly property bool isKnown: page.status.connection !== "connecting"

    title: qsTr("Overview")
    isStale: status.stale
    answer: {
        if (page.status.connection !== "connected")
            return page.status.problem;
        if (page.status.attentionCount > 0)
            return qsTr("To look at: %1").arg(page.status.attentionCount);
        return page.status.ready ? qsTr("Everything works") : qsTr("Waiting for a healthy backend");
    }

    function spark(name: string, revision: int): var {
        return page.history.sparkline(name);
    }

    function change(name: string, revision: int): real {
        return page.history.changeAgainstHourBefore(name);
    }

    actions: Segments {
        label: qsTr("Range of the charts")
        options: [{
                "key": "hour",
                "text": qsTr("Last hour")
            }, {
                "key": "day",
                "text": qsTr("Last day")
            }]
        current: page.history.range
        onPicked: key => page.history.range = key
    }

    Flickable {
        id: flick

        anchors.fill: parent
        anchors.rightMargin: -Theme.gap // the bar stands in the page's margin
        clip: true
        contentWidth: width
        contentHeight: Math.max(height, column.implicitHeight)
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: Scroller {
        }

        ColumnLayout {
            id: column

            width: flick.width - Theme.gap
            height: flick.contentHeight
            spacing: Theme.gap

            GridLayout {
                Layout.fillWidth: true
                columns: flick.width >= 940 ? 6 : flick.width >= 460 ? 3 : 2
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap

                Tile {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    title: qsTr("Requests per second")
                    value: page.isKnown ? Format.rate(page.status.requestsPerSecond) : Format.nothing
                    values: page.spark("requests", page.revision)
                    change: page.change("requests", page.revision)
                    isNeutral: true
                    onClicked: page.navigated("requests", "")
                }

                Tile {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    title: qsTr("Error rate")
                    value: page.isKnown ? Format.percent(page.status.errorRate) : Format.nothing
                    values: page.spark("failures", page.revision)
                    change: page.change("failures", page.revision)
                    lessIsBetter: true
                    tint: Theme.error
                    onClicked: page.navigated("requests", "error")
                }

                Tile {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    title: qsTr("Latency, p50 / p95")
                    value: page.isKnown ? Format.duration(page.status.p50Ms) + " / " + Format.duration(page.status.p95Ms) : Format.nothing
                    values: page.spark("latency_p95_ms", page.revision)
                    change: page.change("latency_p95_ms", page.revision)
                    lessIsBetter: true
                    onClicked: page.navigated("requests", "")
                }

                Tile {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    title: qsTr("Time to first token")
                    value: page.isKnown ? Format.duration(page.status.ttfbMs) : Format.nothing
                    values: page.spark("ttfb_p50_ms", page.revision)
                    change: page.change("ttfb_p50_ms", page.revision)
                    lessIsBetter: true
                    onClicked: page.navigated("requests", "stream")
                }

                Tile {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    title: qsTr("Tokens per second")
                    value: page.isKnown ? Format.rate(page.status.tokensPerSecond) : Format.nothing
                    values: page.spark("completion_tokens", page.revision)
                    change: page.change("completion_tokens", page.revision)
                    isNeutral: true
                    onClicked: page.navigated("backends", "")
                }

                Tile {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    title: qsTr("Tokens today")
                    value: page.isKnown ? Format.count(page.status.todayTokens) : Format.nothing
                    note: !page.isKnown ? "" : qsTr("%1 requests").arg(Format.count(page.status.todayRequests))
                    values: page.spark("prompt_tokens", page.revision)
                    isNeutral: true
                    onClicked: page.navigated("requests", "")
                }
            }

            GridLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                columns: page.isWide ? 2 : 1
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap

                HistoryChart {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.preferredWidth: 1
                    Layout.minimumHeight: 220
                    history: page.history
                    title: qsTr("Requests by status")
                    unit: qsTr("req/s")
                    names: ["status_2xx", "status_4xx", "status_5xx"]
                    labels: [qsTr("2xx"), qsTr("4xx"), qsTr("5xx")]
                    colors: [Theme.series[0], Theme.series[1], Theme.series[5]]
                    divisor: Math.max(1, page.history.stepSeconds)
                    least: 4
                    figure: value => Format.rate(value)
                    onPictureWanted: item => page.saveWanted(item, "", "requests.png")
                    onCsvWanted: names => page.saveWanted(null, page.history.csv(names), "requests.csv")
                }

                HistoryChart {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.preferredWidth: 1
                    Layout.minimumHeight: 220
                    history: page.history
                    title: qsTr("Latency")
                    unit: qsTr("ms")
                    names: ["latency_p50_ms", "latency_p95_ms", "latency_p99_ms"]
                    labels: [qsTr("p50"), qsTr("p95"), qsTr("p99")]
                    colors: [Theme.series[0], Theme.series[1], Theme.series[3]]
                    least: 40
                    figure: value => Format.duration(value)
                    onPictureWanted: item => page.saveWanted(item, "", "latency.png")
                    onCsvWanted: names => page.saveWanted(null, page.history.csv(names), "latency.csv")
                }
            }

            GridLayout {
                Layout.fillWidth: true
                columns: page.isWide ? 2 : 1
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap

                Card {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredHeight: page.isWide ? 276 : implicitHeight
                    title: qsTr("Backends")

                    BackendStrip {
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        backends: page.desktop.backends
                        onChosen: name => page.navigated("backends", name)
                    }
                }

                Card {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredHeight: page.isWide ? 276 : implicitHeight
                    title: qsTr("Needs a look")
                    clip: true

                    Flickable {
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        implicitHeight: attention.implicitHeight
                        clip: true
                        contentWidth: width
                        contentHeight: attention.implicitHeight
                        boundsBehavior: Flickable.StopAtBounds
                        ScrollBar.vertical: Scroller {
                        }

                        AttentionList {
                            id: attention

                            width: parent.width - Theme.gap
                            items: page.status.attention
                            onChosen: (target, subject) => page.navigated(target, target === "requests" && subject !== "" ? "backend:" + subject : subject)
                        }
                    }
                }
            }
        }
    }
}
