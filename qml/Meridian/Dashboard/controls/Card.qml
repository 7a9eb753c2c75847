// SPDX-License-Identifier: MIT
// A bordered surface with a title; what is put inside stands below it.
import QtQuick
import QtQuick.Layouts
import Meridian.Dashboard

Rectangle {
    id: card

    property string title: ""
    property alias actions: actions.data
    default property alias content: body.data
    property alias spacing: body.spacing

    color: Theme.surface
    border.color: Theme.border
    radius: Theme.radius
    implicitWidth: column.implicitWidth + 2 * Theme.padding
    implicitHeight: column.implicitHeight + 2 * Theme.padding

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.margins: Theme.padding
        spacing: Theme.gap

        RowLayout {
            visible: card.title !== ""
            spacing: 8

            Plain {
                Layout.fillWidth: true
                text: card.title
                font.pixelSize: Theme.emphasis
                font.weight: Font.DemiBold
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }

            RowLayout {
                id: actions

                spacing: 8
            }
        }

        ColumnLayout {
            id: body

            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: 8
        }
    }
}
