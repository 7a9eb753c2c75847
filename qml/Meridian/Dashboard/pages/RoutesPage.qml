// SPDX-License-Identifier: MIT
// Where would it go? The configuration as a form and as text, tried before it is applied, and undone after.
import QtQuick
import QtQuick.Layouts
import Meridian.Client
import Meridian.Dashboard

PageFrame {
    id: page

    required property Desktop desktop
    /*! The backend to point at. */
    property string subject: ""

    readonly property RouteEditor routes: page.desktop.routes
    readonly property bool isWide: page.width >= 960
    readonly property var problems: page.routes.problems
    property string view: "edit"

    readonly property string reason: {
        switch (page.routes.whyNotApply) {
        case "":
            return "";
        case "not_loaded":
            return qsTr("The configuration is being read");
        case "no_config_file":
            return qsTr("The gateway runs without a configuration file");
        case "read_only":
            return qsTr("The configuration file cannot be written");
        case "offline":
            return qsTr("The gateway does not answer");
        case "applying":
            return qsTr("Applying…");
        case "conflict":
            return qsTr("Decide about the changed file first");
        case "unchanged":
            return qsTr("Nothing changed");
        case "validating":
            return qsTr("Checking…");
        case "invalid":
            return qsTr("Problems to solve first: %1").arg(page.problems.filter(problem => problem.severity !== "warning").length);
        }
        return page.routes.whyNotApply;
    }

    readonly property var wideViews: [{
            "key": "edit",
            "text": qsTr("Edit")
        }]
    readonly property var narrowViews: [{
            "key": "form",
            "text": qsTr("Form")
        }, {
            "key": "yaml",
            "text": qsTr("YAML")
        }]
    readonly property var furtherViews: [{
            "key": "dry",
            "text": qsTr("Dry run")
        }, {
            "key": "history",
            "text": qsTr("History")
        }]
    readonly property var views: (page.isWide ? page.wideViews : page.narrowViews).concat(page.furtherViews)

    title: qsTr("Routes")
    isStale: page.desktop.status.stale
    answer: page.routes.path

    onIsWideChanged: if (isWide && (view === "form" || view === "yaml"))
        view = "edit"
    else if (!isWide && view === "edit")
        view = "form"
    Component.onCompleted: if (!isWide)
        view = "form"

    function apply() {
        if (page.routes.canApply)
            page.routes.apply(note.text.trim());
    }

    Shortcut {
        sequence: "Ctrl+S"
        enabled: page.visible
        onActivated: page.apply()
    }

    Shortcut {
        sequence: "F5"
        enabled: page.visible
        onActivated: page.routes.refresh()
    }

    Connections {
        target: page.routes

        function onOutcomeChanged() {
            if (page.routes.lastOutcome === "applied")
                note.clear();
        }
    }

    actions: Segments {
        objectName: "routesViews"
        label: qsTr("View")
        options: page.views
        current: page.view
        onPicked: key => page.view = key
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.view === "edit" || page.view === "form" || page.view === "yaml"
            spacing: Theme.gap

            RoutesForm {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.maximumWidth: page.isWide ? 520 : 4000
                visible: page.view !== "yaml"
                routes: page.routes
                subject: page.subject
            }

            ColumnLayout {
                Layout.fillHeight: true
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                visible: page.view !== "form"
                spacing: 8

                CodeEditor {
                    id: editor

                    objectName: "routesEditor"
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    label: qsTr("Configuration as text; Esc, then Tab leaves it")
                    text: page.routes.text
                    problems: page.routes.problems
                    readOnly: !page.routes.isLoaded
                    onEdited: text => page.routes.setText(text)
                }

                ProblemList {
                    Layout.fillWidth: true
                    Layout.fillHeight: false
                    problems: page.routes.problems
                    onChosen: line => editor.goTo(line)
                }
            }
        }

        RoutesDryRun {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.view === "dry"
            routes: page.routes
        }

        RoutesHistory {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.view === "history"
            routes: page.routes
            now: page.desktop.now
        }

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: bar.implicitHeight + 16
            color: Theme.surface
            border.color: page.routes.undoSecondsLeft > 0 ? Theme.ok : Theme.border
            radius: Theme.radius

            RowLayout {
                id: bar

                anchors.fill: parent
                anchors.margins: 8
                anchors.leftMargin: 12
                spacing: 8

                Plain {
                    Layout.fillWidth: true
                    objectName: "routesState"
                    wrapMode: Text.Wrap
                    maximumLineCount: 2
                    color: page.routes.lastOutcome === "refused" || page.routes.lastOutcome === "failed" || page.routes.whyNotApply === "invalid" ? Theme.error : Theme.muted
                    text: {
                        if (page.routes.undoSecondsLeft > 0 && !page.routes.isModified)
                            return qsTr("Applied. It can be undone for %1 s.").arg(page.routes.undoSecondsLeft);
                        if (page.routes.message !== "" && page.routes.lastOutcome !== "applied" && page.routes.lastOutcome !== "undone")
                            return Format.shortened(page.routes.message, 300);
                        if (page.reason !== "")
                            return page.reason;
                        return qsTr("Changes ready to apply: %1").arg(Math.max(1, page.routes.changes.length));
                    }
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }

                TextBox {
                    id: note

                    visible: page.routes.isModified && page.width > 760
                    implicitWidth: 180
                    placeholderText: qsTr("Why (kept in the history)")
                    maximumLength: 200
                }

                ActionButton {
                    objectName: "undoButton"
                    visible: page.routes.undoSecondsLeft > 0
                    text: qsTr("Undo")
                    tip: qsTr("Put the configuration before back")
                    onClicked: page.routes.undo()
                }

                ActionButton {
                    objectName: "discardButton"
                    enabled: page.routes.isModified
                    text: qsTr("Discard")
                    tip: qsTr("Forget the draft")
                    onClicked: page.routes.discard()
                }

                ActionButton {
                    objectName: "applyButton"
                    kind: "primary"
                    enabled: page.routes.canApply
                    text: qsTr("Apply")
                    tip: page.reason !== "" ? page.reason : qsTr("Apply without dropping a request (Ctrl+S)")
                    onClicked: page.apply()
                }
            }
        }
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(parent.width - 40, 520)
        visible: !page.routes.isLoaded && page.view !== "history" && page.view !== "dry"
        glyph: "routes"
        title: page.routes.whyNotApply === "no_config_file" ? qsTr("The gateway runs without a configuration file") : page.routes.whyNotApply === "offline" ? qsTr("The gateway does not answer") : qsTr("Reading the configuration…")
        explanation: page.routes.message
    }

    Loader {
        anchors.fill: parent
        active: page.routes.conflict !== null && page.routes.conflict !== undefined
        sourceComponent: RoutesConflict {
            routes: page.routes
        }
    }
}
