// SPDX-License-Identifier: MIT
// Which lines differ, and how two people's changes of one text go together. No page, no state.

const MostCells = 4_000_000; // of the table; beyond it the middle counts as replaced whole

/** Pairs [i, j] of equal lines, in order: a longest common subsequence. */
function common(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) ++start;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    --endA;
    --endB;
  }
  const pairs = [];
  for (let i = 0; i < start; ++i) pairs.push([i, i]);
  pairs.push(...middle(a, b, start, endA, endB));
  for (let i = endA, j = endB; i < a.length; ++i, ++j) pairs.push([i, j]);
  return pairs;
}

function middle(a, b, start, endA, endB) {
  const rows = endA - start;
  const columns = endB - start;
  if (rows * columns === 0 || rows * columns > MostCells) return [];
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; --i) {
    for (let j = columns - 1; j >= 0; --j) {
      lengths[i * width + j] = a[start + i] === b[start + j] ? lengths[(i + 1) * width + j + 1] + 1
        : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++]);
    else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) ++i;
    else ++j;
  }
  return pairs;
}

/** [{a: [from, to), b: [from, to)}]: what of `a` became what of `b`. */
function hunks(a, b) {
  const found = [];
  let i = 0;
  let j = 0;
  for (const [x, y] of [...common(a, b), [a.length, b.length]]) {
    if (x > i || y > j) found.push({ a: [i, x], b: [j, y] });
    i = x + 1;
    j = y + 1;
  }
  return found;
}

export const linesOf = (text) => text.split("\n");

/** The numbers (from 0) of the lines of `text` that `base` has not. */
export function changedLines(base, text) {
  const changed = new Set();
  for (const { b } of hunks(linesOf(base), linesOf(text))) for (let line = b[0]; line < b[1]; ++line) changed.add(line);
  return changed;
}

const same = (a, b) => a.length === b.length && a.every((line, i) => line === b[i]);

/** Both changes of `base` in one text; where they touch the same lines both stand, marked. */
export function merge(base, theirs, mine) {
  const o = linesOf(base);
  const sides = [linesOf(theirs), linesOf(mine)];
  const changes = sides.map((lines) => hunks(o, lines));
  const out = [];
  let at = 0;
  let conflicts = 0;
  const next = [0, 0];
  while (next[0] < changes[0].length || next[1] < changes[1].length) {
    const starts = [0, 1].map((side) => changes[side][next[side]]?.a[0] ?? Infinity);
    const from = Math.min(...starts);
    let to = from;
    const taken = [[], []];
    for (let grew = true; grew;) { // everything that touches this stretch belongs to it
      grew = false;
      for (const side of [0, 1]) {
        const hunk = changes[side][next[side]];
        if (!hunk || hunk.a[0] > to) continue;
        to = Math.max(to, hunk.a[1]);
        taken[side].push(hunk);
        ++next[side];
        grew = true;
      }
    }
    out.push(...o.slice(at, from));
    const versions = [0, 1].map((side) => {
      if (taken[side].length === 0) return o.slice(from, to);
      const first = taken[side][0];
      const last = taken[side].at(-1);
      return sides[side].slice(first.b[0] - (first.a[0] - from), last.b[1] + (to - last.a[1]));
    });
    if (taken[1].length === 0 || same(...versions)) out.push(...versions[0]);
    else if (taken[0].length === 0) out.push(...versions[1]);
    else {
      ++conflicts;
      out.push("<<<<<<< the file", ...versions[0], "=======", ...versions[1], ">>>>>>> yours");
    }
    at = to;
  }
  out.push(...o.slice(at));
  return { text: out.join("\n"), conflicts };
}
