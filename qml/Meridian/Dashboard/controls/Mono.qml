// SPDX-License-Identifier: MIT
// A number or an id in a fixed-width face, so that it does not dance.
import QtQuick
import Meridian.Dashboard

Plain {
    font.family: Theme.monoFamily
    font.pixelSize: Theme.small
}
