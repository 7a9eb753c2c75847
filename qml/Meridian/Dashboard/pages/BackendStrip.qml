// SPDX-License-Identifier: MIT
// Every backend on one line: dot, name, how many requests it has.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

ColumnLayout {
    id: strip

    required property BackendsModel backends

    signal chosen(string name)

    spacing: 0

    Plain {
        visible: strip.backends.count === 0
        text: qsTr("No backend is configured.")
        color: Theme.muted
    }

    ListView {
        id: list

        Layout.fillWidth: true
        Layout.fillHeight: true
        implicitHeight: Math.min(contentHeight, 8 * 30)
        clip: true
        model: strip.backends
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: Scroller {
        }

        delegate: AbstractButton {
            id: entry

            required property var model

            width: list.width
            height: 30
            activeFocusOnTab: true
            text: model.name
            onClicked: strip.chosen(model.name)
            Keys.onReturnPressed: clicked()

            Accessible.role: Accessible.Button
            Accessible.name: qsTr("%1, %2, %3 in flight").arg(model.name).arg(Format.stateWord(model.state)).arg(model.inflight)

            contentItem: RowLayout {
                spacing: 12

                StateDot {
                    Layout.leftMargin: 8
                    Layout.preferredWidth: 118
                    code: entry.model.state
                }

                Plain {
                    Layout.fillWidth: true
                    text: entry.model.name
                    font.weight: Font.DemiBold
                }

                Meter {
                    Layout.preferredWidth: 150
                    share: entry.model.maxConcurrency > 0 ? entry.model.inflight / entry.model.maxConcurrency : Math.min(1, entry.model.inflight / 64)
                    caption: entry.model.maxConcurrency > 0 ? qsTr("%1 of %2").arg(entry.model.inflight).arg(entry.model.maxConcurrency) : String(entry.model.inflight)
                    tint: entry.model.maxConcurrency > 0 && share >= 0.9 ? Theme.warning : Theme.accent
                }

                Mono {
                    Layout.preferredWidth: 60
                    Layout.rightMargin: 8
                    horizontalAlignment: Text.AlignRight
                    text: entry.model.latencyMs > 0 ? Format.duration(entry.model.latencyMs) : Format.nothing
                }
            }
            background: Rectangle {
                radius: Theme.radius
                color: entry.hovered ? Theme.hover : "transparent"

                FocusFrame {
                    shown: entry.visualFocus
                }
            }
        }
    }
}
