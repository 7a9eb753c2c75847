// SPDX-License-Identifier: MIT
// Each page in both themes and on a phone: readable, named, nothing cut off; a picture of each is kept.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage, row, serving } from './harness/browser.mjs';
import { Gateway, plainYaml } from './harness/gateway.mjs';
import { faults } from './harness/reading.mjs';
import { until } from './harness/until.mjs';

const Phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const Kinds = { dark: { colorScheme: 'dark' }, light: { colorScheme: 'light' }, phone: { colorScheme: 'dark', ...Phone } };

let browser;
let gateway;

before(async () => {
  gateway = await Gateway.start(['fast', 'slow'], plainYaml);
  browser = await launch();
  await gateway.chats(30, 'qwen2.5:7b');
  await gateway.chats(3, 'llama3.2');
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

/// What must be there before the picture is taken.
const Ready = {
  overview: (page) => until('charts and tiles are drawn', async () => (await page.locator('path.area').first().getAttribute('d')).length > 10
    && await page.locator('#tile-rate').textContent() !== '–'),
  backends: (page) => row(page, 'backends', 'slow').waitFor(),
  requests: (page) => page.locator('table.requests tbody tr').nth(20).waitFor(),
  routes: (page) => page.getByText('As in force').waitFor(),
  settings: (page) => page.getByText('this machine', { exact: true }).waitFor(),
  engines: (page) => page.getByText(/^(Nothing new was found|\d+ found)/).waitFor(),
};
const Panels = { backends: (page) => row(page, 'backends', 'fast').locator('td').first().click(), requests: (page) => page.locator('table.requests tbody tr td').first().click() };

const picture = (page, name) => page.screenshot({ path: join(process.env.PICTURES, `${name}.png`) });

async function look(page, name) {
  await picture(page, name);
  assert.deepEqual(await page.evaluate(faults), [], name);
}

for (const [kind, options] of Object.entries(Kinds)) {
  for (const name of Object.keys(Ready)) {
    test(`${name}, ${kind}`, async () => {
      const window = await openPage(browser, gateway.url, options);
      const { page } = window;
      await window.go(name);
      await serving(page);
      await Ready[name](page);
      await look(page, `${name}-${kind}`);
      if (Panels[name]) {
        await Panels[name](page);
        await page.locator('.panel .facts').first().waitFor();
        await look(page, `${name}-panel-${kind}`);
      }
      window.check();
      await window.close();
    });
  }
}

test('the theme can be chosen, and stays', async () => {
  const window = await openPage(browser, gateway.url);
  const { page } = window;
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await window.go('settings');
  await serving(page);
  assert.equal(await background(), 'rgb(14, 17, 22)');
  await page.getByLabel('Light').check();
  assert.equal(await background(), 'rgb(246, 247, 249)');
  await page.reload();
  await serving(page);
  assert.equal(await background(), 'rgb(246, 247, 249)');
  await page.getByLabel('As the system').check();
  assert.equal(await background(), 'rgb(14, 17, 22)');
  window.check();
  await window.close();
});

test('every control can be reached with the Tab key, and shows that it is', async () => {
  const window = await openPage(browser, gateway.url);
  const { page } = window;
  await window.go('backends');
  await serving(page);
  await row(page, 'backends', 'slow').waitFor();
  const seen = new Set();
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press('Tab');
    const [name, isShown] = await page.evaluate(() => {
      const node = document.activeElement;
      const style = getComputedStyle(node);
      return [node.getAttribute('aria-label') ?? node.textContent.trim(), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
    });
    if (name !== '' && (await page.evaluate(() => document.activeElement !== document.body))) {
      assert.ok(isShown, `no outline on ${name}`);
      seen.add(name);
    }
  }
  for (const name of ['Skip to the page', 'Overview', 'Requests', 'Copy', 'Find engines', 'Columns', 'Sort by Name', 'Weight of fast', 'Drain slow', 'Probe slow now']) {
    assert.ok([...seen].some((one) => one.startsWith(name)), `${name} in ${[...seen].join(', ')}`);
  }
  window.check();
  await window.close();
});

test('old numbers are not shown as new: the page dims and says so, and recovers', async () => {
  const window = await openPage(browser, gateway.url, { expected: [/Failed to load resource/] });
  const { page } = window;
  await window.go('overview');
  await serving(page);
  await page.route('**/meridian/**', (route) => route.abort());
  await page.getByText('Reconnecting…').waitFor();
  await page.locator('body.stale').waitFor();
  await page.locator('#problem').getByText('What you see is from before').waitFor();
  await picture(page, 'overview-stale');
  await page.unroute('**/meridian/**');
  await serving(page);
  assert.equal(await page.locator('body.stale').count(), 0);
  window.check();
  await window.close();
});

test('a page without requests says what to do, and one without a gateway what is wrong', async () => {
  const window = await openPage(browser, gateway.url, { expected: [/Failed to load resource/] });
  const { page } = window;
  await page.route('**/meridian/requests**', (route) => route.fulfill({ contentType: 'application/json', body: '{"requests":[],"next":0,"missed":0}' }));
  await window.go('requests');
  await page.getByText('No requests yet. Try this:').waitFor();
  await look(page, 'requests-empty');
  await page.route('**/meridian/**', (route) => route.abort());
  await page.reload();
  await page.getByText('The gateway does not answer. Is it running?').first().waitFor();
  await picture(page, 'requests-away');
  window.check();
  await window.close();
});
