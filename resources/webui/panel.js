// SPDX-License-Identifier: MIT
// The side panel: one at a time, closed with Esc, focus goes back to where it came from.
import { button, h } from "./dom.js";

const place = document.getElementById("panel-place");
let current = null;

export const openKey = () => current?.key ?? null;

export function closePanel() {
  if (!current) return;
  const { element, from, onClose } = current;
  const hadFocus = element.contains(document.activeElement);
  current = null;
  element.remove();
  document.body.classList.remove("with-panel");
  onClose?.();
  if (hadFocus && from?.isConnected) from.focus();
}

/** Returns the body to fill. The same key again keeps the panel and what is in it: null. */
export function openPanel({ key, title, from, onClose }) {
  if (current?.key === key) return null;
  const inner = current;
  if (inner) {
    current = null;
    inner.element.remove();
    inner.onClose?.();
  }
  const body = h("div", { class: "panel-body" });
  const heading = h("h2", { text: title, tabindex: "-1" });
  const element = h("aside", { class: "panel", "aria-label": title },
    h("div", { class: "panel-head" }, heading, button("✕", closePanel, { class: "quiet", "aria-label": "Close the panel", title: "Close (Esc)" })), body);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closePanel();
  });
  current = { key, element, from: from ?? document.activeElement, onClose };
  place.append(element);
  document.body.classList.add("with-panel");
  heading.focus({ preventScroll: true });
  return body;
}

/** A titled part of a panel. */
export const part = (title, ...children) => h("section", { class: "part" }, h("h3", { text: title }), ...children);

/** Pairs of a name and a value (text or node); those without a value are left out. */
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => h("div", null, h("dt", { text: name }), h("dd", null, value))));
}
