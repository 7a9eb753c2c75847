// SPDX-License-Identifier: MIT
// Details beside a list; Esc closes it. In a narrow window it lies over the list.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Dashboard

FocusScope {
    id: panel

    property string title: ""
    property alias actions: actions.data
    default property alias content: body.data

    signal closed

    implicitWidth: 400

    Accessible.role: Accessible.Pane
    Accessible.name: title

    Keys.onEscapePressed: panel.closed()

    Rectangle {
        anchors.fill: parent
        color: Theme.surface
        border.color: Theme.border
        radius: Theme.radius
    }

    MouseArea {
        anchors.fill: parent // what lies below the panel is not clicked through it
        acceptedButtons: Qt.AllButtons
        onWheel: wheel => wheel.accepted = true
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 1
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.gap
            spacing: 8

            Plain {
                Layout.fillWidth: true
                text: panel.title
                font.pixelSize: Theme.emphasis
                font.weight: Font.DemiBold
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }

            ActionButton {
                kind: "quiet"
                glyph: "close"
                tip: qsTr("Close (Esc)")
                onClicked: panel.closed()
            }
        }

        Flow {
            id: actions

            Layout.fillWidth: true
            Layout.leftMargin: Theme.gap
            Layout.rightMargin: Theme.gap
            Layout.bottomMargin: visible ? Theme.gap : 0
            visible: children.length > 0
            spacing: 8
        }

        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: 1
            color: Theme.border
        }

        Flickable {
            id: flick

            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            contentWidth: width
            contentHeight: body.implicitHeight + 2 * Theme.gap
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: Scroller {
            }

            ColumnLayout {
                id: body

                x: Theme.gap
                y: Theme.gap
                width: flick.width - 2 * Theme.gap
                spacing: Theme.gap
            }
        }
    }
}
