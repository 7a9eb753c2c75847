// SPDX-License-Identifier: MIT
// The response headers that the SDKs keep to themselves.
let last = new Headers();
const original = globalThis.fetch;

globalThis.fetch = async (...all) => {
  const response = await original(...all);
  last = response.headers;
  return response;
};

/// Of the last response that any SDK got.
export const heard = (name) => last.get(name);
