// SPDX-License-Identifier: MIT
// Numbers, durations and times as the dashboard writes them; the web page follows the same rules.
pragma Singleton
import QtQuick

QtObject {
    id: format

    readonly property string nothing: "–"
    readonly property var english: Qt.locale("en_US")

    function isKnown(value: var): bool {
        return value !== null && value !== undefined && value !== "" && !isNaN(Number(value));
    }

    /*! 41 µs, 8.5 ms, 42 ms, 1.3 s, 4 min, 2.0 h. */
    function duration(ms: var): string {
        if (!format.isKnown(ms))
            return format.nothing;
        const value = Number(ms);
        if (value > 0 && value < 0.0995)
            return Math.max(1, Math.round(value * 1000)) + " µs";
        if (value > 0 && value < 10)
            return value.toFixed(1) + " ms";
        if (value < 999.5)
            return Math.round(value) + " ms";
        if (value < 59950)
            return (value / 1000).toFixed(1) + " s";
        if (value < 3570000)
            return Math.round(value / 60000) + " min";
        return (value / 3600000).toFixed(1) + " h";
    }

    /*! 1,240 and then 12.4k, 3.2M. */
    function count(value: var): string {
        if (!format.isKnown(value))
            return format.nothing;
        const number = Number(value);
        if (number < 10000)
            return Math.round(number).toLocaleString(format.english, "f", 0);
        if (number < 999950)
            return (number / 1000).toFixed(1) + "k";
        return (number / 1000000).toFixed(1) + "M";
    }

    /*! 0, 0.4, 12, 4.1k: figures per second. */
    function rate(value: var): string {
        if (!format.isKnown(value))
            return format.nothing;
        const number = Number(value);
        if (number > 0 && number < 9.95)
            return number.toFixed(1);
        return number < 999.5 ? String(Math.round(number)) : (number / 1000).toFixed(1) + "k";
    }

    /*! 0.035 is "3.5 %"; 0.4 is "40 %". */
    function percent(part: var): string {
        if (!format.isKnown(part))
            return format.nothing;
        const number = Number(part);
        return number > 0 && number < 0.0995 ? (number * 100).toFixed(1) + " %" : Math.round(number * 100) + " %";
    }

    /*! "+12 %", "−3.4 %": a change; "" when it is not known. */
    function change(part: var): string {
        if (!format.isKnown(part) || !isFinite(Number(part)))
            return "";
        const number = Number(part);
        if (Math.abs(number) < 0.0005)
            return "±0 %";
        return (number > 0 ? "+" : "−") + format.percent(Math.abs(number));
    }

    /*! "$0.0042" under a cent, "$12.40" above. */
    function money(dollars: var): string {
        if (!format.isKnown(dollars))
            return format.nothing;
        const value = Number(dollars);
        return "$" + (value > 0 && value < 0.00995 ? value.toFixed(4) : value.toLocaleString(format.english, "f", 2));
    }

    /*! "now", "12 s ago", "4 min ago", else the time of day. */
    function ago(timestamp: var, now: var): string {
        if (!format.isKnown(timestamp))
            return format.nothing;
        const seconds = Math.max(0, (Number(now) - Number(timestamp)) / 1000);
        if (seconds < 2)
            return qsTr("now");
        if (seconds < 60)
            return qsTr("%1 s ago").arg(Math.floor(seconds));
        if (seconds < 3600)
            return qsTr("%1 min ago").arg(Math.floor(seconds / 60));
        return format.clock(timestamp);
    }

    /*! The time of day in the viewer's zone, with seconds. */
    function clock(timestamp: var): string {
        return format.isKnown(timestamp) ? Qt.formatTime(new Date(Number(timestamp)), "hh:mm:ss") : format.nothing;
    }

    function dateTime(timestamp: var): string {
        return format.isKnown(timestamp) ? Qt.formatDateTime(new Date(Number(timestamp)), "yyyy-MM-dd hh:mm:ss") : format.nothing;
    }

    /*! The word for a code that the gateway uses; an unknown code is shown as it is. */
    function stateWord(state: string): string {
        switch (state) {
        case "healthy":
            return qsTr("Healthy");
        case "unhealthy":
            return qsTr("Unhealthy");
        case "draining":
            return qsTr("Draining");
        case "drained":
            return qsTr("Drained");
        case "idle":
            return qsTr("Idle");
        case "breaker_open":
            return qsTr("Breaker open");
        case "breaker_half_open":
            return qsTr("Breaker testing");
        case "no_traffic":
            return qsTr("No traffic");
        case "looking":
            return qsTr("Looking");
        case "found":
            return qsTr("Found");
        case "nothing":
            return qsTr("Nothing there");
        case "needs_key":
            return qsTr("Needs a key");
        case "failed":
            return qsTr("Failed");
        default:
            return state;
        }
    }

    /*! Why a backend did or did not get a request. */
    function verdictWord(verdict: string): string {
        switch (verdict) {
        case "chosen":
            return qsTr("chosen");
        case "candidate":
            return qsTr("could have taken it");
        case "other_model":
            return qsTr("serves other models");
        case "other_route":
            return qsTr("belongs to another route");
        case "other_surface":
            return qsTr("cannot do what was asked");
        case "draining":
            return qsTr("is draining");
        case "unhealthy":
            return qsTr("is unhealthy");
        case "circuit_open":
            return qsTr("its breaker is open");
        default:
            return verdict.replace(/_/g, " ");
        }
    }

    /*! At most `most` characters; longer text ends with an ellipsis. */
    function shortened(text: var, most: int): string {
        const whole = text === null || text === undefined ? "" : String(text);
        return whole.length <= most ? whole : whole.slice(0, most - 1) + "…";
    }
}
