// SPDX-License-Identifier: MIT
// The filter box of the requests in plain words: `status:5xx backend:fast >2s -model:tiny`.

const has = (text, part) => String(text ?? "").toLowerCase().includes(part);

const Texts = {
  backend: (request) => [request.chosen_backend, ...(request.attempts_detail ?? []).map((attempt) => attempt.backend)],
  model: (request) => [request.model],
  caller: (request) => [request.client],
  id: (request) => [request.request_id, request.trace_id, request.upstream_request_id],
  path: (request) => [request.surface],
  error: (request) => [request.error_type],
  provider: (request) => [request.provider],
  tier: (request) => [request.tier],
  defect: (request) => request.stream_defects ?? [],
};

const Numbers = {
  total: [(request) => request.latency_ms, true],
  ttft: [(request) => request.ttfb_ms, true],
  waited: [(request) => request.queued_ms, true],
  attempts: [(request) => request.attempts, false],
  tokens: [(request) => (request.prompt_tokens ?? 0) + (request.completion_tokens ?? 0), false],
};

const Facts = {
  stream: (request) => request.stream,
  error: (request) => request.status_code >= 400,
  translated: (request) => request.translated,
  hedged: (request) => request.hedged,
  continued: (request) => request.continued,
  retried: (request) => request.attempts > 1,
  degraded: (request) => String(request.fidelity ?? "").startsWith("degraded"),
};

const Units = { ms: 1, s: 1000, min: 60_000, k: 1000, m: 1_000_000 };

/** ">2s", "<=300ms", ">1.5k" → a test of a number; null when it is none. */
function comparison(text, isTime) {
  const match = /^(>=|<=|>|<|=)?(\d+(?:\.\d+)?)(ms|s|min|k|m)?$/i.exec(text);
  if (!match) return null;
  const [, operator = "=", digits, unit] = match;
  const known = unit === undefined ? 1 : Units[unit.toLowerCase()];
  if (isTime && (unit === "k" || unit === "m")) return null;
  const limit = Number(digits) * known;
  const tests = { ">": (n) => n > limit, ">=": (n) => n >= limit, "<": (n) => n < limit, "<=": (n) => n <= limit, "=": (n) => n === limit };
  return (value) => value !== null && value !== undefined && tests[operator](value);
}

function statusTest(text) {
  if (/^[1-5]xx$/i.test(text)) return (request) => Math.floor(request.status_code / 100) === Number(text[0]);
  const test = comparison(text, false);
  return test && ((request) => test(request.status_code));
}

/** One word → a test; a text says why there is none. */
function testOf(word) {
  const colon = word.indexOf(":");
  if (colon < 0) {
    if (/^[<>]/.test(word)) {
      const test = comparison(word, true);
      return test ? (request) => test(request.latency_ms) : `“${word}” is no duration; write >2s or <300ms`;
    }
    return (request) => [request.model, request.chosen_backend, request.client, request.request_id, request.error_type, request.surface]
      .some((text) => has(text, word));
  }
  const name = word.slice(0, colon);
  const value = word.slice(colon + 1);
  if (value === "") return () => true; // still being typed
  if (name === "status") return statusTest(value) ?? `“${value}” is no status; write status:503, status:5xx or status:>=400`;
  if (name === "is") return Facts[value] ?? `nothing is “${value}”; there are ${Object.keys(Facts).join(", ")}`;
  if (Texts[name]) return (request) => Texts[name](request).some((text) => has(text, value));
  if (Numbers[name]) {
    const [pick, isTime] = Numbers[name];
    const test = comparison(value, isTime);
    return test ? (request) => test(pick(request)) : `“${value}” is no ${isTime ? "duration; write >2s" : "number; write >1000"}`;
  }
  return `there is no “${name}:”; there are ${["status", "is", ...Object.keys(Texts), ...Object.keys(Numbers)].join(", ")}`;
}

/** {test, problem}: all words must hold, `-` turns one round, quotes keep spaces. */
export function parseFilter(text) {
  const tests = [];
  for (const [raw] of text.toLowerCase().matchAll(/(?:[^\s"]+|"[^"]*"?)+/g)) {
    const word = raw.replaceAll('"', "");
    const turned = word.startsWith("-") && word.length > 1;
    if (word === "" || word === "-") continue;
    const test = testOf(turned ? word.slice(1) : word);
    if (typeof test === "string") return { test: () => true, problem: test };
    tests.push(turned ? (request) => !test(request) : test);
  }
  return { test: (request) => tests.every((test) => test(request)), problem: "" };
}
