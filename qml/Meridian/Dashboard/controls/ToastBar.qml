// SPDX-License-Identifier: MIT
// A line at the bottom that says what just happened, with at most one action; it leaves by itself.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

Rectangle {
    id: toast

    property string message: ""
    property string actionText: ""
    property var actionId: null

    signal acted(var actionId)

    function show(message: string, actionText: string, actionId: var) {
        toast.message = message;
        toast.actionText = actionText;
        toast.actionId = actionId;
        away.restart();
    }

    visible: message !== ""
    color: Theme.raised
    border.color: Theme.muted
    radius: Theme.radius
    implicitHeight: row.implicitHeight + 16
    implicitWidth: row.implicitWidth + 24

    Accessible.role: Accessible.AlertMessage
    Accessible.name: message

    Timer {
        id: away

        interval: toast.actionText === "" ? 4000 : 8000
        onTriggered: toast.message = ""
    }

    RowLayout {
        id: row

        anchors.fill: parent
        anchors.margins: 8
        anchors.leftMargin: 12
        spacing: 12

        Plain {
            Layout.fillWidth: true
            Layout.maximumWidth: 480
            text: Format.shortened(toast.message, 300)
            wrapMode: Text.Wrap
            maximumLineCount: 3
        }

        ActionButton {
            visible: toast.actionText !== ""
            text: toast.actionText
            onClicked: {
                toast.message = "";
                toast.acted(toast.actionId);
            }
        }

        ActionButton {
            kind: "quiet"
            glyph: "close"
            tip: qsTr("Dismiss")
            onClicked: toast.message = ""
        }
    }
}
