// SPDX-License-Identifier: MIT
// One request in the side panel: where its time went, who was tried, why it went there.
import { post, reason } from "../api.js";
import { button, copy, draw, h } from "../dom.js";
import { count, duration, shellWord, words } from "../format.js";
import { facts, openPanel, part } from "../panel.js";
import { statusColour } from "../store.js";

/** The stages of an exchange, in order; each with the colour of its kind. */
const Stages = [["accept", 6], ["read_head", 6], ["admit", 6], ["identify", 6], ["collect", 4], ["scan", 2], ["filter", 2],
  ["route", 3], ["lease", 1], ["send", 4], ["relay", 0], ["settle", 6]];
const Waiting = { collect: "reading the request's body", lease: "waiting for a free backend", send: "sending it, to the first byte of the answer",
  relay: "passing the answer on" };

function bar(pieces, total) {
  const svg = draw("svg", { class: "timing", viewBox: "0 0 1000 18", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const [from, length, colour] of pieces) {
    svg.append(draw("rect", { class: `s${colour}`, x: String(1000 * from / total), y: "0", height: "18", width: String(Math.max(2, 1000 * length / total)) }));
  }
  return svg;
}

function stagesPart(request) {
  const { stages } = request;
  if (!stages) return null;
  const known = Stages.filter(([name]) => stages[name] !== null && stages[name] !== undefined);
  const total = Math.max(1e-6, known.reduce((sum, [name]) => sum + stages[name], 0));
  let from = 0;
  const pieces = known.map(([name, colour]) => {
    const piece = [from, stages[name], colour];
    from += stages[name];
    return piece;
  });
  return part("Where its time went", bar(pieces, total), h("table", { class: "values stages" }, h("tbody", null, known.map(([name, colour]) => h("tr", null,
    h("td", null, h("span", { class: `swatch s${colour}` }), words(name)), h("td", { class: "note", text: Waiting[name] ?? "" }),
    h("td", { class: "number", text: stages[name] < 0.1 ? `${Math.round(stages[name] * 1000)} µs` : duration(stages[name]) }))))));
}

function attemptsPart(request) {
  const attempts = request.attempts_detail ?? [];
  const total = Math.max(1e-6, request.latency_ms, ...attempts.map((attempt) => attempt.end_ms));
  if (attempts.length === 0) return part("Attempts", h("p", { class: "note", text: "None: it was decided before any backend was asked." }));
  return part(attempts.length === 1 ? "One attempt" : `${attempts.length} attempts`,
    request.queued_ms > 0 ? h("div", { class: "attempt" }, h("span", { text: `Waited ${duration(request.queued_ms)} for a free backend` }), bar([[0, request.queued_ms, 1]], total)) : null,
    attempts.map((attempt) => h("div", { class: "attempt" },
      h("span", null, h("span", { class: `dot ${attempt.status ? statusColour(attempt.status) : "error"}` }),
        `${attempt.backend ?? "a backend of before"}: ${attempt.status ?? words(attempt.fault ?? "no answer")}${attempt.status && attempt.fault ? `, ${words(attempt.fault)}` : ""}`
        + `${attempt.hedge ? ", raced the first" : ""} · ${duration(attempt.end_ms - attempt.start_ms)}`),
      bar([[attempt.start_ms, attempt.end_ms - attempt.start_ms, attempt.hedge ? 3 : 0]], total))));
}

const Reasons = {
  chosen: "chosen", candidate: "could have had it", other_model: "serves another model", other_route: "is for other paths",
  other_surface: "cannot do what is asked", disabled: "was taken out", draining: "was draining", isolated: "is another tenant's, or this one has its own",
  unhealthy: "was unhealthy", circuit_open: "its breaker was open", rate_limited: "had asked to be left alone for a while", idle: "was scaled to zero",
  tried: "had failed this request before", saturated: "had no free place", other_pool: "is of the other pool of the canary",
  other_tier: "is of another tier", fallback: "is asked only when the others cannot", suspect: "its last connection had failed",
};

function verdictTable(rows) {
  return h("table", { class: "values" }, h("tbody", null, rows.map(([name, verdict, more]) => h("tr", null, h("td", { class: "strong", text: name }),
    h("td", null, h("span", { class: `dot ${verdict === "chosen" ? "ok" : verdict === "candidate" ? "muted" : "warning"}` }), Reasons[verdict] ?? words(verdict)),
    h("td", { class: "note", text: more ?? "" })))));
}

function whyPart(request) {
  const now = h("div");
  const ask = button("Ask again, as things are now", async () => {
    try {
      const told = await post("explain", { model: request.model, messages: [{ role: "user", content: "" }] });
      now.replaceChildren(h("p", { class: "note", text: `Now, with ${words(told.strategy)}: ${told.backend ?? "nowhere"} (${words(told.outcome)}).` }),
        verdictTable(told.backends.map((one) => [one.backend, one.verdict,
          [one.score === null || one.score === undefined ? "" : `score ${Math.round(one.score * 100) / 100}`, `${count(one.inflight)} in flight`, words(one.passage)].filter(Boolean).join(", ")])));
    } catch (error) {
      now.replaceChildren(h("p", { class: "bad", text: reason(error) }));
    }
  });
  const verdicts = Object.entries(request.route?.verdicts ?? {});
  return part("Why here?",
    verdicts.length > 0 ? verdictTable(verdicts)
      : h("p", { class: "note", text: request.route ? "The configuration of that time is no longer kept." : "It was refused before anybody asked where it could go." }),
    facts([["Tier", words(request.tier)], ["Session", words(request.session_route)]]), request.model ? ask : null, now);
}

/** The request's body is not kept: the command has its model and a greeting. */
function curlOf(request) {
  const body = JSON.stringify({ model: request.model, messages: [{ role: "user", content: "Hello" }], ...(request.stream ? { stream: true } : {}) });
  return `curl ${shellWord(location.origin + (request.surface || "/v1/chat/completions"))} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shellWord(body)}`;
}

const tokensOf = (request) => (request.prompt_tokens === null ? "not told" : `${count(request.prompt_tokens)} in, ${count(request.completion_tokens)} out`);

export function openRequest(request, from, onClose) {
  const body = openPanel({ key: `request ${request.request_id}`, title: request.model || request.surface, from, onClose });
  if (!body) return;
  const [kind, ...losses] = String(request.fidelity ?? "").split(/;\s*/);
  body.append(...[
    h("div", { class: "actions" }, button("Copy as curl", () => copy(curlOf(request), "Command")),
      button("Copy as JSON", () => copy(JSON.stringify(request, null, 2), "Request")),
      button("Copy id", () => copy(request.request_id, "Id"))),
    facts([["Status", h("span", null, h("span", { class: `dot ${statusColour(request.status_code)}` }), `${request.status_code}${request.error_type ? ` ${words(request.error_type)}` : ""}`)],
      ["Time", new Date(request.timestamp).toLocaleString()], ["Path", request.surface],
      ["Backend", request.chosen_backend ? h("a", { href: `#/backends?name=${encodeURIComponent(request.chosen_backend)}`, text: request.chosen_backend }) : "none"],
      ["Caller", request.client], ["Stream", request.stream ? "yes" : "no"], ["First token", duration(request.ttfb_ms)], ["Total", duration(request.latency_ms)],
      ["Tokens", tokensOf(request)], ["From the cache", request.cached_tokens > 0 ? count(request.cached_tokens) : ""],
      ["Into the cache", request.cache_write_tokens > 0 ? count(request.cache_write_tokens) : ""],
      ["Of reasoning", request.reasoning_tokens > 0 ? count(request.reasoning_tokens) : ""],
      ["Stream defects", (request.stream_defects ?? []).map(words).join(", ")], ["Finished by another backend", request.continued ? "yes" : ""],
      ["Id", h("span", { class: "mono", text: request.request_id })], ["Id at the backend", request.upstream_request_id && h("span", { class: "mono", text: request.upstream_request_id })],
      ["Trace", request.trace_id && h("span", { class: "mono", text: request.trace_id })]]),
    stagesPart(request), attemptsPart(request), whyPart(request),
    part("Fidelity", request.translated
      ? h("div", null, h("p", { text: `Translated from ${words(request.dialect)} for ${words(request.provider)}: ${kind || "not told"}.` }),
        losses.length > 0 ? h("ul", null, losses.flatMap((loss) => loss.split(/,\s*/)).map((loss) => h("li", { text: loss }))) : null)
      : h("p", { class: "note", text: "Its bytes passed unchanged: the backend speaks the caller's dialect." })),
    h("p", { class: "note", text: "Prompts, answers and keys are not kept." })].filter(Boolean));
}
