// SPDX-License-Identifier: MIT
// The frame: which page shows, one poll a second while somebody looks, what the top line says.
import { ApiError, loadSession, Unreachable } from "./api.js";
import { askForToken, isAsking } from "./access.js";
import { copy, setClass, setText } from "./dom.js";
import { duration, rate } from "./format.js";
import { closePanel } from "./panel.js";
import { forgetAll, forgetRates, perSecond, poll, store } from "./store.js";
import { backendsPage } from "./pages/backends.js";
import { enginesPage } from "./pages/engines.js";
import { overviewPage } from "./pages/overview.js";
import { requestsPage } from "./pages/requests.js";
import { isDirty, routesPage } from "./pages/routes.js";
import { settingsPage } from "./pages/settings.js";

const PollMs = 1000;
const StaleMs = 5000; // older figures are dimmed: they are not shown as new

const pages = {
  overview: overviewPage, backends: backendsPage, requests: requestsPage, routes: routesPage,
  settings: settingsPage, engines: enginesPage,
};
const byId = (id) => document.getElementById(id);
const main = byId("main");
const state = { page: null, name: "", timer: 0, polling: false, hasSession: false };

// --- pages ---------------------------------------------------------------------------------

/** #/requests?filter=… → the page's name and what it was asked to show. */
function place() {
  const [name, query] = location.hash.replace(/^#\/?/, "").split("?");
  return [Object.hasOwn(pages, name) ? name : "overview", new URLSearchParams(query ?? "")];
}

function showPage() {
  const [name, query] = place();
  const isOther = name !== state.name;
  if (isOther) {
    closePanel();
    state.page?.leave?.();
    state.name = name;
    main.replaceChildren();
    main.scrollTop = 0;
    main.className = `page-${name}`;
    state.page = pages[name]();
    main.append(state.page.element);
    document.title = `${state.page.title} · Meridian`;
    for (const link of document.querySelectorAll("#rail a")) {
      if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
  state.page.asked?.(query);
  if (store.status) state.page.update?.();
}

// --- the top line and the rail --------------------------------------------------------------

function showState(colour, text) {
  setClass(byId("state"), `state ${colour}`);
  setText(byId("state-text"), text);
}

function showServing({ status } = store) {
  byId("copy-address").hidden = false;
  if (status.draining) showState("warning", "Draining: finishing what is in flight");
  else if (status.backends.length === 0) showState("error", "No backends configured");
  else if (!status.backends.some((backend) => backend.healthy)) showState("error", "No healthy backend");
  else showState("ok", `Serving on ${status.listen[0] ?? location.origin}`);
  const requests = perSecond("requests");
  const tokens = perSecond("completion_tokens");
  setText(byId("figures"), requests === null ? "" : `${rate(requests)} req/s   ${rate(tokens)} tok/s`);
}

function showBadges(attention) {
  for (const link of document.querySelectorAll("#rail a")) {
    const badge = link.querySelector(".badge");
    if (!badge) continue;
    const name = link.hash.slice(2);
    const things = (attention ?? []).filter((thing) => thing.page === name);
    const unsaved = name === "routes" && isDirty();
    badge.hidden = things.length === 0 && !unsaved;
    setText(badge, things.length > 0 ? String(things.length) : "•");
    setClass(badge, `badge ${things.some((thing) => thing.severity === "error") ? "error" : "warning"}`);
    badge.setAttribute("aria-label", things.length > 0 ? `${things.length} to look at` : "unsaved changes");
  }
}

function showProblem(text) {
  byId("problem").hidden = !text;
  setText(byId("problem"), text);
}

// --- polling --------------------------------------------------------------------------------

async function turn() {
  if (state.polling || document.hidden || isAsking()) return;
  state.polling = true;
  try {
    if (!state.hasSession) {
      await loadSession();
      state.hasSession = true;
    }
    await poll();
    showProblem("");
    document.body.classList.remove("stale", "locked");
    showServing();
    showBadges(store.status.attention);
    state.page.update?.();
  } catch (error) {
    noteFailure(error);
  }
  state.polling = false;
}

function noteFailure(error) {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
    lock(error);
    return;
  }
  if (!(error instanceof ApiError || error instanceof Unreachable)) console.error(error); // a fault of this page
  if (store.lastGood > 0 && Date.now() - store.lastGood < StaleMs) return; // one lost poll is no news
  showState("waiting", error instanceof ApiError ? "Refused for now" : "Reconnecting…");
  showProblem(error instanceof ApiError ? error.message : store.lastGood === 0 ? "The gateway does not answer. Is it running? This page tries again every second."
    : `No answer for ${duration(Date.now() - store.lastGood)}. What you see is from before; this page tries again every second.`);
  forgetRates();
  setText(byId("figures"), "");
  document.body.classList.add("stale");
}

/** Nothing that was seen before stays on a page whose reader may not see it. */
function lock(error) {
  forgetAll();
  state.hasSession = false;
  closePanel();
  document.body.classList.add("locked");
  setText(byId("figures"), "");
  byId("copy-address").hidden = true;
  showBadges([]);
  state.page?.leave?.();
  state.name = "";
  main.replaceChildren();
  if (error.status === 401) {
    showState("waiting", "Admin token needed");
    showProblem("");
    askForToken(error.code === "invalid_admin_token", () => {
      showPage();
      turn();
    });
    return;
  }
  showState("error", "Not allowed");
  showProblem(`${error.message}.`.replace(/\.\.$/, "."));
}

function begin() {
  setInterval(() => {
    if (state.name === "" && !isAsking()) showPage(); // after a refusal: the page is built anew
    turn();
  }, PollMs);
  turn();
}

document.addEventListener("visibilitychange", turn); // back at once, not within a second
addEventListener("hashchange", () => {
  if (!isAsking()) showPage();
});
addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the hash is the router's
  main.focus();
});
byId("copy-address").addEventListener("click", () => copy(store.status?.listen[0] ?? location.origin, "Address"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) closePanel();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.dropdown[open]")) if (!open.contains(event.target)) open.open = false;
});
showPage();
begin();
