// SPDX-License-Identifier: MIT
// The file was changed while it was being edited here: three texts side by side, never a silent overwrite.
import { button, h } from "../dom.js";
import { changedLines, linesOf, merge } from "../diff.js";
import { draft, resolve } from "../draft.js";
import { plainLines } from "../yamlview.js";

const LineHeight = 20; // px, as in pages.css

function column(title, text, base) {
  const changed = base === null ? new Set() : changedLines(base, text);
  return h("div", { class: "column" }, h("h3", { text: title }), plainLines(linesOf(text), (line, i) => (changed.has(i) ? "added" : ""), title));
}

/** Fills `place`, or empties it; what is there already stays when it is of the same conflict. */
export function conflictView(place) {
  const { conflict } = draft;
  place.hidden = !conflict;
  if (!conflict) {
    place.replaceChildren();
    place.shown = null;
    return;
  }
  if (place.shown === conflict) return;
  place.shown = conflict;
  const mine = draft.text;
  const changed = [...changedLines(conflict.base, conflict.theirs), ...changedLines(conflict.base, mine)];
  const both = merge(conflict.base, conflict.theirs, mine);
  place.replaceChildren(h("section", { class: "card conflict", "aria-labelledby": "conflict-title" },
    h("h2", { id: "conflict-title", text: "The file was changed meanwhile" }),
    h("p", { text: both.conflicts === 0 ? "Both changes fit together."
      : `${both.conflicts} ${both.conflicts === 1 ? "place was" : "places were"} changed on both sides; merged, both versions stand there to choose from.` }),
    h("div", { class: "actions" },
      button("Merge both", () => resolve(both.text), { class: "primary" }),
      button("Take the file's", () => resolve(conflict.theirs)),
      button("Keep mine only", () => resolve(mine), { class: "danger", title: "The file's change is in the difference that Apply will make" })),
    h("div", { class: "columns" }, column("Before", conflict.base, null), column("The file now", conflict.theirs, conflict.base), column("Yours", mine, conflict.base))));
  for (const lines of place.querySelectorAll(".plain-lines")) lines.scrollTop = (Math.min(...changed) - 3) * LineHeight;
}
