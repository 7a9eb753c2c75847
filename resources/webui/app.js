// SPDX-License-Identifier: MIT
// Polls the gateway once a second and updates the page in place. Everything shown was chosen by
// somebody else (model names, probe texts): it goes in as textContent, never as markup.
import { ago, count, duration, percent, quantile, rate, shellWord } from "./format.js";

const PollMs = 1000;
const AnswerMs = 4000; // a poll that takes longer is given up
const StaleMs = 5000; // older figures are dimmed: they are not shown as new
const RateWindowMs = 10_000;
const ShownRequests = 100;

const byId = (id) => document.getElementById(id);

const state = {
  samples: [], // {at, totals} of the last RateWindowMs
  lastGood: 0,
  address: "",
  paused: false,
};

// --- small helpers -------------------------------------------------------------------------

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text; // an untouched node keeps its selection
}

function setClass(node, name) {
  if (node.className !== name) node.className = name;
}

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Rows by key: reused, moved only when their order changed, removed when gone. */
function syncRows(body, items, keyOf, make, update) {
  const existing = new Map();
  for (const row of body.children) existing.set(row.dataset.key, row);
  let place = body.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let row = existing.get(key);
    existing.delete(key);
    if (!row) {
      row = make(item);
      row.dataset.key = key;
    }
    update(row, item);
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
  for (const row of existing.values()) row.remove();
}

function makeRow(labels) {
  const row = element("tr");
  for (const [label, className] of labels) {
    const cell = element("td", className);
    cell.dataset.label = label; // the column's name when the table is shown as cards
    row.append(cell);
  }
  return row;
}

async function copy(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Press Ctrl+C"; // no clipboard outside https and localhost
    const range = document.createRange();
    const source = button.id === "copy-curl" ? byId("curl") : byId("state-text");
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  setTimeout(() => { button.textContent = before; }, 1500);
}

// --- backends ------------------------------------------------------------------------------

function backendState(backend) {
  if (!backend.healthy) return ["error", "Unhealthy"];
  if (backend.circuit?.state === "open") return ["error", "Circuit open"];
  if (backend.circuit?.state === "half_open") return ["warning", "Circuit half open"];
  if (backend.draining) return ["warning", backend.inflight > 0 ? "Draining" : "Drained"];
  if (backend.weight === 0) return ["muted", "No traffic"];
  if (backend.idle) return ["muted", "Idle"];
  return ["ok", "Healthy"];
}

function makeBackendRow() {
  const row = makeRow([["State"], ["Name"], ["Engine and model"], ["In flight"],
    ["Latency", "number"], ["Weight", "number"], ["Last probe", "probe"]]);
  const [stateCell, name, engine, inflight] = row.children;
  stateCell.append(element("span", "dot"), element("span", "word"));
  name.append(element("span", "strong"), element("span", "second"));
  engine.append(element("span"), element("span", "second"));
  const bar = element("span", "bar");
  bar.append(element("span"));
  inflight.append(element("span", "figure"), bar);
  return row;
}

function updateBackendRow(row, backend, busiest) {
  const [stateCell, name, engine, inflight, latency, weight, probe] = row.children;
  const [colour, word] = backendState(backend);
  setClass(stateCell.children[0], `dot ${colour}`);
  setText(stateCell.children[1], word);
  setText(name.children[0], backend.name);
  name.title = `${backend.name} · ${backend.url}`;
  setText(name.children[1], backend.url);
  setText(engine.children[0], backend.engine);
  const models = backend.models ?? [];
  setText(engine.children[1], backend.model || (models.length > 0 ? models.join(", ") : "any model"));
  engine.title = engine.children[1].textContent;
  const waiting = backend.waiting ?? 0;
  setText(inflight.children[0], count(backend.inflight) + (waiting > 0 ? ` + ${count(waiting)}` : ""));
  inflight.title = waiting > 0 ? `${count(waiting)} waiting for a free place` : "";
  // through the object model: a style attribute would be refused by the page's policy
  inflight.children[1].firstElementChild.style.width = `${Math.round(100 * backend.inflight / busiest)}%`;
  setText(latency, backend.ewma_latency_ms > 0 ? duration(backend.ewma_latency_ms) : "–");
  const configured = backend.configured_weight ?? backend.weight;
  setText(weight, String(backend.weight) + (configured === backend.weight ? "" : ` (file: ${configured})`));
  const failures = backend.consecutive_failures ?? 0;
  const result = backend.last_probe ?? "not probed yet";
  setText(probe, failures > 0 ? `${result} (${failures} in a row)` : result);
  probe.title = probe.textContent;
}

function showBackends(backends) {
  const busiest = Math.max(1, ...backends.map((backend) => backend.inflight));
  byId("backends").hidden = backends.length === 0;
  byId("backends-empty").hidden = backends.length !== 0;
  syncRows(byId("backends").tBodies[0], backends, (backend) => backend.name, makeBackendRow,
    (row, backend) => updateBackendRow(row, backend, busiest));
  const down = backends.filter((backend) => !backend.healthy).length;
  setText(byId("backends-note"), down > 0 ? `${down} of ${backends.length} unhealthy` : "");
}

// --- requests ------------------------------------------------------------------------------

function statusColour(status) {
  if (status >= 500) return "error";
  if (status >= 400) return "warning";
  return "ok";
}

const makeRequestRow = () => {
  const row = makeRow([["Time"], ["Model", "name"], ["Backend", "name"], ["Status"], ["Stream"],
    ["First byte", "number"], ["Total", "number"], ["Tokens in / out", "number"], ["Caller", "mono"]]);
  row.children[3].append(element("span", "dot"), element("span", "figure"), element("span", "second inline"));
  return row;
};

function updateRequestRow(row, request, now) {
  const [time, model, backend, status, stream, firstByte, total, tokens, caller] = row.children;
  setText(time, ago(request.timestamp, now));
  time.title = `${new Date(request.timestamp).toLocaleString()} · ${request.request_id}`;
  setText(model, request.model || "–");
  model.title = [request.surface ?? "",
    request.translated ? `translated from ${request.dialect} for ${request.provider}: ${request.fidelity ?? ""}` : "",
    request.upstream_request_id ? `there: ${request.upstream_request_id}` : ""].filter(Boolean).join("\n");
  const attempts = request.attempts ?? 0;
  setText(backend, (request.chosen_backend ?? "–") + (attempts > 1 ? ` (attempt ${attempts})` : ""));
  const verdicts = Object.entries(request.route?.verdicts ?? {});
  backend.title = verdicts.map(([name, verdict]) => `${name}: ${verdict.replaceAll("_", " ")}`).join("\n");
  setClass(status.children[0], `dot ${statusColour(request.status_code)}`);
  setText(status.children[1], String(request.status_code));
  const defects = (request.stream_defects ?? []).map((defect) => defect.replaceAll("_", " "));
  setText(status.children[2], request.error_type ?? "");
  status.title = defects.length > 0 ? `stream: ${defects.join(", ")}` : "";
  setText(stream, request.stream ? "yes" : "no");
  setText(firstByte, duration(request.ttfb_ms));
  setText(total, duration(request.latency_ms));
  total.title = [request.queued_ms > 0 ? `waited ${duration(request.queued_ms)} for a free backend` : "",
    request.hedged ? "a second attempt raced the first" : "",
    request.continued ? "continued by another backend" : ""].filter(Boolean).join("\n");
  const known = request.prompt_tokens !== null && request.prompt_tokens !== undefined;
  setText(tokens, known ? `${count(request.prompt_tokens)} / ${count(request.completion_tokens)}` : "–");
  tokens.title = [[request.cached_tokens, "from the cache"], [request.cache_write_tokens, "into the cache"],
    [request.reasoning_tokens, "of reasoning"]].filter(([number]) => number > 0)
    .map(([number, what]) => `${count(number)} ${what}`).join("\n");
  setText(caller, request.client ?? "");
}

function curlLine(backends) {
  const model = backends.map((b) => b.model || (b.models ?? [])[0]).find((id) => id) ?? "demo-model";
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  return `curl ${location.origin}/v1/chat/completions \\\n  -H 'Content-Type: application/json' \\\n  -d ${shellWord(body)}`;
}

function isReading(table) {
  const selection = getSelection();
  return !selection.isCollapsed && table.contains(selection.anchorNode);
}

function showRequests(requests, backends) {
  const table = byId("requests");
  setText(byId("requests-note"), requests.length > 0 ? `last ${requests.length}` : "");
  if (state.paused || isReading(table)) return; // a list that moves under the pointer cannot be read
  table.hidden = requests.length === 0;
  byId("requests-empty").hidden = requests.length !== 0;
  byId("pause").hidden = requests.length === 0;
  if (requests.length === 0) setText(byId("curl"), curlLine(backends));
  const now = Date.now();
  syncRows(table.tBodies[0], requests, (request) => request.request_id, makeRequestRow,
    (row, request) => updateRequestRow(row, request, now));
}

// --- headline ------------------------------------------------------------------------------

/** Increase of one total per second over the window; null until two samples are there. */
function perSecond(pick) {
  const first = state.samples[0];
  const last = state.samples[state.samples.length - 1];
  if (!first || last.at - first.at < PollMs / 2) return null;
  return Math.max(0, (pick(last.totals) - pick(first.totals)) * 1000 / (last.at - first.at));
}

function rememberTotals(totals) {
  const at = performance.now();
  const last = state.samples[state.samples.length - 1];
  if (last && totals.requests < last.totals.requests) state.samples = []; // the gateway was restarted
  state.samples.push({ at, totals });
  while (state.samples[0].at < at - RateWindowMs) state.samples.shift();
}

function showTiles(status, requests) {
  const requestRate = perSecond((totals) => totals.requests);
  const failureRate = perSecond((totals) => totals.failures);
  const tokenRate = perSecond((totals) => totals.completion_tokens);
  setText(byId("tile-rate"), requestRate === null ? "–" : `${rate(requestRate)} /s`);
  const share = requestRate > 0 ? failureRate / requestRate : requestRate === 0 ? 0 : null;
  setText(byId("tile-errors"), percent(share));
  setClass(byId("tile-errors"), share > 0 ? "bad" : "");
  const sorted = (values) => values.filter((value) => value > 0).sort((a, b) => a - b);
  const totals = sorted(requests.map((request) => request.latency_ms));
  setText(byId("tile-latency"), totals.length === 0 ? "–"
    : `${duration(quantile(totals, 0.5))} / ${duration(quantile(totals, 0.95))}`);
  const firstBytes = sorted(requests.map((request) => request.ttfb_ms));
  setText(byId("tile-first-byte"), duration(quantile(firstBytes, 0.5)));
  setText(byId("tile-tokens"), tokenRate === null ? "–" : `${rate(tokenRate)} tok/s`);
  setText(byId("tile-inflight"), count(status.backends.reduce((sum, b) => sum + b.inflight, 0)));
}

function showState(colour, text) {
  setClass(byId("state"), `state ${colour}`);
  setText(byId("state-text"), text);
}

function showServing(status) {
  state.address = status.listen[0] ?? location.origin;
  byId("copy-address").hidden = false;
  if (status.draining) showState("warning", "Draining: finishing what is in flight");
  else if (status.backends.length === 0) showState("error", "No backends configured");
  else if (!status.backends.some((backend) => backend.healthy)) showState("error", "No healthy backend");
  else showState("ok", `Serving on ${state.address}`);
  setText(byId("about"), `${status.strategy} · up ${duration(status.uptime_s * 1000)} · ${count(status.totals.connections_open)} connections`);
}

// --- polling -------------------------------------------------------------------------------

class Refused extends Error {}

async function getJson(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(AnswerMs) });
  if (answer.status === 401 || answer.status === 403) {
    throw new Refused("This gateway does not show its figures to your address. Add your network to admin.allow in its configuration, or open this page on the machine itself.");
  }
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

function showProblem(text) {
  byId("problem").hidden = !text;
  setText(byId("problem"), text);
}

async function poll() {
  try {
    const [status, recent] = await Promise.all([
      getJson("meridian/status"), getJson(`meridian/requests?limit=${ShownRequests}`)]);
    state.lastGood = Date.now();
    showProblem("");
    rememberTotals(status.totals);
    showServing(status);
    showTiles(status, recent.requests);
    showBackends(status.backends);
    showRequests(recent.requests, status.backends);
    document.body.classList.remove("stale");
  } catch (error) {
    noteFailure(error);
  }
  setTimeout(poll, document.hidden ? 5 * PollMs : PollMs);
}

function noteFailure(error) {
  if (error instanceof Refused) {
    showState("error", "Not allowed");
    showProblem(error.message);
    document.body.classList.add("stale");
    return;
  }
  if (Date.now() - state.lastGood < StaleMs) return; // one lost poll is no news
  showState("waiting", "Reconnecting…");
  showProblem(state.lastGood === 0 ? "The gateway does not answer. Is it running? This page tries again every second."
    : `No answer for ${duration(Date.now() - state.lastGood)}. What you see is from before; this page tries again every second.`);
  state.samples = [];
  document.body.classList.add("stale");
}

byId("copy-address").addEventListener("click", (event) => copy(event.currentTarget, state.address));
byId("copy-curl").addEventListener("click", (event) => copy(event.currentTarget, byId("curl").textContent));
byId("pause").addEventListener("click", (event) => {
  state.paused = !state.paused;
  event.currentTarget.setAttribute("aria-pressed", String(state.paused));
  event.currentTarget.textContent = state.paused ? "Resume" : "Pause";
});
poll();
