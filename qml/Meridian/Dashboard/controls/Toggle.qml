// SPDX-License-Identifier: MIT
// On or off.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

Switch {
    id: toggle

    implicitHeight: Theme.hitTarget
    padding: 0
    spacing: 8
    activeFocusOnTab: true

    Accessible.role: Accessible.CheckBox
    Accessible.name: text

    indicator: Rectangle {
        y: (toggle.height - height) / 2
        width: 34
        height: 18
        radius: 9
        opacity: toggle.enabled ? 1 : 0.55
        color: toggle.checked ? Theme.accent : Theme.background
        border.color: toggle.checked ? Theme.accent : Theme.muted

        Rectangle {
            x: toggle.checked ? parent.width - width - 3 : 3
            y: 3
            width: 12
            height: 12
            radius: 6
            color: toggle.checked ? Theme.accentInk : Theme.muted

            Behavior on x  {
                NumberAnimation {
                    duration: Theme.motion
                }
            }
        }

        FocusFrame {
            radius: 10
            shown: toggle.visualFocus
        }
    }

    contentItem: Plain {
        leftPadding: toggle.text === "" ? 34 : 34 + toggle.spacing
        verticalAlignment: Text.AlignVCenter
        text: toggle.text
        wrapMode: Text.Wrap
    }
}
