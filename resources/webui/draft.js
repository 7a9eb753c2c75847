// SPDX-License-Identifier: MIT
// The configuration as it is being edited: kept while the reader looks at other pages.
import { change, get, post, reason } from "./api.js";

const ValidateDelayMs = 300;
const UndoMs = 60_000;

/** Listeners are told after each change; the page that shows it redraws. */
export const draft = {
  config: null, // as GET config told
  text: "",
  problems: [],
  values: [], // of the last text that was valid
  state: "loading", // loading, checking, valid, invalid, unchecked, failed
  message: "",
  undoUntil: 0,
  conflict: null, // {theirs, base, etag}
  isBusy: false,
};

const listeners = new Set();
let turn = 0;
let timer = 0;

const tell = () => listeners.forEach((listener) => listener());

export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const isDirty = () => draft.config !== null && draft.text !== draft.config.text;

export async function load() {
  try {
    draft.config = await get("config");
    draft.text = draft.config.text;
    draft.conflict = null;
    draft.message = "";
    await validate();
  } catch (error) {
    draft.state = "failed";
    draft.message = reason(error);
  }
  tell();
}

/** The file behind it may have been changed by somebody else since. */
export async function lookAgain() {
  if (!draft.config || draft.isBusy) return;
  const config = await get("config");
  if (config.etag === draft.config.etag && config.changed_on_disk === draft.config.changed_on_disk) return;
  if (!isDirty()) draft.text = config.text;
  else if (config.etag !== draft.config.etag && !draft.conflict) {
    draft.conflict = { theirs: config.text, base: draft.config.text, etag: config.etag };
    tell();
    return; // what the draft is based on stays until the reader decides
  }
  draft.config = config;
  await validate();
}

async function validate() {
  const own = ++turn;
  draft.state = "checking";
  tell();
  try {
    const answer = await post("config/validate", { text: draft.text });
    if (own !== turn) return; // typed on meanwhile
    draft.problems = answer.problems ?? [];
    draft.state = answer.valid ? "valid" : "invalid";
    if (answer.valid) draft.values = answer.values ?? [];
  } catch (error) {
    if (own !== turn) return;
    draft.state = "unchecked";
    draft.message = reason(error);
  }
  tell();
}

/** A new text: typed, put together by the form, proposed by another page. */
export function setText(text) {
  if (text === draft.text) return;
  draft.text = text;
  draft.state = "checking";
  ++turn;
  clearTimeout(timer);
  timer = setTimeout(validate, ValidateDelayMs);
  tell();
}

/** The form's changes go through the gateway, which keeps comments and unknown keys. */
export async function edit(edits) {
  const before = draft.text;
  try {
    const { text } = await post("config/edit", { text: before, edits });
    if (draft.text !== before) return "The text was changed meanwhile; try again.";
    setText(text);
    return "";
  } catch (error) {
    return reason(error);
  }
}

export function discard() {
  draft.conflict = null;
  setText(draft.config.text);
  load();
}

/** Empty, or why it cannot be applied. */
export function whyNot() {
  if (!draft.config) return "The configuration is still loading";
  if (!draft.config.path) return "This gateway runs without a configuration file";
  if (!draft.config.writable) return draft.config.read_only_because ?? `${draft.config.path} cannot be written by the gateway`;
  if (!isDirty()) return "Nothing is changed";
  if (draft.conflict) return "The file was changed meanwhile; see below";
  if (draft.state === "checking") return "Being checked";
  if (draft.state === "invalid") return `${draft.problems.filter((problem) => problem.severity === "error").length} to mend first`;
  return draft.state === "valid" ? "" : draft.message || "It could not be checked";
}

async function settle(method, path, body) {
  draft.isBusy = true;
  tell();
  try {
    const answer = await change(method, path, body);
    draft.isBusy = false;
    await load();
    return answer;
  } catch (error) {
    draft.isBusy = false;
    throw error;
  }
}

/** Puts the draft in force; a text says what became of it, and why not. */
export async function applyDraft(note, etag = draft.config.etag) {
  try {
    const answer = await settle("PUT", "config", { text: draft.text, etag, note });
    draft.undoUntil = Date.now() + UndoMs;
    tell();
    return { ok: true, answer };
  } catch (error) {
    const { code, details } = error;
    if (code === "config_changed") draft.conflict = { theirs: details.theirs, base: details.base ?? draft.config.text, etag: details.etag };
    if (code === "config_invalid" && details.problems) {
      draft.problems = details.problems;
      draft.state = "invalid";
    }
    tell();
    return { ok: false, message: reason(error) };
  }
}

export async function undo() {
  try {
    const answer = await settle("POST", "config/undo", { etag: draft.config.etag });
    draft.undoUntil = 0;
    tell();
    return { ok: true, answer };
  } catch (error) {
    tell();
    return { ok: false, message: reason(error) };
  }
}

/** After a conflict: go on from the file as it is now, with `text` as the draft. */
export function resolve(text) {
  const { theirs, etag } = draft.conflict;
  draft.config = { ...draft.config, text: theirs, etag };
  draft.conflict = null;
  draft.text = "";
  setText(text);
}
