// SPDX-License-Identifier: MIT
// The window: the rail, the top line, and the page that is shown. Pages are made when they are first visited.
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Dialogs
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

ApplicationWindow {
    id: window

    required property Desktop desktop

    property string page: window.desktop.isFirstStart ? "first" : "overview"
    /*! What the next page should show: a backend's name, a filter. */
    property string subject: ""
    property var visited: ({})

    readonly property var pageKeys: ["overview", "backends", "requests", "routes", "playground", "keys", "settings"]
    readonly property var pageTitles: [qsTr("Overview"), qsTr("Backends"), qsTr("Requests"), qsTr("Routes"), qsTr("Playground"), qsTr("Keys"), qsTr("Settings")]
    readonly property bool isNarrow: width < 900
    readonly property var attention: window.desktop.status.attention

    width: 1280
    height: 800
    minimumWidth: 480
    minimumHeight: 400
    visible: true
    title: qsTr("Meridian")
    color: Theme.background

    palette {
        window: Theme.background
        windowText: Theme.text
        base: Theme.raised
        alternateBase: Theme.surface
        text: Theme.text
        button: Theme.raised
        buttonText: Theme.text
        brightText: Theme.text
        light: Theme.hover
        midlight: Theme.hover
        mid: Theme.border
        dark: Theme.muted
        shadow: Theme.border
        highlight: Theme.accent
        highlightedText: Theme.accentInk
        link: Theme.accent
        placeholderText: Theme.muted
        toolTipBase: Theme.raised
        toolTipText: Theme.text
    }
    font.family: Theme.family
    font.pixelSize: Theme.body

    function badgeOf(key: string): string {
        if (key === "routes" && window.desktop.routes.isModified)
            return "•";
        const wanting = window.attention.filter(item => item.page === key).length;
        return wanting > 0 ? String(wanting) : "";
    }

    /*! Shows a page; `subject` is what it should point at, or empty. */
    function show(key: string, subject: string) {
        if (key !== "first" && window.pageKeys.indexOf(key) < 0)
            return;
        window.subject = ""; // the same subject again is news, too
        window.page = key;
        window.subject = subject;
    }

    Binding {
        target: Theme
        property: "mode"
        value: window.desktop.settings.theme
    }

    Binding {
        target: Theme
        property: "reduceMotion"
        value: window.desktop.settings.reduceMotion
    }

    Binding {
        target: window.desktop.history
        property: "active"
        value: window.page === "overview" && window.visibility !== Window.Hidden && window.visibility !== Window.Minimized
    }

    Connections {
        target: window.desktop

        function onToast(text, actionText, actionId) {
            toast.show(text, actionText, actionId);
        }

        function onFirstStartChanged() {
            if (window.desktop.isFirstStart && window.page === "overview")
                window.page = "first";
        }
    }

    Instantiator {
        model: window.pageKeys

        delegate: Shortcut {
            required property int index
            required property string modelData

            sequence: "Ctrl+" + (index + 1)
            onActivated: window.show(modelData, "")
        }
    }

    Shortcut {
        sequence: "Ctrl+Q"
        onActivated: window.desktop.quit()
    }

    Rail {
        id: rail

        height: parent.height
        isNarrow: window.isNarrow
        gateways: window.desktop.gateways
        pages: window.pageKeys.map((key, i) => ({
                        "key": key,
                        "text": window.pageTitles[i],
                        "badge": window.badgeOf(key)
                    }))
        current: window.page
        onPicked: key => window.show(key, "")
    }

    StatusHeader {
        id: header

        anchors.left: rail.right
        anchors.right: parent.right
        status: window.desktop.status
        onCopied: text => window.desktop.copy(text)
    }

    Item {
        anchors.left: rail.right
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.bottom: parent.bottom

        PageLoader {
            name: "overview"
            sourceComponent: OverviewPage {
                desktop: window.desktop
                onNavigated: (page, subject) => window.show(page, subject)
                onSaveWanted: (item, text, name) => save.begin(item, text, name)
            }
        }

        PageLoader {
            name: "backends"
            sourceComponent: BackendsPage {
                desktop: window.desktop
                subject: window.subject
                onNavigated: (page, subject) => window.show(page, subject)
            }
        }

        PageLoader {
            name: "requests"
            sourceComponent: RequestsPage {
                desktop: window.desktop
                subject: window.subject
                onNavigated: (page, subject) => window.show(page, subject)
            }
        }

        PageLoader {
            name: "routes"
            sourceComponent: RoutesPage {
                desktop: window.desktop
                subject: window.subject
            }
        }

        PageLoader {
            name: "playground"
            sourceComponent: PlaygroundPage {
                desktop: window.desktop
                subject: window.subject
                onNavigated: (page, subject) => window.show(page, subject)
            }
        }

        PageLoader {
            name: "keys"
            sourceComponent: KeysPage {
                desktop: window.desktop
            }
        }

        PageLoader {
            name: "settings"
            sourceComponent: SettingsPage {
                desktop: window.desktop
                onSaveWanted: (item, text, name) => save.begin(item, text, name)
            }
        }

        PageLoader {
            name: "first"
            sourceComponent: FirstStartPage {
                desktop: window.desktop
                onNavigated: (page, subject) => window.show(page, subject)
            }
        }

        ToastBar {
            id: toast

            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.padding
            width: Math.min(implicitWidth, parent.width - 2 * Theme.padding)
            onActed: actionId => window.desktop.act(actionId)
        }
    }

    FileDialog {
        id: save

        property Item picture: null
        property string content: ""

        function begin(item: Item, text: string, name: string) {
            save.picture = item;
            save.content = text;
            save.nameFilters = item ? [qsTr("Pictures (*.png)")] : [qsTr("Text (*.csv *.json *.txt)"), qsTr("All files (*)")];
            save.defaultSuffix = name.split(".").pop();
            save.open();
        }

        fileMode: FileDialog.SaveFile
        onAccepted: {
            if (save.picture)
                window.desktop.savePicture(save.picture, save.selectedFile);
            else
                window.desktop.saveText(save.selectedFile, save.content);
        }
    }

    component PageLoader: Loader {
        required property string name

        anchors.fill: parent
        active: window.page === name || window.visited[name] === true
        visible: window.page === name
        focus: visible
        onLoaded: window.visited[name] = true
    }
}
