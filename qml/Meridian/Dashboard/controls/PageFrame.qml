// SPDX-License-Identifier: MIT
// What all pages have: margins, a title with its answer, actions, and dimming while the data is old.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

FocusScope {
    id: frame

    property string title: ""
    property string answer: ""
    property bool isStale: false
    property alias actions: actions.data
    default property alias content: body.data

    Accessible.role: Accessible.Pane
    Accessible.name: title

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: frame.width < 700 ? Theme.gap : Theme.padding
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            Layout.minimumHeight: 30
            spacing: Theme.gap

            Heading {
                text: frame.title
            }

            Plain {
                Layout.fillWidth: true
                text: frame.answer
                color: Theme.muted
                topPadding: 3
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }

            Row {
                id: actions

                spacing: 8
            }
        }

        Item {
            id: body

            Layout.fillWidth: true
            Layout.fillHeight: true
            opacity: frame.isStale ? 0.45 : 1
        }
    }
}
