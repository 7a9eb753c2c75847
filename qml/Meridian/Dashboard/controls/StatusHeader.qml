// SPDX-License-Identifier: MIT
// The top line: is it working, where, and how busy it is.
import QtQuick
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

Rectangle {
    id: header

    required property StatusModel status

    signal copied(string text)

    readonly property string address: header.status.listen.length > 0 ? header.status.listen[0] : header.status.address
    readonly property string code: {
        if (header.status.connection !== "connected" || header.status.stale)
            return header.status.connection === "connected" ? "reconnecting" : header.status.connection;
        if (header.status.paused || header.status.draining)
            return "draining";
        return header.status.ready ? "healthy" : "unhealthy";
    }
    readonly property string words: {
        switch (header.status.connection) {
        case "connecting":
            return qsTr("Connecting to %1").arg(header.status.address);
        case "refused":
            return qsTr("Refused by %1").arg(header.status.address);
        case "stopped":
            return qsTr("The gateway is stopped");
        case "reconnecting":
            return qsTr("Reconnecting…");
        }
        if (header.status.stale)
            return qsTr("Reconnecting…");
        if (header.status.paused)
            return qsTr("Paused");
        if (header.status.draining)
            return qsTr("Draining");
        return header.status.ready ? qsTr("Serving on") : qsTr("Not ready: no healthy backend");
    }
    readonly property bool isLive: header.status.connection === "connected" && !header.status.stale

    implicitHeight: 48
    color: Theme.surface

    Accessible.role: Accessible.StatusBar
    Accessible.name: words

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.padding
        anchors.rightMargin: Theme.padding
        spacing: 8

        StateDot {
            code: header.code
            word: header.words
            isHollow: !header.isLive
        }

        Mono {
            Layout.fillWidth: !copy.visible
            Layout.maximumWidth: implicitWidth
            visible: header.isLive && header.address !== ""
            text: header.address
            font.pixelSize: Theme.body
        }

        ActionButton {
            id: copy

            visible: header.isLive && header.address !== ""
            kind: "quiet"
            glyph: "copy"
            tip: qsTr("Copy the address")
            onClicked: header.copied(header.address)
        }

        Plain {
            Layout.fillWidth: true
            text: header.isLive ? "" : header.status.problem
            color: Theme.muted
        }

        Repeater {
            model: header.width < 620 ? 1 : header.width < 780 ? 2 : 3

            delegate: Row {
                id: figure

                required property int index

                readonly property string value: header.status.connection === "connecting" ? Format.nothing : [Format.rate(header.status.requestsPerSecond), Format.rate(header.status.tokensPerSecond), Format.count(header.status.todayTokens)][index]
                readonly property string unit: [qsTr("req/s"), qsTr("tok/s"), qsTr("tokens today")][index]

                Layout.leftMargin: 12
                spacing: 6
                opacity: header.isLive ? 1 : 0.45

                Accessible.role: Accessible.StaticText
                Accessible.name: value + " " + unit

                Mono {
                    text: figure.value
                    font.pixelSize: Theme.body
                }

                Plain {
                    text: figure.unit
                    color: Theme.muted
                }
            }
        }
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }
}
