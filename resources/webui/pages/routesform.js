// SPDX-License-Identifier: MIT
// The form beside the text: the same document as fields. Each change is made by the gateway in the
// text itself, so that comments and unknown keys stay.
import { button, h, setText, setTitle, syncChildren } from "../dom.js";
import { percent } from "../format.js";

const Strategies = ["weighted_round_robin", "least_inflight", "ewma_latency", "token_aware", "peak_ewma_p2c", "prefix_hash", "least_cost"];

const Sections = [
  { title: "Strategy", fields: [
    { path: "gateway.strategy", label: "Choose by", kind: "choice", options: Strategies }] },
  { title: "Retries and breaker", fields: [
    { path: "resilience.max_retries", label: "Retries", kind: "integer" },
    { path: "resilience.circuit_breaker.enabled", label: "Breaker", kind: "boolean" }] },
  { title: "Tiers", fields: [
    { path: "tiering.enabled", label: "Pools by the shape of a request", kind: "boolean" },
    { path: "tiering.long_prompt_tokens", label: "Long prompt from", kind: "integer", unit: "tokens" },
    { path: "tiering.long_decode_tokens", label: "Long answer from", kind: "integer", unit: "tokens" }] },
  { title: "Affinity", fields: [
    { path: "session_affinity.enabled", label: "A session keeps to one backend", kind: "boolean" },
    { path: "session_affinity.header", label: "Header that names it", kind: "text" },
    { path: "session_affinity.ttl_s", label: "Forgotten after", kind: "number", unit: "s" }] },
  { title: "Canary", fields: [
    { path: "canary.enabled", label: "A growing share for new backends", kind: "boolean" },
    { path: "canary.start_weight", label: "First share", kind: "number", unit: "%" },
    { path: "canary.rollback_error_rate", label: "Back above an error rate of", kind: "number" },
    { path: "canary.rollback_min_samples", label: "of at least", kind: "integer", unit: "requests" }] },
];

const BackendFields = [
  { key: "url", label: "Address", kind: "text" },
  { key: "model", label: "Model", kind: "text", hint: "any" },
  { key: "weight", label: "Weight", kind: "integer" },
  { key: "max_concurrency", label: "At once", kind: "integer", hint: "0: no limit" },
  { key: "tags", label: "Tags", kind: "list" },
];

const isTrue = (text) => /^(true|yes|on|t|y|1)$/i.test(text ?? "");
const bare = (text) => (text ?? "").replace(/^(["'])(.*)\1$/s, "$2");

/** Texts of a flow list, `[a, "b c"]`. */
const listOf = (text) => (text ?? "").replace(/^\[|\]$/g, "").split(",").map((item) => bare(item.trim())).filter(Boolean);

/** What is typed as the value of the document; a text says what is wrong with it. */
function valueOf(kind, input) {
  if (kind === "boolean") return { value: input.checked };
  const text = input.value.trim();
  if (kind === "list") return { value: listOf(text) };
  if (kind === "text" || kind === "choice") return { value: text };
  const number = Number(text);
  if (text === "" || !Number.isFinite(number) || (kind === "integer" && !Number.isInteger(number))) {
    return { problem: kind === "integer" ? "A whole number is wanted here" : "A number is wanted here" };
  }
  return { value: number };
}

function show(input, kind, text) {
  if (document.activeElement === input && kind !== "boolean") return;
  if (kind === "boolean") input.checked = isTrue(text);
  else if (kind === "list") input.value = listOf(text).join(", ");
  else input.value = bare(text);
}

let nextId = 0;

/** A labelled field; `give(value)` gets what was typed. */
function makeField({ label, kind, options, unit, hint }, give) {
  const id = `field-${++nextId}`;
  const input = kind === "choice" ? h("select", { id }, options.map((option) => h("option", { value: option, text: option.replaceAll("_", " ") })))
    : h("input", { id, type: kind === "boolean" ? "checkbox" : "text", inputmode: kind === "integer" || kind === "number" ? "decimal" : undefined,
      placeholder: hint, spellcheck: "false", autocomplete: "off" });
  const where = h("span", { class: "where" });
  const problem = h("span", { class: "bad", role: "alert", hidden: true });
  const element = h("div", { class: `field ${kind}` }, h("label", { for: id, text: label }), input, unit ? h("span", { class: "unit", text: unit }) : null, where, problem);
  input.addEventListener("change", async () => {
    const { value, problem: wrong } = valueOf(kind, input);
    const failure = wrong ?? await give(value);
    problem.hidden = !failure;
    setText(problem, failure ?? "");
    input.setAttribute("aria-invalid", String(Boolean(failure)));
  });
  return { element, input, fill(found, isReadOnly) {
    show(input, kind, found?.value);
    input.disabled = isReadOnly;
    setText(where, found?.source === "file" ? `line ${found.line}` : found?.source ?? "default");
    setTitle(where, found?.source === "file" ? `${found.file ?? ""}:${found.line}` : "not in the file");
  } };
}

function adder(edit) {
  const name = h("input", { type: "text", placeholder: "name", "aria-label": "Name of the new backend", autocomplete: "off", spellcheck: "false" });
  const url = h("input", { type: "text", inputmode: "url", placeholder: "address, with its scheme", "aria-label": "Address of the new backend", autocomplete: "off", spellcheck: "false" });
  const problem = h("p", { class: "bad", role: "alert", hidden: true });
  const add = button("Add backend", async () => {
    const isComplete = name.value.trim() !== "" && url.value.trim() !== "";
    const failure = isComplete ? await edit([{ path: ["backends"], append: { name: name.value.trim(), url: url.value.trim() } }])
      : "A backend needs a name and an address";
    problem.hidden = !failure;
    setText(problem, failure);
    if (!failure) name.value = url.value = "";
  });
  return h("div", { class: "adder" }, name, url, add, problem);
}

/** `edit(edits)` → why it failed, or nothing; `goTo(line)` shows a line of the text. */
export function routesForm({ edit, goTo }) {
  const fields = [];
  const sections = Sections.map((section) => h("section", { class: "part" }, h("h3", { text: section.title }), section.fields.map((spec) => {
    const field = makeField(spec, (value) => edit([{ path: spec.path.split("."), value }]));
    fields.push([spec.path, field]);
    return field.element;
  })));
  const waiting = h("p", { class: "note bad", hidden: true, text: "Fields show the last text that was valid." });
  const backends = h("div", { class: "backend-forms" });
  const element = h("div", { class: "form" }, waiting, sections[0],
    h("section", { class: "part" }, h("h3", { text: "Backends" }), backends, adder(edit)), sections.slice(1));

  function makeBackend({ name }) {
    const own = BackendFields.map((spec) => makeField(spec, (value) => edit([{ path: ["backends", name, spec.key], value }])));
    const share = h("span", { class: "note" });
    const line = button("", () => goTo(node.line), { class: "quiet where" });
    const node = h("details", { class: "backend-form" }, h("summary", null, h("span", { class: "strong", text: name }), share),
      own.map((field) => field.element), h("div", { class: "actions" }, line,
        button("Remove", () => edit([{ path: ["backends", name], remove: true }]), { class: "danger", "aria-label": `Remove ${name}` })));
    node.own = own;
    node.share = share;
    node.lineButton = line;
    return node;
  }

  return { element, update(values, isValid, isReadOnly) {
    const byPath = new Map(values.map((value) => [value.path, value]));
    const list = (path) => byPath.get(path) ?? gathered(path);
    function gathered(path) { // a list told item by item
      const items = values.filter((value) => value.path.startsWith(`${path}[`));
      return items.length > 0 ? { ...items[0], value: items.map((item) => bare(item.value)).join(", ") } : undefined;
    }
    waiting.hidden = isValid;
    for (const [path, field] of fields) field.fill(byPath.get(path), isReadOnly);
    const names = [];
    for (let i = 0; byPath.has(`backends[${i}].name`); ++i) {
      const place = byPath.get(`backends[${i}].name`);
      names.push({ name: bare(place.value), line: place.line, index: i, weight: Number(byPath.get(`backends[${i}].weight`)?.value ?? 1) });
    }
    const total = names.reduce((sum, one) => sum + one.weight, 0) || 1;
    syncChildren(backends, names, (one) => one.name, makeBackend, (node, one) => {
      node.line = one.line;
      setText(node.share, `weight ${one.weight}, ${percent(one.weight / total)}`);
      setText(node.lineButton, `Line ${one.line}`);
      node.own.forEach((field, i) => {
        const path = `backends[${one.index}].${BackendFields[i].key}`;
        field.fill(BackendFields[i].kind === "list" ? list(path) : byPath.get(path), isReadOnly);
      });
    });
  } };
}
