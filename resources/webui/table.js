// SPDX-License-Identifier: MIT
// A table that changes in place: sorting, choice of columns, keys, cards on a narrow screen.
import { button, h, setText, syncChildren } from "./dom.js";

const Step = 100; // rows drawn at a time; more when the last ones come into view

/**
 * columns: [{id, label, number, wide, hidden, value(item) to sort by, make(cell), fill(cell, item)}].
 * `name` keeps the reader's columns and order in local storage.
 */
export class Table {
  constructor({ name, label, columns, keyOf, onOpen, sort = null }) {
    Object.assign(this, { name, columns, keyOf, onOpen, sort, items: [], limit: Step, selected: null });
    this.restore();
    this.head = h("tr");
    this.body = h("tbody");
    this.element = h("table", { class: `grid ${name}`, role: "grid", "aria-label": label }, h("thead", null, this.head), this.body);
    this.element.addEventListener("click", (event) => this.clicked(event));
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.sentinel = h("p", { class: "sentinel", hidden: true });
    new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting) && this.limit < this.items.length) {
        this.limit += Step;
        this.draw();
      }
    }).observe(this.sentinel);
    this.drawHead();
  }

  restore() {
    try {
      const kept = JSON.parse(localStorage.getItem(`meridian.table.${this.name}`) ?? "{}");
      for (const column of this.columns) column.hidden = kept.hidden?.includes(column.id) ?? column.hidden ?? false;
      if (this.columns.some((column) => column.id === kept.sort?.id && column.value)) this.sort = kept.sort;
    } catch { /* somebody else's text: the defaults hold */ }
  }

  keep() {
    localStorage.setItem(`meridian.table.${this.name}`, JSON.stringify({
      hidden: this.columns.filter((column) => column.hidden).map((column) => column.id), sort: this.sort,
    }));
  }

  shown() {
    return this.columns.filter((column) => !column.hidden);
  }

  drawHead() {
    this.head.replaceChildren(...this.shown().map((column) => {
      const cell = h("th", { scope: "col", class: [column.number ? "number" : "", column.class ?? ""].join(" ").trim() });
      const direction = this.sort?.id === column.id ? this.sort.direction : 0;
      if (!column.value) {
        cell.append(column.label);
        return cell;
      }
      cell.setAttribute("aria-sort", direction > 0 ? "ascending" : direction < 0 ? "descending" : "none");
      cell.append(button(`${column.label}${direction > 0 ? " ↑" : direction < 0 ? " ↓" : ""}`, () => this.sortBy(column),
        { class: "sort", "aria-label": `Sort by ${column.label}` }));
      return cell;
    }));
    this.body.replaceChildren();
  }

  /** First the larger ones for numbers; the third click takes the order back. */
  sortBy(column) {
    const first = column.number ? -1 : 1;
    if (this.sort?.id !== column.id) this.sort = { id: column.id, direction: first };
    else this.sort = this.sort.direction === first ? { id: column.id, direction: -first } : null;
    this.keep();
    this.drawHead();
    this.draw();
    this.head.querySelector(`[aria-label="${CSS.escape(`Sort by ${column.label}`)}"]`)?.focus();
  }

  /** The button that opens the list of columns. */
  chooser() {
    const list = h("div", { class: "menu" }, this.columns.map((column) => {
      const box = h("input", { type: "checkbox" });
      box.checked = !column.hidden;
      box.addEventListener("change", () => {
        column.hidden = !box.checked;
        if (this.shown().length === 0) column.hidden = !(box.checked = true);
        this.keep();
        this.drawHead();
        this.draw();
      });
      return h("label", null, box, h("span", { text: column.label }));
    }));
    const details = h("details", { class: "dropdown" }, h("summary", { text: "Columns" }), list);
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      details.open = false;
      details.firstElementChild.focus();
      event.stopPropagation();
    });
    details.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
    });
    return details;
  }

  /** `isFromTop`: nobody has scrolled down, the rows far below need not be drawn any more. */
  show(items, isFromTop = false) {
    this.items = items;
    if (isFromTop) this.limit = Step;
    this.draw();
  }

  ordered() {
    const column = this.sort && this.columns.find((candidate) => candidate.id === this.sort.id);
    if (!column?.value) return this.items;
    const sign = this.sort.direction;
    const rank = (value) => (value === null || value === undefined || value === "" ? 1 : 0); // the unknown last
    return this.items.map((item) => [column.value(item), item]).sort(([a], [b]) => rank(a) - rank(b)
      || sign * (typeof a === "string" && typeof b === "string" ? a.localeCompare(b) : a < b ? -1 : a > b ? 1 : 0))
      .map(([, item]) => item);
  }

  draw() {
    const items = this.ordered().slice(0, this.limit);
    const columns = this.shown();
    syncChildren(this.body, items, this.keyOf, () => this.makeRow(columns), (row, item) => {
      columns.forEach((column, index) => column.fill(row.children[index], item));
      row.setAttribute("aria-selected", String(this.selected === String(this.keyOf(item))));
    });
    const focusable = this.body.querySelector('tr[tabindex="0"]');
    if (this.onOpen && !focusable) this.body.firstElementChild?.setAttribute("tabindex", "0");
    this.sentinel.hidden = this.items.length <= this.limit;
    setText(this.sentinel, this.sentinel.hidden ? "" : `${this.items.length - this.limit} more below`);
  }

  makeRow(columns) {
    const row = h("tr", { tabindex: this.onOpen ? "-1" : undefined });
    for (const column of columns) {
      const cell = h("td", { class: [column.number ? "number" : "", column.wide ? "wide" : "", column.class ?? ""].join(" ").trim(),
        data: { label: column.label } });
      column.make?.(cell);
      row.append(cell);
    }
    return row;
  }

  select(key) {
    this.selected = key === null ? null : String(key);
    for (const row of this.body.children) row.setAttribute("aria-selected", String(row.dataset.key === this.selected));
  }

  open(row) {
    const item = this.items.find((candidate) => String(this.keyOf(candidate)) === row.dataset.key);
    if (item) this.onOpen?.(item, row);
  }

  clicked(event) {
    const row = event.target.closest("tbody tr");
    if (!row || event.target.closest("button, input, a, label, summary, select") || !getSelection().isCollapsed) return;
    this.focus(row);
    this.open(row);
  }

  focus(row) {
    for (const other of this.body.querySelectorAll('tr[tabindex="0"]')) other.setAttribute("tabindex", "-1");
    row.setAttribute("tabindex", "0");
    row.focus();
  }

  key(event) {
    const row = event.target.closest("tbody tr");
    if (!row || event.target !== row) return; // keys inside a cell's own control are that control's
    const target = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling,
      Home: this.body.firstElementChild, End: this.body.lastElementChild }[event.key];
    if (target) this.focus(target);
    else if (event.key === "Enter" || event.key === " ") this.open(row);
    else return;
    event.preventDefault();
  }
}
