// SPDX-License-Identifier: MIT
// One of several, from a list that opens.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

ComboBox {
    id: choice

    property string label: ""
    /*! What is shown for an entry without a name. */
    property string nameless: ""

    implicitHeight: Theme.hitTarget + 2
    implicitWidth: 180
    font.family: Theme.family
    font.pixelSize: Theme.body
    activeFocusOnTab: true

    Accessible.role: Accessible.ComboBox
    Accessible.name: label
    Accessible.description: displayText

    contentItem: Plain {
        leftPadding: 8
        rightPadding: 4
        verticalAlignment: Text.AlignVCenter
        text: choice.displayText || choice.nameless
        opacity: choice.enabled ? 1 : 0.55
    }

    indicator: Glyph {
        x: choice.width - width - 8
        y: (choice.height - height) / 2
        width: 12
        height: 12
        name: "down"
        color: Theme.muted
    }

    delegate: ItemDelegate {
        id: option

        required property int index

        width: ListView.view ? ListView.view.width : implicitWidth
        implicitHeight: Theme.rowHeight
        highlighted: choice.highlightedIndex === index

        contentItem: Plain {
            text: choice.textAt(option.index) || choice.nameless
            verticalAlignment: Text.AlignVCenter
            font.weight: choice.currentIndex === option.index ? Font.DemiBold : Font.Normal
        }
        background: Rectangle {
            color: option.highlighted ? Theme.selected : "transparent"
        }
    }

    popup: Popup {
        y: choice.height + 2
        width: Math.max(choice.width, 160)
        implicitHeight: Math.min(contentItem.implicitHeight + 2, 320)
        padding: 1

        contentItem: ListView {
            implicitHeight: contentHeight
            clip: true
            model: choice.popup.visible ? choice.delegateModel : null
            currentIndex: choice.highlightedIndex
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: Scroller {
            }
        }
        background: Rectangle {
            radius: Theme.radius
            color: Theme.raised
            border.color: Theme.border
        }
    }

    background: Rectangle {
        radius: Theme.radius
        color: choice.hovered ? Theme.hover : Theme.raised
        border.width: 1
        border.color: Theme.border

        FocusFrame {
            shown: choice.visualFocus || (choice.activeFocus && !choice.popup.visible)
        }
    }
}
