// SPDX-License-Identifier: MIT
// What the page shows is what happens: a killed backend, a moved weight, requests, hostile names.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch, openPage, row, serving } from './harness/browser.mjs';
import { Gateway, plainYaml } from './harness/gateway.mjs';
import { until } from './harness/until.mjs';

const Hostile = '<img src=x onerror="window.fired=1">';

let browser;
let gateway;

before(async () => {
  gateway = await Gateway.start(['alpha', 'beta'], plainYaml);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

async function opened(hash, options) {
  const window = await openPage(browser, gateway.url, options);
  await window.go(hash);
  await serving(window.page);
  return window;
}

const textOf = (locator) => locator.evaluate((node) => node.textContent);

test('requests appear by themselves, and a model that looks like markup stays text', async () => {
  const window = await opened('requests');
  const { page } = window;
  await page.getByText('No requests yet.').waitFor();
  await gateway.chats(3, Hostile);
  await gateway.chats(2, 'plain-model');
  await until('five rows', async () => await page.locator('table.requests tbody tr').count() === 5);
  const models = await page.locator('table.requests tbody tr td:nth-child(2)').allTextContents();
  assert.deepEqual(models, ['plain-model', 'plain-model', Hostile, Hostile, Hostile]);
  await page.locator('table.requests tbody tr').nth(2).click();
  const panel = page.locator('.panel');
  await panel.waitFor();
  assert.equal(await textOf(panel.locator('h2')), Hostile);
  await panel.getByText('Ask again, as things are now').click();
  await panel.getByText(/^Now, with/).waitFor();
  assert.equal(await page.locator('main img, .panel img').count(), 0);
  assert.equal(await page.evaluate(() => window.fired), undefined);
  for (const heading of ['One attempt', 'Why here?', 'Fidelity']) {
    await panel.getByRole('heading', { name: heading }).waitFor();
  }
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  window.check();
  await window.close();
});

test('the list stands still while it is read, and tells how many came', async () => {
  const window = await opened('requests');
  const { page } = window;
  const rows = page.locator('table.requests tbody tr');
  await rows.first().waitFor();
  const before = await rows.first().getAttribute('data-key');
  await rows.first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.panel').waitFor();
  await gateway.chats(4, 'later-model');
  await page.getByRole('button', { name: '4 new ↑' }).waitFor();
  assert.equal(await rows.first().getAttribute('data-key'), before);
  await page.getByRole('button', { name: '4 new ↑' }).click();
  await until('the new ones are on top', async () => await textOf(rows.first().locator('td').nth(1)) === 'later-model');
  window.check();
  await window.close();
});

test('plain words filter, columns can be chosen and sorted, what is shown can be saved', async () => {
  await gateway.chats(2, 'sorted-model');
  const window = await opened('requests');
  const { page } = window;
  const rows = page.locator('table.requests tbody tr');
  await rows.first().waitFor();
  const all = await rows.count();
  await page.keyboard.press('/');
  await page.keyboard.type('model:sorted status:2xx');
  await until('two rows', async () => await rows.count() === 2);
  assert.ok(all > 2);
  assert.match(page.url(), /filter=model%3Asorted/);
  await page.getByLabel('Filter requests').fill('wrong:word');
  await page.getByText('there is no “wrong:”').waitFor();
  await page.getByLabel('Filter requests').fill('model:sorted');
  await until('two rows again', async () => await rows.count() === 2);

  await page.getByText('Columns', { exact: true }).click();
  await page.getByLabel('Id', { exact: true }).check();
  assert.match(await textOf(rows.first().locator('td').last()), /^mrdn-[0-9a-f]{12}$/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Sort by Total' }).click();
  assert.equal(await page.locator('th[aria-sort="descending"]').count(), 1);

  const [json] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the requests shown as JSON' }).click()]);
  const saved = JSON.parse(readFileSync(await json.path(), 'utf8'));
  assert.deepEqual(saved.requests.map(({ model }) => model), ['sorted-model', 'sorted-model']);
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the requests shown as CSV' }).click()]);
  const lines = readFileSync(await csv.path(), 'utf8').trim().split('\r\n');
  assert.equal(lines.length, 3);
  assert.ok(lines[0].startsWith('request_id,timestamp,model,'));
  window.check();
  await window.close();
});

test('a weight moves the traffic, and Enable takes a drain back', async () => {
  const window = await opened('backends');
  const { page } = window;
  const weight = page.getByLabel('Weight of alpha');
  await weight.fill('0');
  await weight.press('Enter');
  await until('the gateway has the weight', async () => (await gateway.status()).backends[0].weight === 0);
  assert.deepEqual(new Set(await gateway.chats(12)), new Set(['beta']));
  await weight.fill('nonsense');
  await weight.press('Enter');
  await page.getByText('A weight is a whole number from 0 to 1000000').waitFor();
  assert.equal((await gateway.status()).backends[0].weight, 0);

  await page.getByRole('button', { name: 'Drain beta' }).click();
  await page.getByRole('button', { name: 'Enable beta' }).waitFor();
  await weight.fill(''); // as configured
  await weight.press('Enter');
  await until('the file counts again', async () => (await gateway.status()).backends[0].weight === 10);
  assert.deepEqual(new Set(await gateway.chats(6)), new Set(['alpha']));
  await row(page, 'backends', 'beta').focus();
  await page.keyboard.press('d');
  await page.getByRole('button', { name: 'Drain beta' }).waitFor();
  assert.deepEqual(new Set(await gateway.chats(12)), new Set(['alpha', 'beta']));
  window.check();
  await window.close();
});

test('the overview draws the traffic, and a chart can be saved as picture and table', async () => {
  await gateway.chats(10);
  const window = await opened('overview');
  const { page } = window;
  const chart = page.locator('figure').filter({ hasText: 'Requests by status' });
  await until('an area is drawn', async () => (await chart.locator('path.area').first().getAttribute('d')).length > 10);
  await until('tokens of today are counted', async () => /^[0-9.,kM]+$/.test(await textOf(page.locator('#tile-today'))) && await textOf(page.locator('#tile-today')) !== '0');
  const svg = chart.locator('svg.chart');
  await svg.focus();
  await page.keyboard.press('End');
  await chart.locator('.tip').getByText('2xx').waitFor();
  const [png] = await Promise.all([page.waitForEvent('download'), chart.getByRole('button', { name: 'Save “Requests by status” as PNG' }).click()]);
  const picture = readFileSync(await png.path());
  assert.deepEqual([...picture.subarray(0, 4)], [0x89, 0x50, 0x4E, 0x47]);
  assert.ok(picture.length > 4000);
  const [csv] = await Promise.all([page.waitForEvent('download'), chart.getByRole('button', { name: 'Save “Requests by status” as CSV' }).click()]);
  assert.match(readFileSync(await csv.path(), 'utf8'), /^time,status_2xx,status_4xx,status_5xx\r\n\d{4}-/);
  await page.getByRole('button', { name: 'Last day' }).click();
  await page.getByRole('button', { name: 'Last day', pressed: true }).waitFor();
  window.check();
  await window.close();
});

test('a killed backend is shown unhealthy, with what to do, and healthy when it is back', async () => {
  const window = await opened('backends');
  const { page } = window;
  const beta = gateway.backend('beta');
  await row(page, 'backends', 'beta').getByText('Healthy').waitFor();
  const killed = Date.now();
  await beta.kill();
  await row(page, 'backends', 'beta').getByText('Unhealthy').waitFor();
  console.log(`# shown unhealthy after ${Date.now() - killed} ms; the probe's interval is 1000 ms, the page's 1000 ms`);
  await page.getByText('1 of 2 unhealthy').waitFor();
  await page.locator('#rail a[href="#/backends"] .badge').getByText('1').waitFor();
  await page.locator('#rail a[href="#/overview"]').click();
  const attention = page.locator('.attention li').filter({ hasText: 'beta' });
  await attention.waitFor();
  await attention.locator('a').click();
  await page.locator('.panel').getByRole('heading', { name: 'beta' }).waitFor();
  await page.locator('.panel .events li').first().waitFor();
  await gateway.restart('beta');
  await row(page, 'backends', 'beta').getByText('Healthy').waitFor();
  await page.getByText('2 healthy').waitFor();
  window.check();
  await window.close();
});
