// SPDX-License-Identifier: MIT
// The first minute: which engines run on this machine, and a configuration that uses them.
import { get, post, reason } from "../api.js";
import { button, h, say, setClass, setText, syncChildren } from "../dom.js";
import { load, draft, setText as setDraft } from "../draft.js";
import { words } from "../format.js";

const States = {
  looking: ["muted", "Looking…"], found: ["ok", "Found"], nothing: ["muted", "Nothing there"],
  needs_key: ["warning", "Needs a key"], failed: ["error", "Failed"],
};

const Engines = {
  ollama: "Ollama", lmstudio: "LM Studio", llamacpp: "llama.cpp", vllm: "vLLM", sglang: "SGLang", jan: "Jan", localai: "LocalAI",
  textgen: "text-generation-webui", openai: "OpenAI-compatible", meridian: "Meridian",
};

export function enginesPage() {
  let isBusy = false;
  let isStarted = false;
  const field = h("input", { type: "text", inputmode: "url", id: "address", placeholder: `${location.protocol}//localhost:8000`, spellcheck: "false", autocomplete: "off" });
  const beyond = h("input", { type: "checkbox", id: "beyond" });
  const list = h("ul", { class: "places" });
  const state = h("p", { class: "note", role: "status", text: "Asking…" });
  const problem = h("p", { class: "bad", role: "alert", hidden: true });
  const all = button("Add all that were found", () => propose(found().map((place) => place.url)), { class: "primary", hidden: true });
  let places = [];
  const found = () => places.filter((place) => place.state === "found" && !place.configured);
  const fail = (error) => {
    problem.hidden = error === null;
    setText(problem, error === null ? "" : reason(error));
  };

  async function look(asked) {
    try {
      await post("discovery", asked);
      isStarted = true;
      fail(null);
      refresh();
    } catch (error) {
      fail(error);
    }
  }

  /** The proposal goes into the editor; nothing is applied here. */
  async function propose(urls) {
    try {
      if (!draft.config) await load();
      const { text } = await post("discovery/propose", { urls, text: draft.text });
      setDraft(text);
      location.hash = "#/routes";
      say("Put into the editor; Apply puts it in force");
    } catch (error) {
      fail(error);
    }
  }

  const make = () => h("li", null, h("span", { class: "dot" }), h("span", { class: "strong" }), h("span", { class: "mono" }), h("span"), h("span", { class: "models" }), button("Add", (event) => propose([event.currentTarget.dataset.url])));
  const fill = (row, place) => {
    const [colour, word] = States[place.state] ?? ["muted", words(place.state)];
    const [dot, engine, url, said, models, add] = row.children;
    setClass(dot, `dot ${colour}`);
    const name = Engines[place.engine] ?? place.engine;
    setText(engine, name);
    setText(url, place.url);
    const isPlain = place.state === "nothing" || !place.message;
    setText(said, place.configured ? "In use already" : isPlain ? word : `${word}: ${place.message}`);
    said.title = place.message ?? "";
    setText(models, (place.models ?? []).join(", "));
    add.hidden = place.state !== "found" || place.configured;
    add.dataset.url = place.url;
    add.setAttribute("aria-label", `Add ${name} at ${place.url}`);
  };

  async function refresh() {
    if (isBusy) return;
    isBusy = true;
    try {
      const told = await get("discovery");
      places = told.places ?? [];
      syncChildren(list, places, (place) => place.url, make, fill);
      all.hidden = found().length < 2;
      setText(state, told.running ? "Looking for engines on this machine…" : places.length === 0 ? "Not looked yet."
        : found().length > 0 ? `${found().length} found that ${found().length === 1 ? "is" : "are"} not in use yet.` : "Nothing new was found. Start an engine, or give an address.");
      if (!told.running && places.length === 0 && !isStarted) {
        isStarted = true;
        look({});
      }
    } catch (error) {
      fail(error);
    }
    isBusy = false;
  }

  const ask = () => {
    const url = field.value.trim();
    if (url) look({ places: [url], beyond_loopback: beyond.checked });
    else field.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") ask();
  });
  const element = h("div", { class: "page" },
    h("div", { class: "page-head" }, h("h1", { text: "Find engines" }), h("span", { class: "tools" }, button("Look again", () => look({})), all)),
    problem, h("section", { class: "card padded" }, state, list),
    h("section", { class: "card padded" }, h("h2", { text: "Another address" }), h("div", { class: "line" }, h("label", { for: "address", text: "Address" }), field, button("Look there", ask)),
      h("label", { class: "choice", for: "beyond" }, beyond, "It is on another machine; the gateway may contact it")));
  return { title: "Find engines", element, update: refresh };
}
