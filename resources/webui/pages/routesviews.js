// SPDX-License-Identifier: MIT
// Beside the editor: what the draft would do to the last requests, what it changes, what came before.
import { get, post, reason } from "../api.js";
import { button, h } from "../dom.js";
import { draft, isDirty } from "../draft.js";
import { ago, count, percent } from "../format.js";
import { diffView } from "../yamlview.js";

const DryRunRequests = 500;

const empty = (text) => h("p", { class: "empty", text });

const problemList = (problems) => h("ul", null, (problems ?? []).map((problem) => h("li", { text: `${problem.line ? `${problem.line}: ` : ""}${problem.message}` })));

/** One thing at a time: an answer that comes after the next question is dropped. */
function asking(element, work) {
  let turn = 0;
  return async () => {
    const own = ++turn;
    element.setAttribute("aria-busy", "true");
    if (element.children.length === 0) element.append(empty("Asking…"));
    let nodes;
    try {
      nodes = await work();
    } catch (error) {
      nodes = [h("p", { class: "bad", role: "alert", text: reason(error) }), problemList(error.details?.problems)];
    }
    if (own !== turn) return;
    element.replaceChildren(...nodes);
    element.removeAttribute("aria-busy");
  };
}

function shareBars(share) {
  const bar = (part, colour) => {
    const inner = h("span", { class: `fill s${colour}` });
    inner.style.width = `${Math.min(100, 100 * part)}%`;
    return h("span", { class: "share-bar" }, inner);
  };
  return h("table", { class: "values shares" }, h("thead", null, h("tr", null, ["Backend", "Before", "After"].map((text) => h("th", { scope: "col", text })))),
    h("tbody", null, share.map((one) => h("tr", null, h("td", { class: "strong", text: one.backend }),
      h("td", null, bar(one.before, 6), h("span", { class: "figure", text: percent(one.before) })),
      h("td", null, bar(one.after, 0), h("span", { class: "figure", text: percent(one.after) }))))));
}

const goesTo = (backend) => backend ?? "refused";

function dryRunNodes(told) {
  if (told.requests === 0) return [empty("There were no requests yet to try it on.")];
  const nodes = [h("h2", { text: `Of the last ${count(told.requests)} requests ${count(told.changed)} would change backend${told.refused > 0 ? ` and ${count(told.refused)} be refused` : ""}` }),
    problemList(told.problems), h("div", { class: "card scroll" }, shareBars(told.share))];
  if (told.tokens_per_day.length > 0) {
    nodes.push(h("h2", { text: "Tokens a day, at the pace of these" }), h("div", { class: "card scroll" }, h("table", { class: "values" },
      h("thead", null, h("tr", null, ["Backend", "Before", "After"].map((text) => h("th", { scope: "col", text })))),
      h("tbody", null, told.tokens_per_day.map((one) => h("tr", null, h("td", { class: "strong", text: one.backend }),
        h("td", { class: "figure", text: count(one.before) }), h("td", { class: "figure", text: count(one.after) })))))));
  }
  nodes.push(h("h2", { text: told.rows.length < told.changed ? `The first ${told.rows.length} of them` : "Which" }), told.rows.length === 0 ? empty("None: every request goes where it went.")
    : h("div", { class: "card scroll" }, h("table", { class: "grid" }, h("thead", null, h("tr", null, ["Time", "Model", "From", "To", "Why"].map((text) => h("th", { scope: "col", text })))),
      h("tbody", null, told.rows.map((row) => h("tr", null, h("td", { data: { label: "Time" }, text: ago(row.timestamp, Date.now()), title: new Date(row.timestamp).toLocaleString() }),
        h("td", { data: { label: "Model" }, class: "wide", text: row.model }), h("td", { data: { label: "From" }, text: goesTo(row.from) }),
        h("td", { data: { label: "To" }, text: goesTo(row.to) }), h("td", { data: { label: "Why" }, text: row.why })))))));
  return nodes;
}

export function dryRunView() {
  const result = h("div", { class: "view-body" });
  const run = asking(result, async () => dryRunNodes(await post("config/dry-run", { text: draft.text, limit: DryRunRequests })));
  const element = h("div", { class: "view" }, h("div", { class: "actions" }, button("Try again", run),
    h("span", { class: "note", text: "Nothing is sent. Each backend counts as it is now." })), result);
  return { element, show: run };
}

export function changesView() {
  const element = h("div", { class: "view" });
  const run = asking(element, async () => {
    if (!isDirty()) return [empty("Nothing is changed: the text is what is in force.")];
    const told = await post("config/diff", { text: draft.text });
    return [told.changes.length > 0 ? h("ul", null, told.changes.map((text) => h("li", { text }))) : h("p", { text: "The same settings, written differently." }),
      told.need_restart.length > 0 ? h("p", { class: "bad", text: `A running process cannot apply ${told.need_restart.join(", ")}: hand over to a new one for these.` }) : null,
      diffView(told.diff, "What Apply changes in the file")].filter(Boolean);
  });
  return { element, show: run };
}

export function historyView(restore) {
  const element = h("div", { class: "view" });
  const run = asking(element, async () => {
    const { versions } = await get("config/history");
    if (versions.length === 0) return [empty("No version yet. Each Apply adds one.")];
    return [h("ul", { class: "versions" }, versions.map((version) => {
      const inside = h("div", { class: "version-body" });
      const details = h("details", { class: "card" }, h("summary", null, h("span", { class: "strong", text: ago(version.timestamp, Date.now()) }),
        h("span", { class: "note", text: [new Date(version.timestamp).toLocaleString(), version.principal, `${version.changes} ${version.changes === 1 ? "change" : "changes"}`, version.note].filter(Boolean).join(" · ") }),
        version.current ? h("span", { class: "tag", text: "in force" }) : null), inside);
      details.addEventListener("toggle", asking(inside, async () => {
        if (!details.open) return [...inside.children];
        const told = await get(`config/history/${encodeURIComponent(version.id)}`);
        return [version.current ? null : button("Open in the editor", () => restore(told.text)),
          told.diff ? diffView(told.diff, "What this version changed") : empty("The first one known.")].filter(Boolean);
      }));
      return h("li", null, details);
    }))];
  });
  return { element, show: run };
}
