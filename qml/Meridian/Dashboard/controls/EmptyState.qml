// SPDX-License-Identifier: MIT
// What stands in an empty, loading or failed list: what it is, why, and the one action that helps.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

ColumnLayout {
    id: empty

    property string title: ""
    property string explanation: ""
    property string actionText: ""
    property string glyph: ""

    signal acted

    spacing: 8

    Glyph {
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredWidth: 32
        Layout.preferredHeight: 32
        visible: empty.glyph !== ""
        name: empty.glyph
        color: Theme.muted
    }

    Plain {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        text: empty.title
        font.pixelSize: Theme.emphasis
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    Plain {
        Layout.fillWidth: true
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        visible: text !== ""
        text: empty.explanation
        color: Theme.muted
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    ActionButton {
        Layout.alignment: Qt.AlignHCenter
        visible: empty.actionText !== ""
        kind: "primary"
        text: empty.actionText
        onClicked: empty.acted()
    }
}
