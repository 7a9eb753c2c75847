// SPDX-License-Identifier: MIT
// Small helpers over the document. Whatever is shown was chosen by somebody else (model names,
// probe texts, callers): text goes in as textContent, never as markup.

// The namespace is taken from the page's own drawing: no address needs to stand in a script.
const drawings = document.getElementById("icons").namespaceURI;

function apply(node, properties) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** h("button", {class, text, on: {click}, "aria-label": …}, child, "text", …) */
export function h(tag, properties, ...children) {
  const node = document.createElement(tag);
  apply(node, properties);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The same for a part of a drawing. */
export function draw(tag, properties, ...children) {
  const node = document.createElementNS(drawings, tag);
  apply(node, properties);
  node.append(...children);
  return node;
}

/** An untouched node keeps its selection. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setClass(node, name) {
  if (node.className !== name) node.className = name;
}

export function setTitle(node, text) {
  if (node.title !== text) node.title = text;
}

/** Children by key: reused, moved only when their order changed, removed when gone. */
export function syncChildren(parent, items, keyOf, make, update) {
  const existing = new Map();
  for (const child of parent.children) existing.set(child.dataset.key, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = existing.get(key);
    existing.delete(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of existing.values()) child.remove();
}

export const button = (text, handler, properties) => h("button", { type: "button", text, on: { click: handler }, ...properties });

/** A dot and its word: state is never colour alone. */
export const stateWord = (colour, word) => h("span", { class: "stateword" }, h("span", { class: `dot ${colour}` }), h("span", { text: word }));

export function fillStateWord(node, [colour, word]) {
  setClass(node.children[0], `dot ${colour}`);
  setText(node.children[1], word);
}

let toastTimer = 0;

/** One line at the foot of the page, read out by screen readers. */
export function say(text, isBad = false) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  toast.className = isBad ? "bad" : "";
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.hidden = true; }, isBad ? 10_000 : 4000);
}

/** Outside https and localhost there is no clipboard: then the text is shown, selected. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    const field = h("textarea", { readonly: true, rows: 8, "aria-label": what });
    field.value = text;
    const close = () => dialog.close();
    const dialog = h("dialog", { "aria-label": what }, h("h2", { text: what }),
      h("p", { class: "note", text: "This browser lets pages copy only over https or on localhost. Press Ctrl+C." }),
      field, h("div", { class: "actions" }, button("Close", close)));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    field.select();
  }
}

export function download(name, type, content) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** One row of CSV; a cell that a spreadsheet would take for a formula is made text. */
export function csvRow(cells) {
  return `${cells.map((cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }).join(",")}\r\n`;
}
