// SPDX-License-Identifier: MIT
// One backend in the side panel: what it says of itself, its breakers, where its settings stand.
import { get, post, reason } from "../api.js";
import { Chart } from "../chart.js";
import { button, h, setText, syncChildren } from "../dom.js";
import { ago, count, duration, percent, rate, words } from "../format.js";
import { facts, openPanel, part } from "../panel.js";
import { backendState, history, store } from "../store.js";
import { act, drainOrEnable } from "./backendactions.js";
import { chartData } from "./overview.js";

const RefreshMs = 1000;
const EventsEveryMs = 5000;
const ShownEvents = 20;

const find = (name) => store.status?.backends.find((backend) => backend.name === name) ?? null;

function stateFacts(backend) {
  const [, word] = backendState(backend);
  return facts([
    ["State", word], ["Address", backend.url], ["Provider", backend.provider], ["Engine", backend.engine],
    ["Models", backend.model || (backend.models ?? []).join(", ") || "any"], ["Tags", (backend.tags ?? []).join(", ")],
    ["Last probe", backend.last_probe ?? "not probed yet"],
    ["Failed probes", backend.consecutive_failures > 0 ? `${backend.consecutive_failures} in a row` : ""],
    ["In flight", `${count(backend.inflight)}${backend.max_concurrency > 0 ? ` of ${count(backend.max_concurrency)}` : ", no limit"}`],
    ["Waiting for it", backend.waiting > 0 ? count(backend.waiting) : ""],
    ["Average latency", backend.ewma_latency_ms > 0 ? duration(backend.ewma_latency_ms) : ""],
    ["First byte, p95", backend.ttfb_p95_ms === null ? "" : duration(backend.ttfb_p95_ms)],
    ["Keys refused", backend.keys_refused > 0 ? count(backend.keys_refused) : ""],
    ["Credential", backend.credential && (backend.credential.last_error ?? `good for ${duration(backend.credential.valid_for_s * 1000)}`)],
  ]);
}

function circuitNodes(backend) {
  if (!backend.circuit) return [h("p", { class: "note", text: "Breakers are off (resilience.circuit_breaker)." })];
  if (backend.circuit.models.length === 0) return [h("p", { class: "note", text: "Closed; no request has gone here yet." })];
  return [h("ul", { class: "plain" }, backend.circuit.models.map((circuit) => h("li", null,
    h("span", { class: `dot ${circuit.state === "open" ? "error" : circuit.state === "half_open" ? "warning" : "ok"}` }),
    `${circuit.model || "any model"}: ${words(circuit.state)}`,
    circuit.consecutive_failures > 0 ? `, ${circuit.consecutive_failures} failures in a row` : "",
    circuit.state === "open" ? `, tried again in ${duration(circuit.reopens_in_ms)}` : "")))];
}

function telemetryNodes(backend) {
  const told = facts([["Queue", backend.queue_depth === null ? "" : count(backend.queue_depth)],
    ["Running", backend.running_requests === null ? "" : count(backend.running_requests)],
    ["Tokens", backend.tokens_per_sec === null ? "" : `${rate(backend.tokens_per_sec)} tok/s`],
    ["Memory", backend.gpu_mem_util === null ? "" : percent(backend.gpu_mem_util)], ["Last reading", backend.telemetry]]);
  return [told.children.length > 0 ? told : h("p", { class: "note", text: "None: set telemetry.url of this backend to see its queue and memory." })];
}

/** What the configuration says of this backend, and where: `config.yaml:42`. */
async function provenance(name) {
  const config = await get("config");
  const { values } = await post("config/validate", { text: config.text });
  const own = values.find((value) => /^backends\[\d+\]\.name$/.test(value.path) && value.value === name);
  if (!own) return [h("p", { class: "note", text: "It is not in the file as it stands now." })];
  const prefix = own.path.slice(0, -"name".length);
  const place = (value) => (value.source === "file" ? `${(value.file || config.path || "").split("/").pop()}:${value.line}` : words(value.source));
  return [h("table", { class: "values" }, h("tbody", null, values.filter((value) => value.path.startsWith(prefix)).map((value) => h("tr", null,
    h("td", { text: value.path.slice(prefix.length) }), h("td", { class: "mono", text: value.value }), h("td", { class: "place", text: place(value) }))))),
  h("a", { href: `#/routes?line=${own.line ?? 1}`, text: "Change it in Routes" })];
}

async function eventsOf(name) {
  const { events } = await get("events?after=0&limit=1000");
  return events.filter((event) => event.subject === name).slice(-ShownEvents).reverse();
}

export function openBackend(name, from, onClose) {
  let timer = 0;
  let lastEvents = 0;
  const body = openPanel({ key: `backend ${name}`, title: name, from, onClose: () => {
    clearInterval(timer);
    chart.observer.disconnect();
    onClose?.();
  } });
  if (!body) return;
  const chart = new Chart({ title: "Latency", unit: "last hour", height: 160, file: `latency-${name.replace(/[^\w.-]+/g, "_")}`,
    series: [{ key: "latency_p50_ms", label: "median", colour: 0 }, { key: "latency_p95_ms", label: "p95", colour: 1 }],
    format: (value) => (value === 0 ? "0 ms" : duration(value)) });
  const state = h("div");
  const circuits = h("div");
  const telemetry = h("div");
  const events = h("ul", { class: "plain events", hidden: true });
  const noEvents = h("p", { class: "note", text: "Nothing has happened to it." });
  const settings = h("div", null, h("p", { class: "note", text: "Loading…" }));
  const drain = button("Drain", () => drainOrEnable(find(name)));
  body.append(h("div", { class: "actions" }, drain, button("Probe now", () => act(name, "probe", {}, `${name} is being probed`)),
    h("a", { class: "button", href: `#/requests?filter=${encodeURIComponent(`backend:"${name}"`)}`, text: "Its requests" })),
  state, chart.element, part("Breakers", circuits), part("Telemetry", telemetry), part("What happened", events, noEvents), part("Configuration", settings));

  const makeEvent = () => h("li", null, h("span", { class: "when" }), h("span"));
  async function slow() {
    try {
      const [series, happened] = await Promise.all([history("hour", 120, name), eventsOf(name)]);
      if (series) chart.show(chartData(series));
      noEvents.hidden = happened.length > 0;
      events.hidden = happened.length === 0;
      syncChildren(events, happened, (event) => event.seq, makeEvent, (row, event) => {
        setText(row.children[0], ago(event.timestamp, Date.now()));
        row.children[0].title = new Date(event.timestamp).toLocaleString();
        setText(row.children[1], event.message);
      });
    } catch (error) {
      chart.fail(reason(error));
    }
  }
  function refresh() {
    const backend = find(name);
    if (!backend) {
      state.replaceChildren(h("p", { class: "note", text: "This backend is no longer configured." }));
      return;
    }
    if (getSelection().isCollapsed || !body.contains(getSelection().anchorNode)) { // a reader may be copying
      state.replaceChildren(stateFacts(backend));
      circuits.replaceChildren(...circuitNodes(backend));
      telemetry.replaceChildren(...telemetryNodes(backend));
    }
    setText(drain, backend.draining ? "Enable" : "Drain");
    if (Date.now() - lastEvents < EventsEveryMs || document.hidden) return;
    lastEvents = Date.now();
    slow();
  }
  refresh();
  timer = setInterval(refresh, RefreshMs);
  provenance(name).then((nodes) => settings.replaceChildren(...nodes), (error) => settings.replaceChildren(h("p", { class: "note", text: reason(error) })));
}
