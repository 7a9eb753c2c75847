// SPDX-License-Identifier: MIT
// This session, this gateway, and how the page looks.
import { change, currentSession, get, hasToken, reason, setToken } from "../api.js";
import { askForToken } from "../access.js";
import { button, h, say, setText, syncChildren } from "../dom.js";
import { ago, count, duration, words } from "../format.js";
import { facts } from "../panel.js";
import { setTheme, theme } from "../theme.js";
import { store } from "../store.js";

const EventsEveryMs = 5000;
const ShownEvents = 100;
const Kinds = { local: "this machine", network: "an allowed network", token: "the admin token", process: "the gateway itself" };

const card = (title, ...children) => h("section", { class: "card padded" }, h("h2", { text: title }), ...children);

function themeCard() {
  const choices = [["system", "As the system"], ["dark", "Dark"], ["light", "Light"]].map(([name, label]) => {
    const radio = h("input", { type: "radio", name: "theme", value: name });
    radio.checked = theme() === name;
    radio.addEventListener("change", () => setTheme(name));
    return h("label", { class: "choice" }, radio, label);
  });
  return card("Looks", h("div", { role: "radiogroup", "aria-label": "Theme" }, choices));
}

async function reload() {
  try {
    const told = await change("POST", "reload");
    say(`Read again: ${told.changes.length === 0 ? "nothing has changed" : told.changes.join(", ")}`);
  } catch (error) {
    say(reason(error), true);
  }
}

export function settingsPage() {
  let version = null;
  let lastEvents = 0;
  const session = h("div");
  const gateway = h("div");
  const tokenActions = h("div", { class: "actions" });
  const events = h("ul", { class: "plain events" });
  const noEvents = h("p", { class: "note", text: "Nothing has happened since the start." });
  const attention = h("ul", { class: "attention", hidden: true });
  const element = h("div", { class: "page" }, h("div", { class: "page-head" }, h("h1", { text: "Settings" })), attention,
    h("div", { class: "charts" }, card("You", session, tokenActions), themeCard()),
    h("div", { class: "charts" },
      card("Gateway", gateway, h("div", { class: "actions" }, button("Read the configuration again", reload), h("a", { class: "button", href: "#/routes", text: "Edit it" }),
        hasToken() ? null : h("a", { class: "button", href: "metrics", text: "Metrics" }))), // a link carries no token
      card("What happened", events, noEvents)));

  function drawToken() {
    tokenActions.replaceChildren(button(hasToken() ? "Change the token" : "Use a token", () => askForToken(false, () => location.reload())),
      ...(hasToken() ? [button("Forget the token", () => {
        setToken("");
        location.reload();
      })] : []));
  }

  function draw() {
    const known = currentSession();
    const { status } = store;
    if (known) {
      session.replaceChildren(facts([["Known by", Kinds[known.principal.kind] ?? known.principal.kind], ["As", known.principal.name],
        ["Token", hasToken() ? "kept until this tab closes" : "none"]]));
      gateway.replaceChildren(facts([["Version", version ? `${version.name} ${version.version}` : known.version], ["API", known.api],
        ["Listens on", status.listen.join(", ")], ["Up for", duration(status.uptime_s * 1000)], ["Workers", count(status.workers)],
        ["Strategy", words(status.strategy)], ["Configuration", known.config?.path ?? "no file"],
        ["Written by this page", known.config?.writable ? "yes" : "no: the file is read-only, or of another format"],
        ["Read", `${count(status.reloads.succeeded)} times again, ${count(status.reloads.failed)} refused`]]));
    }
    const things = (status.attention ?? []).filter((thing) => thing.page === "settings");
    attention.hidden = things.length === 0;
    syncChildren(attention, things, (thing) => thing.message,
      () => h("li", null, h("span", { class: "dot warning" }), h("span"), h("span", { class: "cure" })), (row, thing) => {
        setText(row.children[1], `${thing.subject}: ${thing.message}`);
        setText(row.children[2], thing.cure ?? "");
      });
  }

  async function slow() {
    try {
      version ??= await get("version");
      const told = (await get("events?after=0&limit=1000")).events.slice(-ShownEvents).reverse();
      noEvents.hidden = told.length > 0;
      events.hidden = told.length === 0;
      syncChildren(events, told, (event) => event.seq, () => h("li", null, h("span", { class: "dot" }), h("span", { class: "when" }), h("span")), (row, event) => {
        row.children[0].className = `dot ${event.severity === "info" ? "muted" : event.severity}`;
        setText(row.children[1], ago(event.timestamp, Date.now()));
        row.children[1].title = new Date(event.timestamp).toLocaleString();
        setText(row.children[2], `${event.message}${event.principal ? ` (${event.principal})` : ""}`);
      });
    } catch (error) {
      noEvents.hidden = false;
      setText(noEvents, reason(error));
    }
  }

  drawToken();
  return { title: "Settings", element, update() {
    const isReading = !getSelection().isCollapsed && element.contains(getSelection().anchorNode);
    if (!isReading) draw();
    if (Date.now() - lastEvents < EventsEveryMs) return;
    lastEvents = Date.now();
    slow();
  } };
}
