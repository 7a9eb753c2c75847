// SPDX-License-Identifier: MIT
// What can be done to a backend; each says what became of it.
import { backendPath, change, post, reason } from "../api.js";
import { say } from "../dom.js";
import { poll } from "../store.js";

export async function act(name, action, body, done) {
  try {
    await post(backendPath(name, action), body);
    say(done);
    await poll();
  } catch (error) {
    say(`${name}: ${reason(error)}`, true);
  }
}

export const drainOrEnable = (backend) => act(backend.name, backend.draining ? "enable" : "drain", {},
  backend.draining ? `${backend.name} takes traffic again` : `${backend.name} gets no new requests`);

export async function setWeight(backend, text) {
  const weight = text.trim() === "" ? null : Number(text);
  if (weight !== null && (!Number.isInteger(weight) || weight < 0 || weight > 1_000_000)) {
    say("A weight is a whole number from 0 to 1000000; nothing typed means as configured", true);
    return false;
  }
  try {
    await change("PUT", backendPath(backend.name, "weight"), { weight });
    say(`Weight of ${backend.name}: ${weight ?? "as configured"}`);
    await poll();
    return true;
  } catch (error) {
    say(`${backend.name}: ${reason(error)}`, true);
    return false;
  }
}
