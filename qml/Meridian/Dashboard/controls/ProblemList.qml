// SPDX-License-Identifier: MIT
// What is wrong, line by line, each with the number of its line; choosing one goes there.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Dashboard

ColumnLayout {
    id: list

    property var problems: []
    readonly property int most: 5

    signal chosen(int line)

    spacing: 0

    Repeater {
        model: list.problems.slice(0, list.most)

        delegate: AbstractButton {
            id: problem

            required property var modelData

            Layout.fillWidth: true
            implicitHeight: Math.max(Theme.hitTarget, message.implicitHeight + 8)
            activeFocusOnTab: true
            text: modelData.line > 0 ? qsTr("%1: %2").arg(modelData.line).arg(modelData.message) : modelData.message
            onClicked: list.chosen(modelData.line)
            Accessible.role: Accessible.Button
            Accessible.name: text

            contentItem: RowLayout {
                spacing: 8

                Rectangle {
                    Layout.leftMargin: 6
                    implicitWidth: 8
                    implicitHeight: 8
                    radius: 4
                    color: Theme.stateColor(problem.modelData.severity)
                }

                Plain {
                    id: message

                    Layout.fillWidth: true
                    text: Format.shortened(problem.text, 600)
                    wrapMode: Text.Wrap
                    maximumLineCount: 4
                    verticalAlignment: Text.AlignVCenter
                }
            }
            background: Rectangle {
                radius: Theme.radius
                color: problem.hovered ? Theme.hover : "transparent"

                FocusFrame {
                    shown: problem.visualFocus
                }
            }
        }
    }

    Plain {
        Layout.leftMargin: 22
        visible: list.problems.length > list.most
        text: qsTr("and %1 more").arg(list.problems.length - list.most)
        color: Theme.muted
    }
}
