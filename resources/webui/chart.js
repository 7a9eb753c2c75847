// SPDX-License-Identifier: MIT
// A chart over time: lines or stacked areas, Y from zero, gaps as gaps, a crosshair with all values.
import { button, download, draw, h, setText } from "./dom.js";
import { chartCsv, chartPng } from "./chartexport.js";
import { clock } from "./format.js";
import { areaPath, largestOf, linePath, stack, ticksFor, timeTicks } from "./scale.js";

const Margin = { left: 56, right: 12, top: 12, bottom: 24 };
const Lookable = 7; // series a chart can show

/** series: [{key, label, colour: 0…6}]; format: value → text with its unit. */
export class Chart {
  constructor({ title, unit, stacked = false, series, format, file, height = 200 }) {
    Object.assign(this, { title, unit, stacked, series: series.slice(0, Lookable), format, file, height, data: null, at: null, width: 0 });
    this.svg = draw("svg", { class: "chart", role: "img", tabindex: "0", height: String(height) });
    this.tip = h("div", { class: "tip", hidden: true });
    this.note = h("p", { class: "chart-note", text: "Loading…" });
    this.legend = h("ul", { class: "legend" }, this.series.map((one) => h("li", null,
      h("span", { class: `swatch s${one.colour}`, "aria-hidden": "true" }), h("span", { text: one.label }))));
    const save = (name, work) => button(name, work, { class: "quiet", "aria-label": `Save “${title}” as ${name}` });
    this.element = h("figure", { class: "card chart-card" },
      h("figcaption", null, h("span", { class: "chart-title", text: title }), h("span", { class: "note", text: unit }), this.legend,
        h("span", { class: "saves" }, save("PNG", () => this.savePng()), save("CSV", () => this.saveCsv()))),
      h("div", { class: "plot" }, this.svg, this.tip, this.note));
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.look(null));
    this.svg.addEventListener("blur", () => this.look(null));
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.observer = new ResizeObserver(() => {
      if (this.svg.clientWidth !== this.width) this.draw();
    });
    this.observer.observe(this.svg);
  }

  /** data: {start, end (ms), series: {key: [number|null]}}; null while there is none. */
  show(data) {
    this.data = data;
    this.draw();
  }

  fail(text) {
    this.data = null;
    this.svg.replaceChildren();
    this.note.hidden = false;
    setText(this.note, text);
  }

  values() {
    return this.series.map((one) => this.data.series[one.key] ?? []);
  }

  draw() {
    this.width = this.svg.clientWidth;
    if (!this.data || this.width < 40) return;
    const values = this.values();
    const points = values[0].length;
    const hasAny = values.some((list) => list.some((value) => value !== null));
    this.note.hidden = hasAny;
    setText(this.note, hasAny ? "" : "Nothing measured in this time.");
    this.stacks = this.stacked ? stack(values) : null;
    const largest = this.stacked ? largestOf(this.stacks.map(({ upper }) => upper)) : largestOf(values);
    const ticks = ticksFor(largest || 1);
    const inner = this.width - Margin.left - Margin.right;
    this.x = (i) => Margin.left + (points < 2 ? inner / 2 : inner * i / (points - 1));
    this.y = (value) => this.height - Margin.bottom - (this.height - Margin.top - Margin.bottom) * value / ticks.at(-1);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("aria-label", this.words(values, points));
    this.svg.replaceChildren(...this.grid(ticks, inner), ...this.marks(values));
    this.cross = draw("line", { class: "cross", y1: String(Margin.top), y2: String(this.height - Margin.bottom), visibility: "hidden" });
    this.svg.append(this.cross);
    if (this.at !== null) this.look(Math.min(this.at, points - 1));
  }

  words(values, points) {
    const last = this.series.map((one, i) => `${one.label} ${this.format(values[i][points - 1] ?? null)}`).join(", ");
    return `${this.title}, ${clock(this.data.start)} to ${clock(this.data.end)}. Last: ${last}. Arrow keys read the values.`;
  }

  grid(ticks, inner) {
    const nodes = [];
    for (const tick of ticks) {
      const y = Math.round(this.y(tick)) + 0.5;
      nodes.push(draw("line", { class: tick === 0 ? "axis" : "rule", x1: String(Margin.left), x2: String(this.width - Margin.right), y1: String(y), y2: String(y) }));
      const label = draw("text", { class: "tick", x: String(Margin.left - 8), y: String(y + 4), "text-anchor": "end" });
      label.textContent = this.format(tick);
      nodes.push(label);
    }
    const { start, end } = this.data;
    for (const time of timeTicks(start, end, Math.max(2, Math.floor(inner / 90)))) {
      const x = Margin.left + inner * (time - start) / Math.max(1, end - start);
      const label = draw("text", { class: "tick", x: String(Math.min(x, this.width - Margin.right - 16)), y: String(this.height - 6), "text-anchor": "middle" });
      label.textContent = clock(time);
      nodes.push(label);
    }
    return nodes;
  }

  marks(values) {
    if (!this.stacked) {
      return this.series.map((one, i) => draw("path", { class: `line s${one.colour}`, d: linePath(values[i], this.x, this.y) }));
    }
    return this.series.map((one, i) => draw("path", { class: `area s${one.colour}`,
      d: areaPath(this.stacks[i].lower, this.stacks[i].upper, this.x, this.y) }));
  }

  point(event) {
    if (!this.data || !this.x) return;
    const points = this.values()[0].length;
    const box = this.svg.getBoundingClientRect();
    const part = (event.clientX - box.left - Margin.left) / (box.width - Margin.left - Margin.right);
    this.look(Math.max(0, Math.min(points - 1, Math.round(part * (points - 1)))));
  }

  key(event) {
    if (!this.data) return;
    const last = this.values()[0].length - 1;
    const big = Math.max(1, Math.round(last / 12));
    const from = this.at ?? last;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from - big, PageDown: from + big, Home: 0, End: last }[event.key];
    if (event.key === "Escape" && this.at !== null) this.look(null);
    else if (to !== undefined) this.look(Math.max(0, Math.min(last, to)));
    else return;
    event.preventDefault();
  }

  /** The crosshair at a point, with every series' value; null takes it away. */
  look(at) {
    this.at = at;
    this.tip.hidden = at === null;
    this.cross?.setAttribute("visibility", at === null ? "hidden" : "visible");
    if (at === null || !this.cross) return;
    const x = this.x(at);
    this.cross.setAttribute("x1", String(x));
    this.cross.setAttribute("x2", String(x));
    const values = this.values();
    const time = this.data.start + (this.data.end - this.data.start) * at / Math.max(1, values[0].length - 1);
    this.tip.replaceChildren(h("strong", { text: clock(time, true) }), ...this.series.map((one, i) => h("span", null,
      h("span", { class: `swatch s${one.colour}` }), h("span", { text: one.label }), h("b", { text: this.format(values[i][at] ?? null) }))));
    this.tip.style.left = `${x > this.width / 2 ? Math.max(0, x - this.tip.offsetWidth - 12) : x + 12}px`;
  }

  saveCsv() {
    if (this.data) download(`${this.file}.csv`, "text/csv", chartCsv(this.data, this.series));
  }

  async savePng() {
    if (this.data) download(`${this.file}.png`, "image/png", await chartPng(this));
  }
}

/** A line without axes for a tile or a cell. */
export function sparkline(node, values, colour = 0) {
  const known = values.filter((value) => value !== null);
  const largest = Math.max(...known, 0) || 1;
  const x = (i) => 1 + 98 * i / Math.max(1, values.length - 1);
  const y = (value) => 23 - 22 * value / largest;
  let path = node.firstElementChild;
  if (!path) {
    node.setAttribute("viewBox", "0 0 100 24");
    node.setAttribute("preserveAspectRatio", "none");
    node.setAttribute("aria-hidden", "true");
    path = draw("path", { class: `line s${colour}`, "vector-effect": "non-scaling-stroke" });
    node.append(path);
  }
  path.setAttribute("d", known.length > 1 ? linePath(values, x, y) : "");
}
