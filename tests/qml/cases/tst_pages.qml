// SPDX-License-Identifier: MIT
// Every page loads without a warning, says what the gateway says, and has words for empty and for lost.
import QtQuick
import QtTest

WindowCase {
    id: test

    name: "Pages"

    function test_eachPageLoads_data() {
        return [{
                "tag": "overview",
                "says": "gpu-fast"
            }, {
                "tag": "backends",
                "says": "Breaker open"
            }, {
                "tag": "requests",
                "says": "gpu-fast"
            }, {
                "tag": "routes",
                "says": "least_inflight"
            }, {
                "tag": "playground",
                "says": "Ask something"
            }, {
                "tag": "keys",
                "says": "Add a key"
            }, {
                "tag": "settings",
                "says": "Diagnostics"
            }, {
                "tag": "first",
                "says": "Places looked at"
            }];
    }

    function test_eachPageLoads(data) {
        open("busy", data.tag);
        tryWords(data.says);
        for (const width of [900, 640, 480, 1280]) {
            window.width = width;
            waitForRendering(window.contentItem);
        }
    }

    function test_emptyGateway_data() {
        return [{
                "tag": "backends",
                "says": "No backend is configured"
            }, {
                "tag": "requests",
                "says": "No request yet"
            }, {
                "tag": "overview",
                "says": "No backend is configured."
            }];
    }

    function test_emptyGateway(data) {
        open("empty", data.tag);
        tryCompare(stage.desktop.backends, "count", 0, 10000);
        window.show(data.tag, "");
        tryWords(data.says);
    }

    function test_nothingConfiguredBeginsWithTheFirstPage() {
        open("empty", "");
        tryCompare(window, "page", "first", 10000);
    }

    function test_lostGatewayIsSaid() {
        open("busy", "overview");
        tryWords("Serving on");
        stage.disconnectGateway("nobody listens there");
        tryWords("Reconnecting…");
        tryWords("nobody listens there");
    }

    function test_tileLeadsToTheRowsBehindIt() {
        open("busy", "overview");
        tryWords("Error rate");
        window.show("requests", "error");
        tryCompare(stage.desktop.requests, "filter", "error", 10000);
        compare(item("requestFilter").text, "error");
    }

    function test_shortcutsChangeThePage() {
        open("busy", "overview");
        const keys = [Qt.Key_1, Qt.Key_2, Qt.Key_3, Qt.Key_4, Qt.Key_5, Qt.Key_6, Qt.Key_7];
        for (let i = keys.length - 1; i >= 0; --i) {
            keyClick(keys[i], Qt.ControlModifier);
            tryCompare(window, "page", window.pageKeys[i], 10000);
        }
    }

    function test_themeFollowsTheSetting() {
        open("busy", "settings");
        const dark = String(window.color);
        stage.desktop.settings.theme = "light";
        tryVerify(() => String(window.color) !== dark, 10000);
    }
}
