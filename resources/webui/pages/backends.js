// SPDX-License-Identifier: MIT
// Who is serving? A row per backend with what it does now, and what can be done about it.
import { sparkline } from "../chart.js";
import { button, draw, fillStateWord, h, setText, setTitle, stateWord } from "../dom.js";
import { count, duration, percent, rate } from "../format.js";
import { closePanel, openKey } from "../panel.js";
import { backendState, store } from "../store.js";
import { Table } from "../table.js";
import { act, drainOrEnable, setWeight } from "./backendactions.js";
import { openBackend } from "./backendpanel.js";

const RecentErrors = 200; // the newest requests of a backend that its error rate is taken from
const Few = 5; // below that a rate says nothing

/** Error rate over the newest requests that the page knows; null of too few. */
function errorRate(name) {
  let all = 0;
  let bad = 0;
  for (const request of store.requests) {
    if (request.chosen_backend !== name) continue;
    ++all;
    if (request.status_code >= 500) ++bad;
    if (all === RecentErrors) break;
  }
  return all < Few ? null : bad / all;
}

/** The share of the weights; only strategies that look at weights keep to it. */
function shareOf(backend) {
  const total = store.status.backends.reduce((sum, one) => sum + (takesTraffic(one) ? one.weight : 0), 0);
  return takesTraffic(backend) && total > 0 ? backend.weight / total : 0;
}

const takesTraffic = (backend) => backend.healthy && !backend.draining && backend.circuit?.state !== "open";

const defectsOf = (backend) => Object.values(backend.stream_defects ?? {}).reduce((sum, number) => sum + number, 0);

function makeWeight(cell) {
  const field = h("input", { class: "weight", inputmode: "numeric", size: 7 });
  const share = h("span", { class: "second inline" });
  const give = async () => {
    const backend = cell.backend;
    if (field.value === String(backend.weight)) return;
    if (!await setWeight(backend, field.value)) field.value = String(cell.backend.weight);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      give();
      event.preventDefault();
    } else if (event.key === "Escape") {
      field.value = String(cell.backend.weight);
      event.preventDefault();
    }
  });
  field.addEventListener("change", give);
  cell.append(field, share);
}

function fillWeight(cell, backend) {
  const [field, share] = cell.children;
  cell.backend = backend;
  const isFresh = field.getAttribute("aria-label") === null;
  field.setAttribute("aria-label", `Weight of ${backend.name}`);
  if (isFresh || document.activeElement !== field) field.value = String(backend.weight);
  const configured = backend.configured_weight ?? backend.weight;
  setText(share, percent(shareOf(backend)));
  setTitle(cell, `${percent(shareOf(backend))} of the weights${configured === backend.weight ? "" : `; the file says ${configured}`}`);
  field.classList.toggle("changed", configured !== backend.weight);
}

const columns = [
  { id: "state", label: "State", value: (b) => backendState(b)[1], make: (cell) => cell.append(stateWord("", "")),
    fill: (cell, b) => { fillStateWord(cell.firstElementChild, backendState(b)); setTitle(cell, b.last_probe ?? "not probed yet"); } },
  { id: "name", label: "Name", wide: true, value: (b) => b.name,
    make: (cell) => cell.append(h("span", { class: "strong" }), h("span", { class: "second" })),
    fill: (cell, b) => { setText(cell.children[0], b.name); setText(cell.children[1], b.url); setTitle(cell, `${b.name} · ${b.url}`); } },
  { id: "model", label: "Provider and model", wide: true, value: (b) => b.model || (b.models ?? []).join(", "),
    make: (cell) => cell.append(h("span"), h("span", { class: "second" })),
    fill: (cell, b) => {
      setText(cell.children[0], b.provider === "openai" ? b.engine : b.provider);
      const models = b.model || (b.models ?? []).join(", ") || "any model";
      setText(cell.children[1], models);
      setTitle(cell, models);
    } },
  { id: "inflight", label: "In flight", value: (b) => b.inflight, make: (cell) => cell.append(h("span", { class: "figure" }), h("span", { class: "bar" }, h("span"))),
    fill: (cell, b) => {
      const busiest = Math.max(1, ...store.status.backends.map((one) => one.inflight));
      const waiting = b.waiting ?? 0;
      setText(cell.children[0], count(b.inflight) + (b.max_concurrency > 0 ? ` of ${count(b.max_concurrency)}` : "") + (waiting > 0 ? ` + ${count(waiting)}` : ""));
      setTitle(cell, waiting > 0 ? `${count(waiting)} waiting for a free place` : "");
      cell.children[1].firstElementChild.style.width = `${Math.min(100, Math.round(100 * b.inflight / (b.max_concurrency || busiest)))}%`;
    } },
  { id: "latency", label: "Latency", number: true, value: (b) => b.ewma_latency_ms || null,
    make: (cell) => cell.append(draw("svg", { class: "spark cell" }), h("span", { class: "figure" })),
    fill: (cell, b) => {
      sparkline(cell.children[0], store.latencies.get(b.name) ?? []);
      setText(cell.children[1], b.ewma_latency_ms > 0 ? duration(b.ewma_latency_ms) : "–");
      setTitle(cell, "Moving average; the line shows the last two minutes");
    } },
  { id: "queue", label: "Queue, KV", number: true, value: (b) => b.queue_depth,
    fill: (cell, b) => {
      setText(cell, b.queue_depth === null && b.gpu_mem_util === null ? "–" : `${count(b.queue_depth)}, ${percent(b.gpu_mem_util)}`);
      setTitle(cell, b.telemetry ?? "tells nothing about itself (no telemetry configured)");
    } },
  { id: "weight", label: "Weight", number: true, value: (b) => b.weight, make: makeWeight, fill: fillWeight },
  { id: "errors", label: "Errors", number: true, value: (b) => errorRate(b.name),
    fill: (cell, b) => { setText(cell, percent(errorRate(b.name))); cell.classList.toggle("bad", errorRate(b.name) > 0); setTitle(cell, `of its last ${RecentErrors} requests`); } },
  { id: "defects", label: "Defects", number: true, value: defectsOf,
    fill: (cell, b) => {
      setText(cell, count(defectsOf(b)));
      setTitle(cell, defectsOf(b) === 0 ? "Faults seen in its streams" : Object.entries(b.stream_defects ?? {}).map(([name, number]) => `${name.replaceAll("_", " ")}: ${number}`).join("\n"));
    } },
  { id: "tokens", label: "tok/s", number: true, value: (b) => b.tokens_per_sec, fill: (cell, b) => setText(cell, rate(b.tokens_per_sec ?? null)) },
  { id: "actions", label: "", class: "row-actions",
    make: (cell) => {
      cell.append(button("Drain", () => drainOrEnable(cell.backend)),
        button("Probe", () => act(cell.backend.name, "probe", {}, `${cell.backend.name} is being probed`)));
    },
    fill: (cell, b) => {
      cell.backend = b;
      const word = b.draining ? "Enable" : "Drain";
      setText(cell.children[0], word);
      cell.children[0].setAttribute("aria-label", `${word} ${b.name}`);
      cell.children[1].setAttribute("aria-label", `Probe ${b.name} now`);
    } },
];

/** Keys on a row, as the line below the table says. */
function keys(event, table) {
  const row = event.target.closest("tbody tr");
  const backend = row && event.target === row && !event.ctrlKey && !event.metaKey && !event.altKey
    && store.status.backends.find((one) => one.name === row.dataset.key);
  if (!backend) return;
  if (event.key === "d") drainOrEnable(backend);
  else if (event.key === "p") act(backend.name, "probe", {}, `${backend.name} is being probed`);
  else if (event.key === "w") row.querySelector("input.weight")?.select();
  else return;
  if (event.key === "w") row.querySelector("input.weight")?.focus();
  table.select(openKey());
  event.preventDefault();
}

export function backendsPage() {
  let wanted = null;
  const open = (backend, row) => {
    table.select(backend.name);
    openBackend(backend.name, row, () => table.select(null));
  };
  const table = new Table({ name: "backends", label: "Backends", columns, keyOf: (backend) => backend.name, onOpen: open });
  table.element.addEventListener("keydown", (event) => keys(event, table));
  const note = h("span", { class: "note" });
  const empty = h("div", { class: "empty", hidden: true }, h("p", { text: "No backends yet. A backend is a server that runs models." }),
    h("a", { class: "button primary", href: "#/engines", text: "Find engines on this machine" }));
  const card = h("div", { class: "card scroll" }, table.element, empty);
  const element = h("div", { class: "page" },
    h("div", { class: "page-head" }, h("h1", { text: "Backends" }), note,
      h("span", { class: "tools" }, h("a", { class: "button", href: "#/engines", text: "Find engines" }), table.chooser())),
    card, table.sentinel, h("p", { class: "note keys" }, "On a row: ", h("kbd", { text: "Enter" }), " details, ", h("kbd", { text: "D" }), " drain or enable, ",
      h("kbd", { text: "P" }), " probe now, ", h("kbd", { text: "W" }), " weight."));

  return { title: "Backends", element, asked(query) {
    wanted = query.get("name");
  }, update() {
    const { backends } = store.status;
    table.element.hidden = backends.length === 0;
    empty.hidden = backends.length > 0;
    table.show(backends);
    const down = backends.filter((backend) => !backend.healthy).length;
    setText(note, down > 0 ? `${down} of ${backends.length} unhealthy` : `${backends.length} healthy`);
    const asked = backends.find((backend) => backend.name === wanted);
    wanted = null;
    if (asked) open(asked, table.body.querySelector(`tr[data-key="${CSS.escape(asked.name)}"]`));
  }, leave: closePanel };
}
