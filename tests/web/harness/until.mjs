// SPDX-License-Identifier: MIT
// Waits for a condition, with an end.
const Step = 50;

export const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Asks again until `holds()` is true; what it throws on the way counts as no. */
export async function until(what, holds, patience = 60_000) {
  const giveUp = Date.now() + patience;
  for (let last = null; ;) {
    try {
      if (await holds()) {
        return;
      }
      last = null;
    } catch (error) {
      last = error;
    }
    if (Date.now() > giveUp) {
      throw new Error(`not within ${patience} ms: ${what}${last ? ` (${last.message})` : ''}`);
    }
    await pause(Step);
  }
}
