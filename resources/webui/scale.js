// SPDX-License-Identifier: MIT
// The arithmetic of the charts: round axes, paths with gaps. No page, no state.

/** The smallest of 1, 2, 5 · 10ⁿ that is not below `value`. */
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * power).find((round) => round >= value * 0.999999);
}

/** Values of the lines across, from zero: at most `most` steps. */
export function ticksFor(largest, most = 4) {
  const step = roundUp(largest / most);
  const ticks = [];
  for (let i = 0; i <= Math.max(1, Math.ceil(largest / step - 1e-6)); ++i) ticks.push(i * step);
  return ticks;
}

const TimeSteps = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600].map((seconds) => seconds * 1000);

/** Round times of the reader's zone between the two, at most `most` of them. */
export function timeTicks(start, end, most) {
  const step = TimeSteps.find((candidate) => (end - start) / candidate <= most) ?? TimeSteps.at(-1);
  const zone = new Date(end).getTimezoneOffset() * 60_000;
  const ticks = [];
  for (let at = Math.ceil((start - zone) / step) * step + zone; at <= end; at += step) ticks.push(at);
  return ticks;
}

const known = (value) => value !== null && value !== undefined;

/** Runs of neighbours that are known: [[first, last], …]. A gap stays a gap. */
export function runs(values) {
  const found = [];
  for (let i = 0; i < values.length; ++i) {
    if (!known(values[i])) continue;
    const first = i;
    while (i + 1 < values.length && known(values[i + 1])) ++i;
    found.push([first, i]);
  }
  return found;
}

const n = (value) => String(Math.round(value * 10) / 10);

/** A line through the known values; one alone becomes a short dash. */
export function linePath(values, x, y) {
  return runs(values).map(([first, last]) => {
    if (first === last) return `M${n(x(first) - 1)} ${n(y(values[first]))}h2`;
    let path = "";
    for (let i = first; i <= last; ++i) path += `${i === first ? "M" : "L"}${n(x(i))} ${n(y(values[i]))}`;
    return path;
  }).join("");
}

/** The area between `lower` and `upper` (both with the same gaps). */
export function areaPath(lower, upper, x, y) {
  return runs(upper).map(([first, last]) => {
    const half = first === last ? 1 : 0;
    let path = "";
    for (let i = first; i <= last; ++i) path += `${i === first ? "M" : "L"}${n(x(i) - half)} ${n(y(upper[i]))}`;
    if (half) path += `h2`;
    for (let i = last; i >= first; --i) path += `L${n(x(i) + half)} ${n(y(lower[i] ?? 0))}`;
    return `${path}Z`;
  }).join("");
}

/** Sums from the bottom up: series i on top of those before it. */
export function stack(series) {
  const sums = [];
  let below = series[0]?.map(() => 0) ?? [];
  for (const values of series) {
    const upper = values.map((value, i) => (known(value) ? below[i] + value : null));
    sums.push({ lower: below, upper });
    below = upper.map((value, i) => value ?? below[i]);
  }
  return sums;
}

export const largestOf = (series) => series.reduce((most, values) => values.reduce((m, v) => (v > m ? v : m), most), 0);
