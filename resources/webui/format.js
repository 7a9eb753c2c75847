// SPDX-License-Identifier: MIT
// Numbers, durations and times as the dashboard writes them. No page, no state.

/** 42 ms, 1.3 s, 4 min; "–" for nothing measured. */
export function duration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** 1,240 and then 12.4k, 3.2M. */
export function count(value) {
  if (value === null || value === undefined) return "–";
  if (value < 10_000) return Math.round(value).toLocaleString("en-US");
  if (value < 1_000_000) return `${(value / 1000).toFixed(1)}k`;
  return `${(value / 1_000_000).toFixed(1)}M`;
}

/** 0, 0.4, 12, 4.1k: for figures per second. */
export function rate(value) {
  if (value === null) return "–";
  if (value > 0 && value < 10) return value.toFixed(1);
  return value < 1000 ? String(Math.round(value)) : `${(value / 1000).toFixed(1)}k`;
}

export function percent(part) {
  if (part === null) return "–";
  return part > 0 && part < 0.1 ? `${(part * 100).toFixed(1)} %` : `${Math.round(part * 100)} %`;
}

/** "now", "12 s ago", "4 min ago", else the time of day. */
export function ago(iso, now) {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (seconds < 2) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return new Date(iso).toLocaleTimeString();
}

/** `text` as one word of a POSIX shell. */
export function shellWord(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** 14:05, or 14:05:09; in the reader's time zone. */
export function clock(milliseconds, withSeconds = false) {
  return new Date(milliseconds).toLocaleTimeString([], {
    hour: "2-digit", minute: "2-digit", second: withSeconds ? "2-digit" : undefined, hourCycle: "h23",
  });
}

/** `other_model` as a person reads it. */
export function words(name) {
  return String(name ?? "").replaceAll("_", " ");
}

/** "+12 %", "−3 %", "same"; empty when one of the two is unknown. */
export function changeOf(now, before) {
  if (now === null || before === null || now === undefined || before === undefined) return "";
  if (before === 0) return now === 0 ? "same" : "new";
  const part = (now - before) / before;
  if (Math.abs(part) < 0.005) return "same";
  const shown = Math.abs(part) < 10 ? `${Math.round(Math.abs(part) * 100)} %` : `×${Math.round(now / before)}`;
  return `${part > 0 ? "+" : "−"}${shown}`;
}
