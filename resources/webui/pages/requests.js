// SPDX-License-Identifier: MIT
// What happened to this request? A live list that stands still while somebody reads it.
import { get, reason } from "../api.js";
import { button, copy, csvRow, download, fillStateWord, h, say, setText, setTitle, stateWord } from "../dom.js";
import { parseFilter } from "../filter.js";
import { ago, count, duration, shellWord, words } from "../format.js";
import { closePanel, openKey } from "../panel.js";
import { MaxRequests, statusColour, store } from "../store.js";
import { Table } from "../table.js";
import { openRequest } from "./requestpanel.js";

const FilterDelayMs = 150;
const ScrolledPx = 24; // further down than this means reading

const text = (id, label, pick, more = {}) => ({ id, label, value: pick, fill: (cell, request) => {
  const shown = pick(request) ?? "";
  setText(cell, String(shown));
  setTitle(cell, String(shown));
}, ...more });
const time = (id, label, pick, more = {}) => ({ id, label, number: true, value: pick, fill: (cell, request) => setText(cell, duration(pick(request))), ...more });
const number = (id, label, pick, more = {}) => ({ id, label, number: true, value: pick, fill: (cell, request) => setText(cell, count(pick(request))), ...more });

const columns = [
  { id: "time", label: "Time", value: (r) => -Date.parse(r.timestamp), fill: (cell, r) => {
    setText(cell, ago(r.timestamp, Date.now()));
    setTitle(cell, new Date(r.timestamp).toLocaleString());
  } },
  text("model", "Model", (r) => r.model || "–", { wide: true }),
  { id: "backend", label: "Backend", wide: true, value: (r) => r.chosen_backend ?? "", fill: (cell, r) => {
    setText(cell, (r.chosen_backend ?? "–") + (r.attempts > 1 ? ` (attempt ${r.attempts})` : ""));
    setTitle(cell, cell.textContent);
  } },
  { id: "status", label: "Status", value: (r) => r.status_code, make: (cell) => cell.append(stateWord("", ""), h("span", { class: "second inline" })),
    fill: (cell, r) => {
      fillStateWord(cell.children[0], [statusColour(r.status_code), String(r.status_code)]);
      setText(cell.children[1], words(r.error_type ?? (r.stream_defects?.length > 0 ? r.stream_defects[0] : "")));
      setTitle(cell, cell.children[1].textContent);
    } },
  text("stream", "Stream", (r) => (r.stream ? "yes" : "no")),
  time("ttft", "First token", (r) => r.ttfb_ms),
  time("total", "Total", (r) => r.latency_ms),
  { id: "tokens", label: "Tokens in / out", number: true, value: (r) => (r.prompt_tokens === null ? null : r.prompt_tokens + r.completion_tokens),
    fill: (cell, r) => setText(cell, r.prompt_tokens === null ? "–" : `${count(r.prompt_tokens)} / ${count(r.completion_tokens)}`) },
  text("caller", "Caller", (r) => r.client ?? "", { class: "mono" }),
  time("waited", "Waited", (r) => r.queued_ms, { hidden: true }),
  number("attempts", "Attempts", (r) => r.attempts, { hidden: true }),
  number("cached", "Cached tokens", (r) => r.cached_tokens, { hidden: true }),
  text("path", "Path", (r) => r.surface, { hidden: true, wide: true }),
  text("provider", "Provider", (r) => r.provider, { hidden: true }),
  text("fidelity", "Fidelity", (r) => r.fidelity, { hidden: true, wide: true }),
  text("id", "Id", (r) => r.request_id, { hidden: true, class: "mono" }),
];

const CsvColumns = ["request_id", "timestamp", "model", "surface", "stream", "chosen_backend", "status_code", "error_type", "latency_ms",
  "ttfb_ms", "queued_ms", "attempts", "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "client", "dialect", "provider",
  "translated", "fidelity", "hedged", "continued", "tier", "session_route", "trace_id", "upstream_request_id"];

function save(kind, rows) {
  const name = `meridian-requests-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}`;
  if (kind === "JSON") download(`${name}.json`, "application/json", JSON.stringify({ requests: rows }, null, 2));
  else download(`${name}.csv`, "text/csv", csvRow(CsvColumns) + rows.map((row) => csvRow(CsvColumns.map((column) => row[column]))).join(""));
  say(`${rows.length} requests saved`);
}

function firstCurl() {
  const model = store.status.backends.map((backend) => backend.model || (backend.models ?? [])[0]).find((id) => id && !id.includes("*")) ?? "demo-model";
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  return `curl ${location.origin}/v1/chat/completions \\\n  -H 'Content-Type: application/json' \\\n  -d ${shellWord(body)}`;
}

export function requestsPage() {
  const main = document.getElementById("main");
  let isPaused = false;
  let filter = parseFilter("");
  let shown = []; // what the frozen list holds
  let filterTimer = 0;

  const open = (request, row) => {
    table.select(request.request_id);
    openRequest(request, row, () => {
      table.select(null);
      refresh();
    });
  };
  const table = new Table({ name: "requests", label: "Requests, newest first", columns, keyOf: (request) => request.request_id, onOpen: open });
  const box = h("input", { type: "search", id: "filter", class: "filter", placeholder: "status:5xx backend:fast >2s", spellcheck: "false",
    autocomplete: "off", "aria-label": "Filter requests", "aria-describedby": "filter-note" });
  const filterNote = h("p", { class: "note bad", id: "filter-note", role: "status" });
  const note = h("span", { class: "note" });
  const fresh = button("", () => {
    isPaused = false;
    closePanel();
    main.scrollTop = 0;
    refresh(true);
  }, { class: "fresh primary", hidden: true });
  const pause = button("Pause", () => {
    isPaused = !isPaused;
    refresh();
  }, { "aria-pressed": "false" });
  const curl = h("pre");
  const empty = h("div", { class: "empty", hidden: true });
  const card = h("div", { class: "card scroll" }, table.element, empty);
  const element = h("div", { class: "page" },
    h("div", { class: "page-head" }, h("h1", { text: "Requests" }), note, h("span", { class: "tools" }, pause,
      button("CSV", () => save("CSV", shown), { "aria-label": "Save the requests shown as CSV" }),
      button("JSON", () => save("JSON", shown), { "aria-label": "Save the requests shown as JSON" }), table.chooser())),
    h("div", { class: "filter-line" }, box, filterNote), fresh, card, table.sentinel);

  const isReading = () => isPaused || main.scrollTop > ScrolledPx || openKey()?.startsWith("request ")
    || (!getSelection().isCollapsed && table.element.contains(getSelection().anchorNode));

  function showEmpty() {
    const isFiltered = store.requests.length > 0;
    empty.hidden = shown.length > 0;
    table.element.hidden = shown.length === 0;
    if (shown.length > 0 || empty.dataset.kind === String(isFiltered)) return;
    empty.dataset.kind = String(isFiltered);
    if (isFiltered) {
      empty.replaceChildren(h("p", { text: "No request matches the filter." }), button("Show all", () => { box.value = ""; setFilter(); }));
    } else {
      setText(curl, firstCurl());
      empty.replaceChildren(h("p", { text: "No requests yet. Try this:" }), curl, button("Copy", () => copy(curl.textContent, "Command")));
    }
  }

  function refresh(isAsked = false) {
    if (!store.status) return;
    const matching = store.requests.filter(filter.test);
    if (isAsked || !isReading() || shown.length === 0) {
      shown = matching;
      fresh.hidden = true;
      table.show(shown, true);
    } else {
      const newest = shown[0].request_id;
      const at = matching.findIndex((request) => request.request_id === newest);
      const waiting = at < 0 ? matching.length : at;
      fresh.hidden = waiting === 0;
      setText(fresh, `${at < 0 && waiting >= MaxRequests ? "more than " : ""}${count(waiting)} new ↑`);
      table.draw(); // the ages go on
    }
    showEmpty();
    pause.setAttribute("aria-pressed", String(isPaused));
    setText(pause, isPaused ? "Resume" : "Pause");
    setText(note, `${count(shown.length)}${box.value.trim() ? ` of the last ${count(store.requests.length)}` : ""}${store.missed > 0 ? ` · ${count(store.missed)} went by too fast` : ""}`);
  }

  function setFilter() {
    filter = parseFilter(box.value);
    setText(filterNote, filter.problem);
    const query = box.value.trim() ? `?filter=${encodeURIComponent(box.value.trim())}` : "";
    history.replaceState(null, "", `#/requests${query}`);
    main.scrollTop = 0;
    refresh(true);
  }
  box.addEventListener("input", () => {
    clearTimeout(filterTimer);
    filterTimer = setTimeout(setFilter, FilterDelayMs);
  });
  const slash = (event) => {
    if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
    box.focus();
    event.preventDefault();
  };
  document.addEventListener("keydown", slash);

  async function openById(id) {
    try {
      const known = store.requests.find((request) => request.request_id === id) ?? (await get(`requests?id=${encodeURIComponent(id)}`)).requests[0];
      open(known, null);
    } catch (error) {
      say(reason(error), true);
    }
  }

  return { title: "Requests", element, update: () => refresh(), asked(query) {
    const asked = query.get("filter") ?? "";
    if (asked !== box.value.trim()) {
      box.value = asked;
      filter = parseFilter(asked);
      setText(filterNote, filter.problem);
      refresh(true);
    }
    if (query.get("id")) openById(query.get("id"));
  }, leave() {
    document.removeEventListener("keydown", slash);
    clearTimeout(filterTimer);
    closePanel();
  } };
}
