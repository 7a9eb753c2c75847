// SPDX-License-Identifier: MIT
// What a person does on a page reaches the gateway, by mouse and by keyboard alone.
import QtQuick
import QtTest

WindowCase {
    id: test

    name: "Actions"

    readonly property string hostile: "<img src=x onerror=alert(1)><b>bold</b>"

    function tableOf(name: string): var {
        const table = item(name);
        tryVerify(() => table.count > 0, 10000);
        return table;
    }

    function test_drainByKeyboard() {
        open("busy", "backends");
        const table = tableOf("backendsTable");
        table.forceActiveFocus();
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        tryWords("Probe now");
        stage.forgetCalls();
        const drain = findByText(window.contentItem, "Drain");
        verify(drain);
        drain.forceActiveFocus();
        keyClick(Qt.Key_Return);
        tryVerify(() => stage.callsTo("/meridian/backends/gpu-fast/drain").length === 1, 10000);
        verify(stage.step(0));
        tryWords("Enable");
        keyClick(Qt.Key_Escape);
        tryVerify(() => words(window.contentItem).indexOf("Probe now") < 0, 10000);
    }

    function findByText(under: var, text: string): var {
        if (!under.visible)
            return null;
        if (under.text === text && under.clicked !== undefined)
            return under;
        for (let i = 0; i < under.children.length; ++i) {
            const found = findByText(under.children[i], text);
            if (found)
                return found;
        }
        return null;
    }

    function test_weight() {
        open("busy", "backends");
        const table = tableOf("backendsTable");
        tryVerify(() => findBox(table) !== null, 10000);
        const box = findBox(table);
        box.forceActiveFocus();
        box.selectAll();
        keyClick(Qt.Key_7);
        keyClick(Qt.Key_Return);
        tryVerify(() => stage.callsTo("/meridian/backends/gpu-fast/weight").length === 1, 10000);
        compare(lastBody("/meridian/backends/gpu-fast/weight").weight, 7);
    }

    function test_weightIsLeftAloneByEscape() {
        open("busy", "backends");
        const table = tableOf("backendsTable");
        tryVerify(() => findBox(table) !== null, 10000);
        const box = findBox(table);
        const before = box.text;
        box.forceActiveFocus();
        box.selectAll();
        keyClick(Qt.Key_9);
        keyClick(Qt.Key_Escape);
        tryCompare(box, "text", before, 10000);
        compare(stage.callsTo("/meridian/backends/gpu-fast/weight").length, 0);
    }

    function findBox(under: var): var {
        if (!under.visible)
            return null;
        if (under.echoMode !== undefined && String(under.label).indexOf("Weight of gpu-fast") === 0)
            return under;
        for (let i = 0; i < under.children.length; ++i) {
            const found = findBox(under.children[i]);
            if (found)
                return found;
        }
        return null;
    }

    function test_choosingARequestHoldsTheList() {
        open("busy", "requests");
        const table = tableOf("requestsTable");
        table.forceActiveFocus();
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        tryCompare(stage.desktop.requests, "frozen", true, 10000);
        tryWords("Why here?");
        tryWords("Where the time went");
        stage.step(5);
        tryVerify(() => stage.desktop.requests.pendingCount > 0, 10000);
        tryVerify(() => item("liveButton").text.indexOf("new") > 0, 10000);
        mouseClick(item("liveButton"));
        tryCompare(stage.desktop.requests, "frozen", false, 10000);
    }

    function test_searchByKeyboard() {
        open("busy", "requests");
        tableOf("requestsTable");
        keyClick(Qt.Key_F, Qt.ControlModifier);
        tryCompare(item("requestFilter"), "activeFocus", true, 10000);
        for (const c of "error")
            keyClick(c);
        tryCompare(stage.desktop.requests, "filter", "error", 10000);
        keyClick(Qt.Key_Escape);
        tryCompare(stage.desktop.requests, "filter", "", 10000);
    }

    function test_hostileText() {
        const endless = "x".repeat(10000);
        open("busy", "backends");
        tableOf("backendsTable");
        for (const name of [test.hostile, endless, "\u202Eمرحبا gpu"]) {
            const status = stage.status();
            status.backends = [Object.assign({}, status.backends[0], {
                        "name": name,
                        "model": name,
                        "models": [name],
                        "last_probe": name,
                        "url": "http://" + name
                    })];
            status.attention = [{
                    "severity": "error",
                    "subject": name,
                    "page": "backends",
                    "message": name,
                    "cure": name
                }];
            stage.answer("GET", "/meridian/status", 200, status);
            verify(stage.step(0));
            tryVerify(() => stage.desktop.backends.get(0).name === name, 10000);
            const table = tableOf("backendsTable");
            table.select(0);
            waitForRendering(window.contentItem);
            verify(words(window.contentItem).indexOf(name.slice(0, 30)) >= 0);
            verify(allPlain(window.contentItem));
            verify(fits(window.contentItem, window.width));
            window.show("overview", "");
            waitForRendering(window.contentItem);
            verify(allPlain(window.contentItem));
            verify(fits(window.contentItem, window.width));
            window.show("backends", "");
        }
    }

    /*! No text is taken for markup; only the playground's answers may be Markdown. */
    function allPlain(under: var): bool {
        if (!under.visible)
            return true;
        if (under.textFormat !== undefined && under.text !== undefined && under.textFormat !== TextEdit.PlainText && under.textFormat !== Text.PlainText)
            return false;
        for (let i = 0; i < under.children.length; ++i)
            if (!allPlain(under.children[i]))
                return false;
        return true;
    }

    /*! Nothing sticks out of the window at the right, but for what a clipping item cuts off. */
    function fits(under: var, width: real): bool {
        for (let i = 0; i < under.children.length; ++i) {
            const child = under.children[i];
            if (!child.visible || child.width === 0)
                continue;
            if (child.mapToItem(window.contentItem, child.width, 0).x > width + 1)
                return false;
            if (!child.clip && !fits(child, width))
                return false;
        }
        return true;
    }
}
