// SPDX-License-Identifier: MIT
// What the simulated providers share: pieces of texts, event streams, complaints about a request.

/// Of uneven lengths, never cutting a character: what a model's stream looks like.
export function pieces(text) {
  const points = Array.from(text);
  const out = [];
  for (let at = 0, size = 1; at < points.length; at += size, size = (size % 5) + 2) {
    out.push(points.slice(at, at + size).join(''));
  }
  return out;
}

export const dataLine = (value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
export const namedEvent = (value) => `event: ${value.type}\n${dataLine(value)}`;

/// A provider refuses what it does not understand: the message names the rule that was broken.
export class Refused extends Error {
  constructor(message, status = 400) {
    super(message);
    this.status = status;
  }
}

export function must(condition, rule) {
  if (!condition) {
    throw new Refused(`simulated provider: ${rule}`);
  }
}

/// Unknown fields are refused, as the clouds do.
export function onlyFields(object, allowed, where) {
  for (const name of Object.keys(object)) {
    must(allowed.includes(name), `${where} has an unknown field ${name}`);
  }
}

export function parsed(text, where) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(`simulated provider: ${where} is not JSON: ${text}`);
  }
}

export const sum = (...numbers) => numbers.reduce((total, number) => total + (number ?? 0), 0);

/// [1, 0.5, …]: the vector of the n-th text.
export const vector = (index) => [index + 0.5, -0.25, 0.125];
