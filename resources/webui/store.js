// SPDX-License-Identifier: MIT
// What is known of the gateway: the last status, the recent requests, series of the last minutes.
import { get } from "./api.js";

export const MaxRequests = 2000;
const FirstRequests = 200;
const PollRequests = 600; // beyond that many in a second nobody reads them; the gateway tells how many were left out
const RateWindowMs = 10_000;
const LatencySamples = 120; // two minutes, a poll each second
const HistoryMs = 5000;
const DayMs = 60_000;

export const store = {
  status: null,
  requests: [], // newest first
  missed: 0, // that the gateway's ring had already dropped
  lastGood: 0,
  latencies: new Map(), // backend → the moving averages of the last two minutes
};

let samples = []; // {at, totals} of the last RateWindowMs
let next = null; // the sequence number to ask for
const histories = new Map(); // query → {at, value}
let epoch = 0; // counts forgetAll(), so that an answer from before is not taken in

/** When access was refused, nothing of before stays. */
export function forgetAll() {
  ++epoch;
  Object.assign(store, { status: null, requests: [], missed: 0, lastGood: 0, latencies: new Map() });
  samples = [];
  next = null;
  histories.clear();
}

function rememberTotals(totals) {
  const at = performance.now();
  const last = samples[samples.length - 1];
  if (last && totals.requests < last.totals.requests) restarted();
  samples.push({ at, totals });
  while (samples[0].at < at - RateWindowMs) samples.shift();
}

/** The gateway counts from zero again: numbers of before mean nothing now. */
function restarted() {
  samples = [];
  next = null;
  histories.clear();
}

function rememberLatencies(backends) {
  const known = new Map();
  for (const backend of backends) {
    const values = store.latencies.get(backend.name) ?? [];
    values.push(backend.ewma_latency_ms > 0 ? backend.ewma_latency_ms : null);
    if (values.length > LatencySamples) values.shift();
    known.set(backend.name, values);
  }
  store.latencies = known;
}

function rememberRequests(answer) {
  if (next !== null && answer.next < next) { // another process, with a sequence of its own
    restarted();
    return;
  }
  const known = new Set(store.requests.slice(0, answer.requests.length + FirstRequests).map((request) => request.request_id));
  const fresh = answer.requests.filter((request) => !known.has(request.request_id));
  if (fresh.length > 0) store.requests = [...fresh, ...store.requests].slice(0, MaxRequests);
  if (next !== null) store.missed += answer.missed ?? 0;
  next = answer.next ?? null;
}

export async function poll() {
  const began = epoch;
  const after = next === null ? `limit=${FirstRequests}` : `after=${next}&limit=${PollRequests}`;
  const [status, recent] = await Promise.all([get("status"), get(`requests?${after}`)]);
  if (began !== epoch) return;
  store.lastGood = Date.now();
  store.status = status;
  rememberTotals(status.totals);
  rememberLatencies(status.backends);
  rememberRequests(recent);
}

/** Increase of one total per second over the window; null until two samples are there. */
export function perSecond(name) {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (!first || last.at - first.at < 500) return null;
  return Math.max(0, (last.totals[name] - first.totals[name]) * 1000 / (last.at - first.at));
}

export function forgetRates() {
  samples = [];
}

/** `range` is hour or day; kept for 5 s (hour) or a minute (day). */
export async function history(range, points, backend) {
  const query = `range=${range}&points=${points}${backend ? `&backend=${encodeURIComponent(backend)}` : ""}`;
  const kept = histories.get(query);
  if (kept && Date.now() - kept.at < (range === "day" ? DayMs : HistoryMs)) return kept.value;
  const began = epoch;
  const value = await get(`history?${query}`);
  if (began !== epoch) return null;
  for (const [key, entry] of histories) if (Date.now() - entry.at > 2 * DayMs) histories.delete(key);
  histories.set(query, { at: Date.now(), value });
  return value;
}

/** Colour and word of a backend's state. */
export function backendState(backend) {
  if (!backend.healthy) return ["error", "Unhealthy"];
  if (backend.circuit?.state === "open") return ["error", "Breaker open"];
  if (backend.draining) return ["warning", backend.inflight > 0 ? "Draining" : "Drained"];
  if (backend.circuit?.state === "half_open") return ["warning", "Breaker half open"];
  if (backend.weight === 0) return ["muted", "No traffic"];
  if (backend.idle) return ["muted", "Idle"];
  return ["ok", "Healthy"];
}

export function statusColour(status) {
  if (status >= 500) return "error";
  return status >= 400 ? "warning" : "ok";
}
