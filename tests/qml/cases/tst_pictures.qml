// SPDX-License-Identifier: MIT
// Each page as it should look, in both themes, narrow, and in its less happy states.
import QtQuick
import QtTest

WindowCase {
    id: test

    name: "Pictures"

    function test_picture_data() {
        const rows = [];
        for (const theme of ["dark", "light"])
            for (const page of ["overview", "backends", "requests", "routes", "playground", "keys", "settings", "first"])
                rows.push({
                        "tag": page + "-" + theme,
                        "page": page,
                        "theme": theme,
                        "scene": page === "first" ? "empty" : "busy",
                        "width": 1280
                    });
        for (const page of ["overview", "backends", "requests"])
            rows.push({
                    "tag": page + "-640",
                    "page": page,
                    "theme": "dark",
                    "scene": "busy",
                    "width": 640
                });
        rows.push({
                "tag": "backends-empty",
                "page": "backends",
                "theme": "dark",
                "scene": "empty",
                "width": 900
            });
        rows.push({
                "tag": "requests-empty",
                "page": "requests",
                "theme": "light",
                "scene": "empty",
                "width": 900
            });
        rows.push({
                "tag": "overview-loading",
                "page": "overview",
                "theme": "dark",
                "scene": "connecting",
                "width": 900
            });
        return rows;
    }

    function test_picture(data) {
        open(data.scene, data.page);
        stage.desktop.settings.theme = data.theme;
        window.width = data.width;
        if (data.scene === "busy")
            tryVerify(() => stage.desktop.requests.count > 0 && stage.desktop.history.end > stage.desktop.history.start, 10000);
        if (data.page === "routes")
            tryVerify(() => stage.desktop.routes.isLoaded && !stage.desktop.routes.isValidating, 10000);
        window.show(data.page, "");
        if (data.page === "first")
            tryCompare(stage.desktop.discovery, "running", false, 10000);
        settle();
        compare(stage.compare(window, data.tag), "");
    }

    /*! Until two frames after the last call was answered look the same. */
    function settle() {
        window.contentItem.forceActiveFocus();
        for (let i = 0; i < 3; ++i)
            waitForRendering(window.contentItem, 200);
    }
}
