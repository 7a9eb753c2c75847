// SPDX-License-Identifier: MIT
// What a reader would stumble over, found in the page itself; runs in the browser.

/** A list of faults in words, empty when there are none. */
export function faults() {
  const found = [];
  const isSeen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const told = (node) => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ''}${typeof node.className === 'string' && node.className ? `.${node.className.split(' ').join('.')}` : ''} "${node.textContent.trim().slice(0, 40)}"`;

  // every control has a name
  for (const node of document.querySelectorAll('button, a, input, select, textarea, summary, [role="tab"]')) {
    if (!isSeen(node)) continue;
    const label = node.getAttribute('aria-label') ?? node.title ?? '';
    const labels = [...(node.labels ?? [])].map((one) => one.textContent).join('');
    if ((label + labels + node.textContent).trim() === '') found.push(`no name: ${told(node)}`);
  }

  // text can be read: WCAG 2.1, 1.4.3
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  for (const node of document.querySelectorAll('body *')) {
    const hasText = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim() !== '');
    const style = getComputedStyle(node);
    if (!hasText || !isSeen(node) || node.closest('.visually-hidden, .marks, noscript, :disabled')) continue;
    const colour = node.namespaceURI.endsWith('svg') ? style.fill : style.color;
    const [a, b] = [luminance(numbers(colour)), luminance(behind(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.49) found.push(`contrast ${contrast.toFixed(2)}: ${told(node)}`);
  }

  // nothing is wider than the window
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  const main = document.getElementById('main');
  if (main.scrollWidth > main.clientWidth + 1) found.push(`what is on the page is ${main.scrollWidth - main.clientWidth} px too wide`);

  // ids lead to one thing, and where they lead to is there
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`twice: #${id}`);
  for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      if (!document.getElementById(node.getAttribute(name))) found.push(`${name} leads nowhere: ${told(node)}`);
    }
  }

  // targets are large enough for a finger
  if (innerWidth < 600) {
    for (const node of document.querySelectorAll('button:not(.link), nav a, summary, select')) {
      const box = node.getBoundingClientRect();
      if (isSeen(node) && (box.height < 27.5 || box.width < 20)) found.push(`small (${Math.round(box.width)} × ${Math.round(box.height)}): ${told(node)}`);
    }
  }
  return found;
}
