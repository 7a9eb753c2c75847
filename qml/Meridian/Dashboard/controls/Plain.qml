// SPDX-License-Identifier: MIT
// Text from anywhere, shown as it is: no markup, one line, cut at the end where it does not fit.
import QtQuick
import Meridian.Dashboard

Text {
    color: Theme.text
    font.family: Theme.family
    font.pixelSize: Theme.body
    textFormat: Text.PlainText
    horizontalAlignment: Text.AlignLeft
    elide: Text.ElideRight
    maximumLineCount: wrapMode === Text.NoWrap ? 1 : 200
}
