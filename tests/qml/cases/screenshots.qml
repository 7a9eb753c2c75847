// SPDX-License-Identifier: MIT
// Not a test: writes the pictures of the README to the folder that MERIDIAN_SCREENSHOTS names. See ./dev screenshots.
import QtQuick
import QtTest

WindowCase {
    id: test

    name: "Screenshots"

    function test_write_data() {
        return [{
                "tag": "overview",
                "theme": "dark"
            }, {
                "tag": "backends",
                "theme": "dark"
            }, {
                "tag": "requests",
                "theme": "dark"
            }, {
                "tag": "routes",
                "theme": "dark"
            }, {
                "tag": "playground",
                "theme": "dark"
            }, {
                "tag": "overview-light",
                "theme": "light"
            }];
    }

    function test_write(data) {
        const page = data.tag.replace("-light", "");
        open("busy", page);
        stage.desktop.settings.theme = data.theme;
        if (page === "backends")
            item("backendsTable").selected("gpu-fast");
        if (page === "requests") {
            item("requestsTable").select(3);
            stage.desktop.requests.frozen = false;
        }
        if (page === "routes")
            tryVerify(() => stage.desktop.routes.isLoaded && !stage.desktop.routes.isValidating, 10000);
        if (page === "playground")
            stage.talk();
        window.contentItem.forceActiveFocus();
        for (let i = 0; i < 3; ++i)
            waitForRendering(window.contentItem, 200);
        compare(stage.save(window, data.tag), "");
    }
}
