// SPDX-License-Identifier: MIT
// The tokens of the look: colours in dark and light, sizes and faces. The web page has the same.
pragma Singleton
import QtQuick

QtObject {
    id: theme

    /*! "system", "dark" or "light". */
    property string mode: "system"
    property bool reduceMotion: false
    property string family: Application.font.family
    property string monoFamily: Qt.platform.os === "windows" ? "Consolas" : Qt.platform.os === "osx" ? "Menlo" : "monospace"

    readonly property SystemPalette system: SystemPalette {
    }
    readonly property bool isDark: theme.mode === "dark" || (theme.mode !== "light" && theme.system.window.hslLightness < 0.5)

    readonly property color background: isDark ? "#0E1116" : "#F6F7F9"
    readonly property color surface: isDark ? "#161B22" : "#FFFFFF"
    readonly property color raised: isDark ? "#1C232D" : "#FFFFFF"
    readonly property color border: isDark ? "#2A323D" : "#D9DEE5"
    readonly property color text: isDark ? "#E6EAF0" : "#1B222C"
    readonly property color muted: isDark ? "#9AA7B6" : "#56616D"
    readonly property color accent: isDark ? "#4C8DFF" : "#1A62D6"
    readonly property color ok: isDark ? "#3FB950" : "#1A7F37"
    readonly property color warning: isDark ? "#D29922" : "#946300"
    readonly property color error: isDark ? "#F85149" : "#CF222E"
    readonly property color accentInk: isDark ? "#0E1116" : "#FFFFFF"
    readonly property color hover: isDark ? "#1C232D" : "#EEF1F5"
    readonly property color selected: isDark ? "#1B2B47" : "#DDE8FA"

    /*! Told apart by colour-blind eyes; used in this order. */
    readonly property list<color> series: ["#4C8DFF", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C"]

    readonly property int small: 12
    readonly property int body: 13
    readonly property int emphasis: 15
    readonly property int section: 18
    readonly property int headline: 24

    readonly property int gap: 12
    readonly property int padding: 16
    readonly property int radius: 6
    readonly property int rowHeight: 32
    readonly property int hitTarget: 28
    readonly property int motion: reduceMotion ? 0 : 120

    /*! The colour of a state's dot; the word beside it says the same. */
    function stateColor(state: string): color {
        switch (state) {
        case "healthy":
        case "connected":
        case "found":
        case "2xx":
        case "ok":
            return theme.ok;
        case "draining":
        case "breaker_half_open":
        case "connecting":
        case "reconnecting":
        case "needs_key":
        case "4xx":
        case "warning":
            return theme.warning;
        case "unhealthy":
        case "breaker_open":
        case "refused":
        case "failed":
        case "5xx":
        case "error":
            return theme.error;
        case "looking":
            return theme.accent;
        default:
            return theme.muted;
        }
    }
}
