// SPDX-License-Identifier: MIT
// Where would it go? The configuration as a form and as text, checked while it is typed, tried on
// the last requests, applied with a way back.
import { button, h, say, setClass, setText, syncChildren } from "../dom.js";
import { applyDraft, discard, draft, edit, isDirty, listen, load, lookAgain, setText as setDraft, undo, whyNot } from "../draft.js";
import { store } from "../store.js";
import { YamlView } from "../yamlview.js";
import { conflictView } from "./conflict.js";
import { dryRunView, historyView, changesView } from "./routesviews.js";
import { routesForm } from "./routesform.js";

export { isDirty };

const LookAgainMs = 5000;
const Tabs = [["edit", "Edit"], ["dry", "Dry run"], ["changes", "Changes"], ["history", "History"]];

function stateLine() {
  const errors = draft.problems.filter((problem) => problem.severity === "error").length;
  const warnings = draft.problems.length - errors;
  switch (draft.state) {
  case "loading": return ["muted", "Loading…"];
  case "failed": return ["error", draft.message];
  case "checking": return ["muted", "Checking…"];
  case "unchecked": return ["warning", `Not checked: ${draft.message}`];
  case "invalid": return ["error", `${errors} ${errors === 1 ? "problem" : "problems"}; nothing is applied`];
  default:
    return [warnings > 0 ? "warning" : "ok", `${isDirty() ? "Valid, not applied yet" : "As in force"}${warnings > 0 ? `, ${warnings} to know` : ""}`];
  }
}

export function routesPage() {
  let tab = "edit";
  let wantedLine = 0;
  let lastLook = Date.now();
  const yaml = new YamlView({ label: "Configuration as YAML", onChange: setDraft });
  const form = routesForm({ edit, goTo: (line) => yaml.goTo(line) });
  const problems = h("ul", { class: "problems", "aria-label": "Problems" });
  const state = h("span", { class: "stateword" }, h("span", { class: "dot" }), h("span", { role: "status" }));
  const file = h("span", { class: "note mono" });
  const apply = button("Apply", doApply, { class: "primary", title: "Apply (Ctrl+S)" });
  const drop = button("Discard", () => {
    discard();
    say("Back to what is in force");
  });
  const undoBar = h("div", { class: "undo-bar", role: "status", hidden: true }, h("span"), button("Undo", doUndo));
  const secondary = h("details", { class: "card secondary", hidden: true });
  const conflict = h("div");
  const dry = dryRunView();
  const changes = changesView();
  const history = historyView((text) => { setDraft(text); select("edit"); say("That version is in the editor; Apply puts it in force"); });
  const views = { edit: h("div", { class: "editor" }, h("div", { class: "card form-card" }, form.element), h("div", { class: "card yaml-card" }, yaml.element, problems)),
    dry: dry.element, changes: changes.element, history: history.element };
  const tabs = Tabs.map(([name, label]) => button(label, () => select(name), { role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}` }));
  const tabList = h("div", { class: "segmented", role: "tablist", "aria-label": "Views of the configuration" }, tabs);
  tabList.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = (Tabs.findIndex(([name]) => name === tab) + step + Tabs.length) % Tabs.length;
    select(Tabs[at][0]);
    tabs[at].focus();
  });
  for (const [name] of Tabs) {
    views[name].id = `view-${name}`;
    views[name].setAttribute("role", "tabpanel");
    views[name].setAttribute("aria-labelledby", `tab-${name}`);
  }
  const element = h("div", { class: "page routes" },
    h("div", { class: "page-head" }, h("h1", { text: "Routes" }), file, tabList, h("span", { class: "tools" }, state, drop, apply)),
    undoBar, conflict, Object.values(views), secondary);

  function select(name) {
    tab = name;
    tabs.forEach((one, i) => {
      one.setAttribute("aria-selected", String(Tabs[i][0] === tab));
      one.tabIndex = Tabs[i][0] === tab ? 0 : -1;
    });
    for (const [key, view] of Object.entries(views)) view.hidden = key !== tab;
    if (tab === "dry") dry.show();
    else if (tab === "changes") changes.show();
    else if (tab === "history") history.show();
  }

  async function doApply() {
    const refused = whyNot();
    if (refused) {
      say(refused, true);
      return;
    }
    const { ok, answer, message } = await applyDraft("");
    if (!ok) {
      say(message, true);
      return;
    }
    const restart = answer.need_restart ?? [];
    setText(undoBar.firstElementChild, `Applied: ${(answer.changes ?? []).length} ${answer.changes?.length === 1 ? "change" : "changes"}.`
      + (restart.length > 0 ? ` A new process is needed for ${restart.join(", ")}.` : "") + " No request was dropped.");
    draw();
  }

  async function doUndo() {
    const { ok, message } = await undo();
    say(ok ? "The version before is in force again" : message, !ok);
  }

  const makeProblem = () => h("li", null, h("span", { class: "dot" }), button("", (event) => yaml.goTo(Number(event.currentTarget.dataset.line)), { class: "link" }));
  function drawProblems() {
    problems.hidden = draft.problems.length === 0;
    syncChildren(problems, draft.problems.slice(0, 200), (problem) => `${problem.line}:${problem.column}:${problem.message}`, makeProblem, (row, problem) => {
      setClass(row.children[0], `dot ${problem.severity}`);
      row.children[1].dataset.line = String(problem.line ?? 1);
      setText(row.children[1], `${problem.line ?? "?"}: ${problem.path ? `${problem.path}: ` : ""}${problem.message}`);
    });
  }

  function drawSecondary() {
    const { routes } = draft.config;
    secondary.hidden = !routes;
    if (!routes || secondary.dataset.etag === routes.etag) return;
    secondary.dataset.etag = routes.etag;
    const view = new YamlView({ label: routes.path, readOnly: true });
    view.text = routes.text;
    secondary.replaceChildren(h("summary", { text: `${routes.path} (read along with it; to be edited in its own file)` }), view.element);
  }

  function draw() {
    const [colour, word] = stateLine();
    setClass(state.children[0], `dot ${colour}`);
    setText(state.children[1], word);
    const refused = whyNot();
    apply.disabled = refused !== "" || draft.isBusy;
    apply.title = refused || "Apply (Ctrl+S)";
    setText(apply, draft.isBusy ? "Applying…" : "Apply");
    drop.disabled = !isDirty();
    undoBar.hidden = Date.now() >= draft.undoUntil;
    if (!draft.config) return;
    setText(file, draft.config.path ?? "no file");
    yaml.area.readOnly = !draft.config.writable;
    if (yaml.text !== draft.text) yaml.text = draft.text;
    if (draft.state !== "checking") {
      yaml.show(draft.problems);
      drawProblems();
      form.update(draft.values, draft.state !== "invalid", !draft.config.writable);
    }
    drawSecondary();
    conflictView(conflict);
    if (wantedLine > 0) {
      yaml.goTo(wantedLine);
      wantedLine = 0;
    }
  }

  const save = (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    doApply();
  };
  document.addEventListener("keydown", save);
  const unlisten = listen(draw);
  select(tab);
  if (!draft.config) load();
  draw();

  return { title: "Routes", element, asked(query) {
    wantedLine = Number(query.get("line")) || 0;
    if (wantedLine > 0) select("edit");
    draw();
  }, update() {
    undoBar.hidden = Date.now() >= draft.undoUntil;
    if (!draft.config && draft.state === "failed" && store.lastGood > 0) load();
    if (Date.now() - lastLook < LookAgainMs) return;
    lastLook = Date.now();
    lookAgain().catch(() => {}); // the poll tells when the gateway is away
  }, leave() {
    document.removeEventListener("keydown", save);
    unlisten();
  } };
}
