// SPDX-License-Identifier: MIT
// Lines over the last hour or day: y from zero, the unit on the axis, gaps as gaps, a crosshair with all values.
import QtQuick
import QtCharts
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

FocusScope {
    id: root

    required property HistoryModel history
    required property string title
    property string unit: ""
    /*! Series of the history and what a person calls them; at most seven. */
    property var names: []
    property var labels: []
    property var colors: Theme.series
    /*! function(value) -> string */
    property var figure: value => Format.rate(value)
    /*! Values are shown in this many units a step: counts become rates. */
    property real divisor: 1
    /*! The axis goes at least this far, so that little does not look like much. */
    property real least: 1

    readonly property var lines: ({})
    readonly property int mostStretches: 12
    readonly property int ticks: 5
    readonly property bool isEmpty: empty
    property bool empty: true
    property real crosshair: NaN
    property var values: ({})

    signal pictureWanted(Item item)
    signal csvWanted(var names)

    implicitHeight: 240
    activeFocusOnTab: true

    Accessible.role: Accessible.Chart
    Accessible.name: title
    Accessible.description: summary()

    function summary(): string {
        if (!isNaN(root.crosshair))
            return Format.clock(root.crosshair) + ": " + root.names.map((name, i) => root.labels[i] + " " + root.shown(name)).join(", ");
        return root.empty ? qsTr("No data yet") : root.labels.join(", ");
    }

    function written(value: real): string {
        const figure = root.figure;
        return figure(value / root.divisor);
    }

    function shown(name: string): string {
        const value = root.values[name];
        return Format.isKnown(value) ? root.written(Number(value)) : Format.nothing;
    }

    function roundUp(value: real): real {
        const power = Math.pow(10, Math.floor(Math.log(value) / Math.LN10));
        for (const step of [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 4.8, 6, 8, 10])
            if (value <= step * power)
                return step * power;
        return value;
    }

    function lineOf(name: string, index: int, stretch: int): var {
        const found = root.lines[name] ?? (root.lines[name] = []);
        while (found.length <= stretch) {
            const line = chart.createSeries(ChartView.SeriesTypeLine, name, timeAxis, valueAxis);
            line.width = 1.6;
            line.useOpenGL = false;
            line.color = root.colors[index];
            found.push(line);
        }
        return found[stretch];
    }

    function draw() {
        const most = root.history.maxOf(root.names);
        root.empty = root.history.end <= root.history.start || !(root.history.stepSeconds > 0);
        valueAxis.max = root.roundUp(Math.max(most, root.least * root.divisor));
        if (!root.empty) {
            timeAxis.min = new Date(root.history.start);
            timeAxis.max = new Date(root.history.end);
        }
        for (let i = 0; i < root.names.length; ++i) {
            const name = root.names[i];
            let stretches = root.history.fill(root.lineOf(name, i, 0), name, 0);
            if (stretches > root.mostStretches) {
                root.history.fill(root.lineOf(name, i, 0), name, -1);
                stretches = 1;
            }
            for (let k = 1; k < stretches; ++k)
                root.history.fill(root.lineOf(name, i, k), name, k);
            for (let k = Math.max(1, stretches); k < root.lines[name].length; ++k)
                root.lines[name][k].clear();
        }
        root.look();
    }

    function look() {
        root.values = isNaN(root.crosshair) ? ({}) : root.history.at(root.crosshair, root.names);
    }

    function moveCrosshair(steps: int) {
        const step = Math.max(1, root.history.stepSeconds) * 1000 * steps;
        const from = isNaN(root.crosshair) ? root.history.end : root.crosshair;
        root.crosshair = Math.max(root.history.start, Math.min(root.history.end, from + step));
        root.look();
    }

    Keys.onLeftPressed: moveCrosshair(-1)
    Keys.onRightPressed: moveCrosshair(1)
    Keys.onEscapePressed: event => {
        event.accepted = !isNaN(root.crosshair);
        root.crosshair = NaN;
    }

    Component.onCompleted: draw()

    Connections {
        target: root.history

        function onRevisionChanged() {
            root.draw();
        }
    }

    Connections {
        target: Theme

        function onIsDarkChanged() {
            chart.update();
        }
    }

    Card {
        anchors.fill: parent
        title: root.title
        spacing: 0
        actions: [
            ActionButton {
                kind: "quiet"
                glyph: "save"
                text: qsTr("CSV")
                tip: qsTr("Save the values of this chart")
                onClicked: root.csvWanted(root.names)
            },
            ActionButton {
                kind: "quiet"
                glyph: "save"
                text: qsTr("PNG")
                tip: qsTr("Save this chart as a picture")
                onClicked: root.pictureWanted(picture)
            }
        ]

        Rectangle {
            id: picture

            Layout.fillWidth: true
            Layout.fillHeight: true
            color: Theme.surface

            Flow {
                id: legend

                width: parent.width
                spacing: 16

                Mono {
                    text: isNaN(root.crosshair) ? root.unit : Format.clock(root.crosshair)
                    color: Theme.muted
                }

                Repeater {
                    model: root.names

                    delegate: Row {
                        id: entry

                        required property int index
                        required property string modelData

                        spacing: 6

                        Rectangle {
                            anchors.verticalCenter: parent.verticalCenter
                            width: 12
                            height: 3
                            color: root.colors[entry.index]
                        }

                        Plain {
                            font.pixelSize: Theme.small
                            text: root.labels[entry.index]
                        }

                        Mono {
                            visible: !isNaN(root.crosshair)
                            text: root.shown(entry.modelData)
                        }
                    }
                }
            }

            ChartView {
                id: chart

                visible: !root.empty
                anchors.top: legend.bottom
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                anchors.margins: -2
                antialiasing: true
                legend.visible: false
                backgroundColor: Theme.surface
                plotAreaColor: Theme.surface
                backgroundRoundness: 0
                margins.left: 26
                margins.right: 4
                margins.top: 8
                margins.bottom: 0
                animationOptions: ChartView.NoAnimation

                DateTimeAxis {
                    id: timeAxis

                    format: "hh:mm"
                    tickCount: chart.width > 460 ? 7 : 4
                    labelsColor: Theme.muted
                    labelsFont.family: Theme.family
                    labelsFont.pixelSize: 11
                    gridVisible: false
                    color: Theme.border
                }

                // qmllint disable
                ValueAxis {
                    id: valueAxis

                    min: 0
                    max: 1
                    tickCount: root.ticks
                    labelsVisible: false // ours, below: they have the unit, and counts become rates
                    gridLineColor: Theme.border
                    lineVisible: false
                }
                // qmllint enable
            }

            Repeater {
                model: root.empty ? 0 : root.ticks

                delegate: Plain {
                    required property int index

                    x: 0
                    y: chart.y + chart.plotArea.y + chart.plotArea.height * (1 - index / (root.ticks - 1)) - height / 2
                    width: chart.x + chart.plotArea.x - 6
                    horizontalAlignment: Text.AlignRight
                    font.pixelSize: 11
                    color: Theme.muted
                    text: root.written(valueAxis.max * index / (root.ticks - 1))
                }
            }

            Rectangle {
                visible: !isNaN(root.crosshair)
                x: chart.x + chart.plotArea.x + (root.crosshair - root.history.start) / Math.max(1, root.history.end - root.history.start) * chart.plotArea.width
                y: chart.y + chart.plotArea.y
                width: 1
                height: chart.plotArea.height
                color: Theme.muted
            }

            MouseArea {
                anchors.fill: chart
                hoverEnabled: true
                acceptedButtons: Qt.NoButton
                onPositionChanged: mouse => {
                    const share = (mouse.x - chart.plotArea.x) / Math.max(1, chart.plotArea.width);
                    root.crosshair = root.empty ? NaN : root.history.start + Math.max(0, Math.min(1, share)) * (root.history.end - root.history.start);
                    root.look();
                }
                onExited: root.crosshair = NaN
            }

            Plain {
                anchors.centerIn: chart
                visible: root.empty
                text: qsTr("No data yet")
                color: Theme.muted
            }
        }
    }

    FocusFrame {
        shown: root.activeFocus
    }
}
