// SPDX-License-Identifier: MIT
// A few choices side by side; the arrow keys move between them.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

FocusScope {
    id: segments

    /*! [{"key", "text"}] */
    property var options: []
    property string current: ""
    property string label: ""

    signal picked(string key)

    implicitHeight: Theme.hitTarget
    implicitWidth: row.implicitWidth
    activeFocusOnTab: true

    Accessible.role: Accessible.PageTabList
    Accessible.name: label

    function step(by: int) {
        const at = segments.options.findIndex(option => option.key === segments.current);
        const next = at + by;
        if (next >= 0 && next < segments.options.length)
            segments.picked(segments.options[next].key);
    }

    Keys.onLeftPressed: segments.step(-1)
    Keys.onRightPressed: segments.step(1)

    Rectangle {
        anchors.fill: row
        radius: Theme.radius
        color: Theme.background
        border.color: Theme.border
    }

    Row {
        id: row

        Repeater {
            model: segments.options

            delegate: AbstractButton {
                id: segment

                required property var modelData

                height: Theme.hitTarget
                width: caption.implicitWidth + 24
                focusPolicy: Qt.NoFocus
                checked: segment.modelData.key === segments.current
                text: segment.modelData.text
                onClicked: segments.picked(segment.modelData.key)

                Accessible.role: Accessible.PageTab
                Accessible.name: text
                Accessible.selected: checked

                contentItem: Plain {
                    id: caption

                    text: segment.text
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    color: segment.checked ? Theme.text : Theme.muted
                    font.weight: segment.checked ? Font.DemiBold : Font.Normal
                }
                background: Rectangle {
                    radius: Theme.radius
                    color: segment.checked ? Theme.raised : segment.hovered ? Theme.hover : "transparent"
                    border.width: segment.checked ? 1 : 0
                    border.color: segment.checked ? Theme.muted : Theme.border
                }
            }
        }
    }

    FocusFrame {
        shown: segments.activeFocus
    }
}
