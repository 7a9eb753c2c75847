// SPDX-License-Identifier: MIT
// The configuration is edited, refused with its line, tried, applied by keyboard and undone.
import QtQuick
import QtTest

WindowCase {
    id: test

    name: "Routes"

    function begin(): var {
        open("busy", "routes");
        tryVerify(() => stage.desktop.routes.isLoaded, 10000);
        const editor = item("routesEditor");
        tryVerify(() => area(editor).text.indexOf("least_inflight") >= 0, 10000);
        return area(editor);
    }

    function area(editor: var): var {
        return findChild(editor, "codeArea");
    }

    function type(text: var) {
        text.forceActiveFocus();
        text.cursorPosition = 0;
        keyClick(Qt.Key_NumberSign);
        keyClick(Qt.Key_X);
        keyClick(Qt.Key_Return);
    }

    function test_nothingToApplyAtFirst() {
        begin();
        compare(item("applyButton").enabled, false);
        tryWords("Nothing changed");
    }

    function test_ctrlSApplies() {
        type(begin());
        tryVerify(() => stage.desktop.routes.canApply, 10000);
        keyClick(Qt.Key_S, Qt.ControlModifier);
        tryVerify(() => stage.callsTo("/meridian/config").filter(call => call.method === "PUT").length === 1, 10000);
        const body = lastPut();
        verify(body.text.indexOf("#x") === 0, body.text.slice(0, 40));
        tryVerify(() => stage.desktop.routes.undoSecondsLeft > 0, 10000);
        mouseClick(item("undoButton"));
        tryVerify(() => stage.callsTo("/meridian/config/undo").length === 1, 10000);
    }

    function lastPut(): var {
        const puts = stage.callsTo("/meridian/config").filter(call => call.method === "PUT");
        return puts[puts.length - 1].body;
    }

    function test_invalidIsRefusedWithItsLine() {
        const text = begin();
        stage.answer("POST", "/meridian/config/validate", 200, {
                "valid": false,
                "problems": [{
                        "severity": "error",
                        "line": 6,
                        "column": 13,
                        "path": "gateway.strategy",
                        "message": "unknown strategy 'fastest'; did you mean 'least_inflight'?"
                    }],
                "values": []
            });
        type(text);
        tryWords("6: unknown strategy 'fastest'");
        compare(item("applyButton").enabled, false);
        tryWords("Problems to solve first: 1");
        keyClick(Qt.Key_S, Qt.ControlModifier);
        wait(0);
        compare(stage.callsTo("/meridian/config").filter(call => call.method === "PUT").length, 0);
    }

    function test_dryRun() {
        type(begin());
        mouseClick(item("routesViews"), 0, 0); // takes the focus
        window.contentItem.forceActiveFocus();
        item("routesViews").picked("dry");
        tryWords("What would change?");
        stage.desktop.routes.runDryRun();
        tryVerify(() => stage.callsTo("/meridian/config/dry-run").length === 1, 10000);
        tryWords("would change backend");
    }

    function test_aConflictIsAsked() {
        type(begin());
        tryVerify(() => stage.desktop.routes.canApply, 10000);
        stage.answer("PUT", "/meridian/config", 409, {
                "error": {
                    "message": "the file changed",
                    "type": "invalid_request_error",
                    "code": "config_changed",
                    "param": null
                },
                "theirs": "gateway: {port: 9}\n",
                "base": "gateway: {port: 8}\n",
                "etag": "other"
            });
        keyClick(Qt.Key_S, Qt.ControlModifier);
        tryWords("The file changed while you were editing");
        mouseClick(item("keepMine"));
        tryVerify(() => words(window.contentItem).indexOf("The file changed while you were editing") < 0, 10000);
        verify(area(item("routesEditor")).text.indexOf("#x") === 0);
    }

    function test_discard() {
        const text = begin();
        type(text);
        tryCompare(stage.desktop.routes, "isModified", true, 10000);
        tryWords("•");
        mouseClick(item("discardButton"));
        tryCompare(stage.desktop.routes, "isModified", false, 10000);
        tryVerify(() => text.text.indexOf("#x") < 0, 10000);
    }

    function test_formEditsTheText() {
        begin();
        stage.desktop.routes.setValue(["gateway", "strategy"], "token_aware");
        tryVerify(() => stage.callsTo("/meridian/config/edit").length === 1, 10000);
        const edit = stage.callsTo("/meridian/config/edit")[0].body.edits[0];
        compare(edit.value, "token_aware");
        compare(JSON.stringify(edit.path), JSON.stringify(["gateway", "strategy"]));
    }
}
