// SPDX-License-Identifier: MIT
// Asks for the admin token. It stays in this tab's session storage and goes nowhere but the gateway.
import { setToken } from "./api.js";
import { button, h } from "./dom.js";

let dialog = null;

export const isAsking = () => dialog !== null;

/** Once at a time; `whenGiven` runs after the reader gave one. */
export function askForToken(wasWrong, whenGiven) {
  if (dialog) return;
  const field = h("input", { type: "password", id: "token", autocomplete: "off", spellcheck: "false", "aria-describedby": "token-help" });
  const give = () => {
    if (field.value.trim() === "") {
      field.focus();
      return;
    }
    setToken(field.value);
    field.value = "";
    dialog.remove();
    dialog = null;
    whenGiven();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") give();
  });
  dialog = h("dialog", { class: "token", "aria-labelledby": "token-title" },
    h("h2", { id: "token-title", text: "Admin token" }),
    wasWrong ? h("p", { class: "bad", role: "alert", text: "The gateway refused that token." }) : null,
    h("p", { id: "token-help", text: "This gateway shows its figures to holders of its admin token: what admin.token in its configuration refers to." }),
    h("label", { for: "token", text: "Token" }), field,
    h("div", { class: "actions" }, button("Open", give, { class: "primary" })),
    h("p", { class: "note", text: "It is kept until this tab closes." }));
  const own = dialog;
  own.addEventListener("cancel", (event) => event.preventDefault());
  own.addEventListener("close", () => { // a second Esc closes it all the same
    if (dialog === own) own.showModal();
  });
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
}
