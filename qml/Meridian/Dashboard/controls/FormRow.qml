// SPDX-License-Identifier: MIT
// A line of a form: what it is, a word of help, and the control.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

RowLayout {
    id: row

    property string label: ""
    property string help: ""
    default property alias control: place.data

    spacing: Theme.gap
    Layout.fillWidth: true

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 0

        Plain {
            Layout.fillWidth: true
            text: row.label
        }

        Plain {
            Layout.fillWidth: true
            visible: text !== ""
            text: row.help
            wrapMode: Text.Wrap
            color: Theme.muted
            font.pixelSize: Theme.small
        }
    }

    RowLayout {
        id: place

        Layout.alignment: Qt.AlignVCenter | Qt.AlignRight
        spacing: 8
    }
}
