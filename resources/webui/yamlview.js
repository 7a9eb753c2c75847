// SPDX-License-Identifier: MIT
// The text of the configuration: a text area with line numbers and marks where something is wrong.
import { h, setClass, setTitle } from "./dom.js";

const LineHeight = 20; // px, as in pages.css
const MostMarks = 200;

/** `onChange` runs after each change of the reader's. */
export class YamlView {
  constructor({ label, onChange, readOnly = false }) {
    this.area = h("textarea", { class: "code", spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "off",
      "aria-label": label, readonly: readOnly });
    this.gutter = h("div", { class: "gutter", "aria-hidden": "true" });
    this.numbers = h("div", { class: "numbers" });
    this.gutter.append(this.numbers);
    this.marks = h("div", { class: "marks", "aria-hidden": "true" });
    this.layer = h("div", { class: "layer", "aria-hidden": "true" }, this.marks);
    this.element = h("div", { class: "yaml" }, this.gutter, this.layer, this.area);
    this.lines = 0;
    this.problems = [];
    this.area.addEventListener("input", () => {
      this.drawNumbers();
      this.drawMarks();
      onChange?.(this.area.value);
    });
    this.area.addEventListener("scroll", () => this.follow());
    this.area.addEventListener("keydown", (event) => this.key(event));
  }

  get text() {
    return this.area.value;
  }

  /** Keeps the caret and the place when the text comes from elsewhere. */
  set text(text) {
    if (this.area.value === text) return;
    const { selectionStart, selectionEnd, scrollTop, scrollLeft } = this.area;
    this.area.value = text;
    this.area.setSelectionRange(selectionStart, selectionEnd);
    this.area.scrollTop = scrollTop;
    this.area.scrollLeft = scrollLeft;
    this.drawNumbers();
    this.drawMarks();
  }

  /** problems: [{severity, line, message}], lines from 1. */
  show(problems) {
    this.problems = problems.slice(0, MostMarks);
    this.area.setAttribute("aria-invalid", String(problems.some((problem) => problem.severity === "error")));
    this.drawNumbers(true);
    this.drawMarks();
  }

  drawNumbers(isForced = false) {
    const lines = this.area.value.split("\n").length;
    if (lines === this.lines && !isForced) return;
    while (this.numbers.children.length > lines) this.numbers.lastElementChild.remove();
    while (this.numbers.children.length < lines) this.numbers.append(h("span", { text: String(this.numbers.children.length + 1) }));
    this.lines = lines;
    const worst = new Map();
    for (const problem of this.problems) if (worst.get(problem.line)?.severity !== "error") worst.set(problem.line, problem);
    for (let i = 0; i < lines; ++i) {
      const problem = worst.get(i + 1);
      setClass(this.numbers.children[i], problem ? `mark ${problem.severity}` : "");
      setTitle(this.numbers.children[i], problem?.message ?? "");
    }
  }

  /** The text of a faulty line once more, unseen, but for the wave below it. */
  drawMarks() {
    const lines = this.area.value.split("\n");
    const worst = new Map();
    for (const problem of this.problems) if (worst.get(problem.line) !== "error") worst.set(problem.line, problem.severity);
    this.marks.replaceChildren(...[...worst].filter(([line]) => line >= 1 && line <= lines.length).map(([line, severity]) => {
      const text = lines[line - 1];
      const indent = /^\s*/.exec(text)[0];
      const mark = h("div", { class: "marked" }, indent, h("span", { class: severity, text: text.slice(indent.length) || " " }));
      mark.style.top = `${(line - 1) * LineHeight}px`;
      return mark;
    }));
    this.follow();
  }

  follow() {
    this.numbers.style.transform = `translateY(${-this.area.scrollTop}px)`;
    this.marks.style.transform = `translate(${-this.area.scrollLeft}px, ${-this.area.scrollTop}px)`;
  }

  goTo(line) {
    const lines = this.area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    this.area.focus();
    this.area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    this.area.scrollTop = Math.max(0, (line - 4) * LineHeight);
    this.area.scrollLeft = 0;
  }

  /** Enter keeps the indentation; Tab is left alone, it leads out of the field. */
  key(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || this.area.readOnly) return;
    const before = this.area.value.slice(0, this.area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = /^ *(?:- )?/.exec(line)[0].replace("-", " ");
    if (indent === "") return;
    event.preventDefault();
    this.area.setRangeText(`\n${indent}`, this.area.selectionStart, this.area.selectionEnd, "end");
    this.area.dispatchEvent(new Event("input"));
  }
}

/** A unified diff or a text with some lines marked, to be read only. */
export function plainLines(lines, classOf, label) {
  return h("div", { class: "plain-lines", tabindex: "0", role: "region", "aria-label": label },
    lines.map((text, i) => h("div", { class: classOf(text, i), text: text || " " })));
}

export const diffView = (diff, label = "Difference") => plainLines(diff.replace(/\n$/, "").split("\n"), (text) => (
  /^(\+\+\+|---)/.test(text) ? "head" : text.startsWith("@@") ? "head" : text.startsWith("+") ? "added" : text.startsWith("-") ? "removed" : ""), label);
