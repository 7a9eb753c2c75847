// SPDX-License-Identifier: MIT
// Dark, light, or as the system has it. Runs first, so that no page shows in the wrong colours.
const Key = "meridian.theme";

export const theme = () => localStorage.getItem(Key) ?? "system";

export function setTheme(name) {
  if (name === "system") localStorage.removeItem(Key);
  else localStorage.setItem(Key, name);
  show();
}

function show() {
  const name = theme();
  if (name === "dark" || name === "light") document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
}

show();
