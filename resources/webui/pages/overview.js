// SPDX-License-Identifier: MIT
// Is it working? Headline figures, two charts, the backends, and what needs a look.
import { Chart, sparkline } from "../chart.js";
import { button, draw, fillStateWord, h, setClass, setText, setTitle, stateWord, syncChildren } from "../dom.js";
import { changeOf, count, duration, percent, rate } from "../format.js";
import { reason } from "../api.js";
import { backendState, history, perSecond, store } from "../store.js";

const Points = 240; // of a chart: about one every four pixels
const HourMinutes = 60;
const LeastMs = { hour: 300_000, day: 3_600_000 };

const sum = (values) => values.reduce((total, value) => total + (value ?? 0), 0);
const tail = (values, from, to) => values.slice(Math.max(0, values.length - from), values.length - to);

/** Middle of the known values, each weighted with the requests of its minute. */
function mean(values, weights) {
  let total = 0;
  let weight = 0;
  values.forEach((value, i) => {
    if (value === null || !weights[i]) return;
    total += value * weights[i];
    weight += weights[i];
  });
  return weight > 0 ? total / weight : null;
}

/** What the hour before said, from the minutes of the last day. */
function compare(day, pick) {
  if (!day || day.series.requests.length <= HourMinutes) return "";
  const part = (from, to) => pick((name) => tail(day.series[name] ?? [], from, to));
  const before = tail(day.series.requests, 2 * HourMinutes, HourMinutes);
  if (!before.some((value) => value !== null)) return "";
  return changeOf(part(HourMinutes, 0), part(2 * HourMinutes, HourMinutes));
}

const perStep = (series, step) => series.map((value) => (value === null ? null : value / step));
const shareOf = (part, whole) => whole.map((value, i) => (value > 0 ? (part[i] ?? 0) / value : null));

const Tiles = [
  { id: "rate", name: "Requests", link: "#/requests",
    now: () => (perSecond("requests") === null ? "–" : `${rate(perSecond("requests"))} /s`),
    past: (hour) => perStep(hour.series.requests, hour.step_s), change: (of) => sum(of("requests")) },
  { id: "errors", name: "Error rate", link: "#/requests?filter=is:error", colour: 5,
    now: () => {
      const requests = perSecond("requests");
      return requests === null ? "–" : percent(requests > 0 ? perSecond("failures") / requests : 0);
    },
    bad: () => perSecond("failures") > 0,
    past: (hour) => shareOf(hour.series.failures, hour.series.requests),
    change: (of) => (sum(of("requests")) > 0 ? sum(of("failures")) / sum(of("requests")) : null) },
  { id: "latency", name: "Median / p95", link: "#/requests",
    now: (last) => (last("latency_p50_ms") === null ? "–" : `${duration(last("latency_p50_ms"))} / ${duration(last("latency_p95_ms"))}`),
    past: (hour) => hour.series.latency_p50_ms, change: (of) => mean(of("latency_p50_ms"), of("requests")) },
  { id: "ttfb", name: "Time to first token", link: "#/requests",
    now: (last) => duration(last("ttfb_p50_ms")),
    past: (hour) => hour.series.ttfb_p50_ms, change: (of) => mean(of("ttfb_p50_ms"), of("requests")) },
  { id: "tokens", name: "Tokens", link: "#/requests",
    now: () => (perSecond("completion_tokens") === null ? "–" : `${rate(perSecond("completion_tokens"))} tok/s`),
    past: (hour) => perStep(hour.series.completion_tokens, hour.step_s), change: (of) => sum(of("completion_tokens")) },
  { id: "today", name: "Tokens today", link: "#/requests",
    now: () => {
      const today = store.status.today;
      return today ? count(today.prompt_tokens + today.completion_tokens) : "–";
    },
    past: (hour) => hour.series.prompt_tokens.map((value, i) => (value === null ? null : value + (hour.series.completion_tokens[i] ?? 0))),
    note: () => (store.status.today ? `${count(store.status.today.prompt_tokens)} in, ${count(store.status.today.completion_tokens)} out` : "") },
];

function makeTile(tile) {
  const value = h("dd", { id: `tile-${tile.id}`, text: "–" });
  const told = h("span", { class: "change" });
  const spark = draw("svg", { class: "spark" });
  const element = h("a", { class: "tile", href: tile.link }, h("dl", null, h("dt", { text: tile.name }), value), told, spark);
  return { ...tile, element, value, told, spark };
}

const Statuses = [{ key: "status_2xx", label: "2xx", colour: 0 }, { key: "status_4xx", label: "4xx", colour: 1 },
  { key: "status_5xx", label: "5xx", colour: 5 }];
const Latencies = [{ key: "latency_p50_ms", label: "median", colour: 0 }, { key: "latency_p95_ms", label: "p95", colour: 1 },
  { key: "latency_p99_ms", label: "p99", colour: 3 }];

/**
 * What a chart shows of a history. One that has only begun gets a gap before it, so that its first
 * points are not stretched over the whole width; `end` is the time of the last point.
 */
export function chartData(told) {
  const step = told.step_s * 1000;
  const length = told.series.requests.length;
  const gap = Math.max(0, Math.ceil(LeastMs[told.range] / step) - length);
  const before = new Array(gap).fill(null);
  const start = Date.parse(told.start) - gap * step;
  return { start, end: start + Math.max(0, gap + length - 1) * step,
    series: Object.fromEntries(Object.entries(told.series).map(([name, values]) => [name, [...before, ...values]])) };
}

/** Counts of a step become figures per second. */
function ratesOf(series, names) {
  const rates = names.map((name) => [name, perStep(series.series[name] ?? [], series.step_s)]);
  return { ...series, series: { ...series.series, ...Object.fromEntries(rates) } };
}

function makeAttention() {
  const list = h("ul", { class: "attention" });
  const quiet = h("p", { class: "quiet-line" }, stateWord("ok", "All quiet."));
  const element = h("section", { class: "card", "aria-labelledby": "attention-title" }, h("h2", { id: "attention-title", text: "Needs a look" }), list, quiet);
  const make = () => h("li", null, h("span", { class: "dot" }), h("a", null), h("span", { class: "message" }), h("span", { class: "cure" }));
  const fill = (row, thing) => {
    setClass(row.children[0], `dot ${thing.severity}`);
    setText(row.children[1], thing.subject || thing.severity);
    const link = thing.page === "backends" && thing.subject ? `#/backends?name=${encodeURIComponent(thing.subject)}` : `#/${thing.page}`;
    if (row.children[1].getAttribute("href") !== link) row.children[1].setAttribute("href", link);
    setText(row.children[2], thing.message);
    setText(row.children[3], thing.cure ?? "");
  };
  return { element, update(things) {
    list.hidden = things.length === 0;
    quiet.hidden = things.length > 0;
    syncChildren(list, things, (thing) => `${thing.severity} ${thing.subject} ${thing.message}`, make, fill);
  } };
}

function makeStrip() {
  const list = h("ul", { class: "strip" });
  const empty = h("p", { class: "empty" }, "No backends yet. ", h("a", { href: "#/engines", text: "Find engines on this machine" }));
  const element = h("section", { class: "card", "aria-labelledby": "strip-title" }, h("h2", { id: "strip-title", text: "Backends" }), list, empty);
  const make = () => h("li", null, h("a", null, stateWord("", ""), h("span", { class: "strong name" }),
    h("span", { class: "bar" }, h("span")), h("span", { class: "figure" })));
  const fill = (row, backend, busiest) => {
    const [word, name, bar, figure] = row.firstElementChild.children;
    const link = `#/backends?name=${encodeURIComponent(backend.name)}`;
    if (row.firstElementChild.getAttribute("href") !== link) row.firstElementChild.setAttribute("href", link);
    fillStateWord(word, backendState(backend));
    setText(name, backend.name);
    setTitle(name, `${backend.name} · ${backend.url}`);
    const cap = backend.max_concurrency > 0 ? backend.max_concurrency : busiest;
    bar.firstElementChild.style.width = `${Math.min(100, Math.round(100 * backend.inflight / cap))}%`;
    setText(figure, `${count(backend.inflight)}${backend.max_concurrency > 0 ? ` of ${backend.max_concurrency}` : ""} in flight`);
  };
  return { element, update(backends) {
    empty.hidden = backends.length > 0;
    list.hidden = backends.length === 0;
    const busiest = Math.max(1, ...backends.map((backend) => backend.inflight));
    syncChildren(list, backends, (backend) => backend.name, make, (row, backend) => fill(row, backend, busiest));
  } };
}

/** Two buttons of which one is pressed. */
function rangeSwitch(onChange) {
  const buttons = ["hour", "day"].map((range) => button(range === "hour" ? "Last hour" : "Last day", () => {
    buttons.forEach((other) => other.setAttribute("aria-pressed", String(other.dataset.range === range)));
    onChange(range);
  }, { data: { range }, "aria-pressed": String(range === "hour") }));
  return h("div", { class: "segmented", role: "group", "aria-label": "Time shown" }, buttons);
}

export function overviewPage() {
  let range = "hour";
  let busy = false;
  const tiles = Tiles.map(makeTile);
  const statusChart = new Chart({ title: "Requests by status", unit: "per second", stacked: true, series: Statuses, file: "requests",
    format: (value) => (value === null ? "–" : rate(value)) });
  const latencyChart = new Chart({ title: "Latency", unit: "of whole answers", series: Latencies, file: "latency",
    format: (value) => (value === 0 ? "0 ms" : duration(value)) });
  const strip = makeStrip();
  const attention = makeAttention();
  const note = h("span", { class: "note" });
  const element = h("div", { class: "page" },
    h("h1", { class: "visually-hidden", text: "Overview" }),
    h("div", { class: "tiles" }, tiles.map((tile) => tile.element)),
    h("div", { class: "page-head" }, h("h2", { text: "Traffic" }), note, rangeSwitch((chosen) => { range = chosen; refresh(); })),
    h("div", { class: "charts" }, statusChart.element, latencyChart.element),
    h("div", { class: "charts" }, strip.element, attention.element));

  function showTiles(hour, day) {
    const last = (name) => hour?.series[name]?.findLast((value) => value !== null) ?? null;
    for (const tile of tiles) {
      setText(tile.value, tile.now(last));
      setClass(tile.value, tile.bad?.() ? "bad" : "");
      const against = tile.change ? compare(day, tile.change) : "";
      setText(tile.told, tile.note?.() ?? (against && `${against} vs hour before`));
      if (hour) sparkline(tile.spark, tile.past({ ...hour, series: chartData(hour).series }), tile.colour ?? 0);
    }
  }

  async function refresh() {
    if (busy) return;
    busy = true;
    try {
      const [hour, day, shown] = await Promise.all([history("hour", Points), history("day", 1440), history(range, Points)]);
      if (hour && shown) {
        showTiles(hour, day);
        statusChart.show(chartData(ratesOf(shown, Statuses.map((one) => one.key))));
        latencyChart.show(chartData(shown));
      }
    } catch (error) {
      const text = reason(error);
      statusChart.fail(text);
      latencyChart.fail(text);
    }
    busy = false;
  }

  return { title: "Overview", element, update() {
    strip.update(store.status.backends);
    attention.update(store.status.attention ?? []);
    setText(note, `${store.status.strategy.replaceAll("_", " ")} · up ${duration(store.status.uptime_s * 1000)} · ${count(store.status.totals.connections_open)} connections`);
    refresh();
  }, leave() {
    statusChart.observer.disconnect();
    latencyChart.observer.disconnect();
  } };
}
