// SPDX-License-Identifier: MIT
// A test case with the whole window over a gateway that is not there; any warning fails the test.
import QtQuick
import QtTest
import Meridian.Dashboard
import Meridian.Test

TestCase {
    id: base

    property var window: null
    property alias stage: stage

    when: windowShown
    width: 10
    height: 10
    visible: true

    Stage {
        id: stage
    }

    Component {
        id: main

        Main {
        }
    }

    function open(scene: string, page: string): var {
        base.window = null;
        wait(0); // the window of the test before goes, then what it showed
        verify(stage.reset(scene), "the gateway answered");
        stage.desktop.settings.theme = "dark";
        stage.desktop.settings.reduceMotion = true;
        stage.takeWarnings();
        base.window = createTemporaryObject(main, null, {
                "desktop": stage.desktop
            });
        verify(base.window, "the window was made");
        base.window.width = 1280;
        base.window.height = 800;
        if (page !== "")
            base.window.show(page, "");
        base.window.requestActivate();
        tryVerify(() => base.window.active, 10000);
        tryVerify(() => stage.callsTo("/meridian/status").length > 0, 10000);
        return base.window;
    }

    /*! The named item of the page that is shown; the test fails when there is none. */
    function item(name: string): var {
        const found = base.find(base.window.contentItem, name);
        verify(found, "there is no " + name);
        return found;
    }

    function find(under: var, name: string): var {
        if (under.objectName === name)
            return under;
        for (let i = 0; i < under.children.length; ++i) {
            const found = under.children[i].visible ? base.find(under.children[i], name) : null;
            if (found)
                return found;
        }
        return null;
    }

    /*! All text that can be seen below an item. */
    function words(under: var): string {
        if (!under.visible)
            return "";
        let all = under.text !== undefined && under.text !== null ? String(under.text) + "\n" : "";
        for (let i = 0; i < under.children.length; ++i)
            all += base.words(under.children[i]);
        return all;
    }

    function tryWords(text: string) {
        tryVerify(() => base.words(base.window.contentItem).indexOf(text) >= 0, 10000, "“" + text + "” is to be seen");
    }

    function lastBody(path: string): var {
        const calls = stage.callsTo(path);
        return calls.length > 0 ? calls[calls.length - 1].body : null;
    }

    function cleanup() {
        if (base.window)
            base.window.close();
        const warnings = stage.takeWarnings();
        compare(warnings.length, 0, warnings.join("\n"));
    }
}
