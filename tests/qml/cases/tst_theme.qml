// SPDX-License-Identifier: MIT
// Text can be read in both themes: the contrast of every pair of tokens that meet.
import QtQuick
import QtTest
import Meridian.Dashboard
import Meridian.Test

TestCase {
    id: test

    name: "Theme"

    readonly property real least: 4.5

    Stage {
        id: stage
    }

    function cleanup() {
        Theme.mode = "dark";
    }

    function test_contrast_data() {
        const rows = [];
        for (const mode of ["dark", "light"])
            for (const ink of ["text", "muted", "accent", "ok", "warning", "error"])
                for (const ground of ["background", "surface", "raised"])
                    rows.push({
                            "tag": mode + " " + ink + " on " + ground,
                            "mode": mode,
                            "ink": ink,
                            "ground": ground
                        });
        for (const mode of ["dark", "light"]) {
            for (const ground of ["hover", "selected"])
                for (const ink of ["text", "muted"])
                    rows.push({
                            "tag": mode + " " + ink + " on " + ground,
                            "mode": mode,
                            "ink": ink,
                            "ground": ground
                        });
            rows.push({
                    "tag": mode + " button",
                    "mode": mode,
                    "ink": "accentInk",
                    "ground": "accent"
                });
        }
        return rows;
    }

    function test_contrast(data) {
        Theme.mode = data.mode;
        const contrast = stage.contrast(Theme[data.ink], Theme[data.ground]);
        verify(contrast >= test.least, data.tag + ": " + contrast.toFixed(2));
    }

    function test_theMeasureItself() {
        verify(Math.abs(stage.contrast("#000000", "#FFFFFF") - 21) < 0.01);
        verify(Math.abs(stage.contrast("#777777", "#FFFFFF") - 4.48) < 0.01);
    }

    function test_motionStops() {
        verify(Theme.motion > 0 && Theme.motion <= 150);
        Theme.reduceMotion = true;
        compare(Theme.motion, 0);
        Theme.reduceMotion = false;
    }
}
