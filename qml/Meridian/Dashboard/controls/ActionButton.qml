// SPDX-License-Identifier: MIT
// A button with a verb; with a glyph and no text it is a small icon button that needs a tip.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

Button {
    id: button

    /*! "normal", "primary", "quiet" or "danger". */
    property string kind: "normal"
    property string glyph: ""
    property string tip: ""

    readonly property color ink: !enabled ? Theme.muted : kind === "primary" ? Theme.accentInk : kind === "danger" ? Theme.error : Theme.text

    implicitHeight: Theme.hitTarget
    implicitWidth: text === "" ? Theme.hitTarget : content.implicitWidth + 24
    opacity: enabled || kind === "primary" ? 1 : 0.55
    activeFocusOnTab: true

    Accessible.role: Accessible.Button
    Accessible.name: text !== "" ? text : tip
    Accessible.description: text !== "" ? tip : ""

    ToolTip.visible: tip !== "" && (hovered || visualFocus)
    ToolTip.delay: 500
    ToolTip.text: tip

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    contentItem: Item {
        implicitWidth: content.implicitWidth

        Row {
            id: content

            anchors.centerIn: parent
            spacing: 6

            Glyph {
                anchors.verticalCenter: parent.verticalCenter
                width: 14
                height: 14
                visible: button.glyph !== ""
                name: button.glyph
                color: button.ink
            }

            Plain {
                anchors.verticalCenter: parent.verticalCenter
                visible: button.text !== ""
                text: button.text
                color: button.ink
                font.weight: button.kind === "primary" ? Font.DemiBold : Font.Normal
            }
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: {
            if (button.kind === "primary" && !button.enabled)
                return Theme.border;
            if (button.kind === "primary")
                return button.down ? Qt.darker(Theme.accent, 1.15) : button.hovered ? Qt.lighter(Theme.accent, 1.08) : Theme.accent;
            if (button.kind === "quiet")
                return button.down || button.hovered || button.checked ? Theme.hover : "transparent";
            return button.down ? Theme.border : button.hovered ? Theme.hover : Theme.raised;
        }
        border.width: button.kind === "normal" || button.kind === "danger" ? 1 : 0
        border.color: button.kind === "danger" ? Theme.error : Theme.border

        FocusFrame {
            shown: button.visualFocus
        }
    }
}
