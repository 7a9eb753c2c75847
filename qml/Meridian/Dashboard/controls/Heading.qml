// SPDX-License-Identifier: MIT
// The title of a page or a card.
import QtQuick
import Meridian.Dashboard

Plain {
    font.pixelSize: Theme.section
    font.weight: Font.DemiBold
    Accessible.role: Accessible.Heading
    Accessible.name: text
}
