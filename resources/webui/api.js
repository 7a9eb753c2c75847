// SPDX-License-Identifier: MIT
// The gateway's admin API: one function per kind of call, errors with a code, the admin token.
const AnswerMs = 4000; // a poll that takes longer is given up
const ChangeMs = 20_000; // a change or a dry run may have to wait for workers
const TokenKey = "meridian.admin.token"; // session storage: gone with the tab

export class ApiError extends Error {
  constructor(status, body) {
    const error = body?.error ?? {};
    super(error.message ?? `the gateway answered ${status}`);
    this.status = status;
    this.code = error.code ?? "";
    this.details = { ...body, ...error };
  }
}

/** No answer came at all, or none that can be read. */
export class Unreachable extends Error {}

let token = sessionStorage.getItem(TokenKey) ?? "";
let session = null;

export const hasToken = () => token !== "";
export const currentSession = () => session;

export function setToken(text) {
  token = text.trim();
  session = null;
  if (token) sessionStorage.setItem(TokenKey, token);
  else sessionStorage.removeItem(TokenKey);
}

async function send(method, path, body, milliseconds) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && session?.page_token) headers["x-meridian-page-token"] = session.page_token;
  let answer = null;
  let parsed = null;
  try {
    answer = await fetch(`meridian/${path}`, {
      method, headers, cache: "no-store", credentials: "omit", redirect: "error",
      body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(milliseconds),
    });
    parsed = await answer.json();
  } catch (error) {
    if (!answer || answer.ok) {
      throw new Unreachable(error.name === "TimeoutError" ? "The gateway did not answer in time; it may be busy. Try again."
        : "The gateway does not answer. Is it running?");
    }
  }
  if (!answer.ok) throw new ApiError(answer.status, parsed);
  return parsed;
}

export async function get(path) {
  return send("GET", path, undefined, AnswerMs);
}

export async function loadSession() {
  session = await get("session");
  return session;
}

/** POST or PUT. A page token that a restart has made old is fetched once more. */
export async function change(method, path, body = {}) {
  if (!session) await loadSession();
  try {
    return await send(method, path, body, ChangeMs);
  } catch (error) {
    if (error.code !== "page_token_required") throw error;
    await loadSession();
    return send(method, path, body, ChangeMs);
  }
}

export const post = (path, body) => change("POST", path, body);

export const backendPath = (name, action) => `backends/${encodeURIComponent(name)}${action ? `/${action}` : ""}`;

/** What to tell a person about a failed call. */
export function reason(error) {
  if (error instanceof ApiError || error instanceof Unreachable) return error.message;
  console.error(error); // a fault of this page
  return "This page made a mistake; the browser's console has it. Load it again.";
}
