// SPDX-License-Identifier: MIT
// The pages on which a person types: playground, keys, settings, the first start.
import QtQuick
import QtTest

WindowCase {
    id: test

    name: "People"

    function type(text: string) {
        for (const letter of text)
            keyClick(letter);
    }

    function test_enterSendsAndShiftEnterBreaks() {
        open("empty", "playground");
        const input = item("playgroundInput");
        input.forceActiveFocus();
        type("a");
        keyClick(Qt.Key_Return, Qt.ShiftModifier);
        type("b");
        compare(input.text, "a\nb");
        keyClick(Qt.Key_Return);
        tryCompare(stage.desktop.playground, "whyNotSent", "no_model", 10000);
        tryWords("Choose a model first");
        compare(input.text, "a\nb");
    }

    function test_escapeStopsAnAnswer() {
        open("busy", "playground");
        verify(stage.beginEndlessAnswer());
        tryVerify(() => item("stopButton").visible, 10000);
        item("playgroundInput").forceActiveFocus();
        keyClick(Qt.Key_Escape);
        tryCompare(stage.desktop.playground, "isBusy", false, 10000);
        tryVerify(() => item("sendButton").visible, 10000);
    }

    function test_compareShowsTwo() {
        open("busy", "playground");
        stage.talk();
        tryCompare(stage.desktop.playground, "compare", true, 10000);
        tryVerify(() => words(window.contentItem).split("How does the gateway choose").length === 3, 10000);
        mouseClick(item("compareToggle"));
        tryCompare(stage.desktop.playground, "compare", false, 10000);
        tryVerify(() => words(window.contentItem).split("How does the gateway choose").length === 2, 10000);
    }

    function test_aKeyIsKeptAndNotShownAgain() {
        open("empty", "keys");
        tryWords("Kept in the system's keychain");
        item("keyName").forceActiveFocus();
        type("openai");
        item("keySecret").forceActiveFocus();
        type("sk-4711");
        verify(item("keySecret").displayText.indexOf("4711") < 0);
        mouseClick(item("saveKey"));
        tryVerify(() => stage.desktop.keys.count === 1, 10000);
        tryWords("keychain:openai");
        compare(item("keySecret").text, "");
        verify(words(window.contentItem).indexOf("4711") < 0);
    }

    function test_withoutAKeychainThePageSaysSo() {
        open("locked", "keys");
        tryWords("There is no keychain here");
        tryWords("env:");
        compare(item("keySecret").enabled, false);
        compare(item("saveKey").enabled, false);
    }

    function test_themeByKeyboard() {
        open("busy", "settings");
        compare(stage.desktop.settings.theme, "dark");
        item("themeSegments").forceActiveFocus();
        keyClick(Qt.Key_Right);
        tryCompare(stage.desktop.settings, "theme", "light", 10000);
        keyClick(Qt.Key_Left);
        tryCompare(stage.desktop.settings, "theme", "dark", 10000);
    }

    function test_gatewayElsewhere() {
        open("busy", "settings");
        item("gatewayName").text = "production";
        item("gatewayUrl").text = "ftp://nonsense";
        mouseClick(item("addGateway"));
        compare(stage.desktop.gateways.count, 1);
        item("gatewayUrl").text = "https://gateway.example:8080";
        mouseClick(item("addGateway"));
        tryCompare(stage.desktop.gateways, "count", 2, 10000);
        tryWords("https://gateway.example:8080");
    }

    function test_diagnosticsAreShownFirst() {
        open("busy", "settings");
        mouseClick(item("showDiagnostics"));
        tryWords("Qt 6");
    }

    function test_firstStartAdds() {
        open("empty", "first");
        tryCompare(stage.desktop.discovery, "running", false, 10000);
        tryVerify(() => stage.desktop.discovery.found > 0, 10000);
        verify(stage.callsTo("/meridian/discovery").length > 0);
        const add = addButton(window.contentItem);
        verify(add, "something found can be added");
        mouseClick(add);
        tryVerify(() => stage.callsTo("/meridian/discovery/propose").length === 1, 10000);
        tryVerify(() => stage.callsTo("/meridian/config").some(call => call.method === "PUT"), 10000);
    }

    function addButton(under: var): var {
        if (!under.visible)
            return null;
        if (under.text === "Add" && under.enabled && under.clicked !== undefined)
            return under;
        for (let i = 0; i < under.children.length; ++i) {
            const found = addButton(under.children[i]);
            if (found)
                return found;
        }
        return null;
    }
}
