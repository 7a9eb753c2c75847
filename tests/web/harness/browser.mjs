// SPDX-License-Identifier: MIT
// Chromium with its ears open: whatever a page complains about, and whoever else it talks to, is a failure.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const Patience = 60_000; // a loaded machine with two cores

/** Names that lead to this machine without looking like it. */
export const ForeignName = 'gateway.test';

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM, headless: true,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run',
      `--host-resolver-rules=MAP ${ForeignName} 127.0.0.1`],
  });
}

const isExpected = (text, expected) => expected.some((pattern) => pattern.test(text));

/** A page on `origin`; check() fails for each complaint that no pattern of `expected` names. */
export async function openPage(browser, origin, { expected = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark', reducedMotion: 'reduce', acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(Patience);
  const complaints = [];
  const hosts = new Set();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'blob:') { // a file the page saves
      hosts.add(url.origin);
    }
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return {
    page, context,
    async go(hash) {
      await page.goto(`${origin}/ui#/${hash}`);
    },
    check() {
      assert.deepEqual(complaints.filter((text) => !isExpected(text, expected)), []);
      assert.deepEqual([...hosts], [origin]);
    },
    async close() {
      await context.close();
    },
  };
}

/** Answers of an open, unlocked page. */
export const serving = (page) => page.locator('#state.ok').waitFor();

export const row = (page, table, key) => page.locator(`table.${table} tbody tr[data-key="${key}"]`);
