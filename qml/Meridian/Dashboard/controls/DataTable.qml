// SPDX-License-Identifier: MIT
// Rows of a list model under a head. Columns give way when it gets narrow; the whole table works by keyboard.
import QtQuick
import QtQuick.Controls.Basic
import Meridian.Dashboard

FocusScope {
    id: table

    property alias model: list.model
    default property list<TableColumn> columns
    /*! The role that tells rows apart, and its value in the selected row. */
    property string keyRole: ""
    property string selectedKey: ""
    property string sortRole: ""
    property bool sortDescending: false
    property string label: ""
    /*! New rows at the top are shown; else what is seen stays where it is. */
    property bool followsTop: false
    property alias count: list.count
    property alias currentIndex: list.currentIndex

    signal selected(string key)
    signal sortRequested(string role)
    signal menuRequested(string key, Item item, real x, real y)
    /*! The wheel, the scroll bar or a key moved the list; `isAtRest` at its top. */
    signal scrolled(bool isAtRest)

    readonly property int scrollBarWidth: 12
    readonly property int chooserWidth: 28
    readonly property real space: width - 16 - chooserWidth
    /*! Which columns are shown, as their roles: compared as text, so that a resize rebuilds rows only when it must. */
    readonly property string shownKey: fitting(space).map(column => column.role).join(" ")
    property var shownColumns: []

    onShownKeyChanged: shownColumns = fitting(space)
    Component.onCompleted: shownColumns = fitting(space)

    Accessible.role: Accessible.Table
    Accessible.name: label

    function all(): var {
        const found = [];
        for (let i = 0; i < table.columns.length; ++i)
            found.push(table.columns[i]);
        return found;
    }

    function fitting(space: real): var {
        const wanted = table.all().filter(column => column.isWanted);
        const byPriority = wanted.slice().sort((a, b) => a.priority - b.priority);
        let used = 0;
        const kept = [];
        for (const column of byPriority) {
            if (column.priority > 0 && used + column.width > space)
                break;
            used += column.width;
            kept.push(column);
        }
        return wanted.filter(column => kept.indexOf(column) >= 0);
    }

    function widthOf(column: TableColumn): real {
        let used = 0;
        let stretching = 0;
        for (const one of table.shownColumns) {
            used += one.width;
            stretching += one.stretches ? 1 : 0;
        }
        const over = table.space - used; // below zero, columns of priority 0 share what is missing
        if (over < 0)
            return column.width * Math.max(0.2, table.space / used);
        return column.stretches ? column.width + over / stretching : column.width;
    }

    function rowAt(index: int): var {
        const item = list.itemAtIndex(index) as TableRow;
        return item ? item.roles : null;
    }

    function select(index: int) {
        list.currentIndex = index;
        const row = table.rowAt(index);
        if (row)
            table.selected(String(row[table.keyRole]));
    }

    function move(by: int) {
        if (list.count === 0)
            return;
        list.currentIndex = Math.max(0, Math.min(list.count - 1, Math.max(0, list.currentIndex) + by));
        list.positionViewAtIndex(list.currentIndex, ListView.Contain);
        table.scrolled(false);
    }

    function showTop() {
        list.positionViewAtBeginning();
        list.currentIndex = -1;
    }

    TableHead {
        id: head

        width: parent.width
        allColumns: table.all()
        columns: table.shownColumns
        widthOf: column => table.widthOf(column)
        sortRole: table.sortRole
        sortDescending: table.sortDescending
        onSortRequested: role => table.sortRequested(role)
    }

    ListView {
        id: list

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        clip: true
        focus: true
        activeFocusOnTab: true
        reuseItems: true
        currentIndex: -1
        boundsBehavior: Flickable.StopAtBounds
        highlightMoveDuration: 0
        onMovementStarted: table.scrolled(false)
        onMovementEnded: table.scrolled(list.atYBeginning)
        ScrollBar.vertical: Scroller {
            onPressedChanged: table.scrolled(!pressed && list.atYBeginning)
        }

        Connections {
            target: table.followsTop ? table.model : null

            function onRowsInserted() {
                list.positionViewAtBeginning();
            }
        }

        Keys.onUpPressed: table.move(-1)
        Keys.onDownPressed: table.move(list.currentIndex < 0 ? 0 : 1)
        Keys.onReturnPressed: table.select(list.currentIndex)
        Keys.onEnterPressed: table.select(list.currentIndex)
        Keys.onSpacePressed: table.select(list.currentIndex)
        Keys.onMenuPressed: table.openMenu()
        Keys.onPressed: event => {
            const page = Math.max(1, Math.floor(list.height / Theme.rowHeight) - 1);
            switch (event.key) {
            case Qt.Key_PageDown:
                table.move(page);
                break;
            case Qt.Key_PageUp:
                table.move(-page);
                break;
            case Qt.Key_Home:
                table.move(-list.count);
                break;
            case Qt.Key_End:
                table.move(list.count);
                break;
            case Qt.Key_F10:
                if (!(event.modifiers & Qt.ShiftModifier))
                    return;
                table.openMenu();
                break;
            default:
                return;
            }
            event.accepted = true;
        }

        delegate: TableRow {
            width: list.width
            owner: table
            hasKeyboard: list.activeFocus && ListView.isCurrentItem
        }
    }

    function openMenu() {
        const row = list.itemAtIndex(list.currentIndex) as TableRow;
        if (row)
            table.menuRequested(String(row.roles[table.keyRole]), row, 40, row.height);
    }
}
