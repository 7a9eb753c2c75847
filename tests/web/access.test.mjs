// SPDX-License-Identifier: MIT
// Without the admin token nothing is shown and nothing can be changed; with it everything is there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ForeignName, launch, openPage, serving } from './harness/browser.mjs';
import { Gateway, plainYaml } from './harness/gateway.mjs';
import { until } from './harness/until.mjs';

const Token = 'open-sesame-0123456789abcdef';
const Secrets = /alpha|beta|weighted|config\.yaml|127\.0\.0\.1/;

let browser;
let gateway;
let origin;

before(async () => {
  gateway = await Gateway.start(['alpha', 'beta'], (urls) => plainYaml(urls, 'admin:\n  token: env:MERIDIAN_TEST_TOKEN\n'), { MERIDIAN_TEST_TOKEN: Token });
  origin = `http://${ForeignName}:${gateway.port}`; // this machine by a name that does not look like it
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

const opened = async (hash, options = {}) => {
  const window = await openPage(browser, origin, { expected: [/status of 401/], ...options });
  await window.go(hash);
  return window;
};

const shown = (page) => page.evaluate(() => document.body.textContent);

test('no token and a wrong one show nothing', async () => {
  for (const hash of ['overview', 'backends', 'requests', 'routes', 'settings', 'engines']) {
    const window = await opened(hash);
    const { page } = window;
    await page.locator('#token').waitFor();
    assert.doesNotMatch(await shown(page), Secrets);
    if (hash === 'backends' || hash === 'routes') { // more guesses would be slowed down
      await page.locator('#token').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('The gateway refused that token.').waitFor();
      assert.doesNotMatch(await shown(page), Secrets);
    }
    window.check();
    await window.close();
  }
});

test('no token and a wrong one change nothing', async () => {
  const window = await opened('overview');
  const { page } = window;
  await page.locator('#token').waitFor();
  const tried = await page.evaluate(async () => {
    const statuses = [];
    const ask = async ([method, path, body], headers) => {
      const answer = await fetch(`meridian/${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
      statuses.push(answer.status);
    };
    const orders = [['POST', 'backends/alpha/drain', {}], ['PUT', 'backends/alpha/weight', { weight: 1 }],
      ['PUT', 'config', { text: 'x', etag: '' }], ['POST', 'config/undo', { etag: '' }], ['POST', 'reload', {}], ['POST', 'discovery', {}]];
    for (const order of orders) {
      await ask(order, {});
      await ask(order, { 'x-meridian-page-token': 'guessed' });
    }
    await ask(orders[0], { authorization: 'Bearer wrong' });
    await ask(orders[1], { 'x-meridian-admin-token': 'wrong' });
    return statuses;
  });
  assert.deepEqual(new Set(tried), new Set([401]));
  const status = (await gateway.get('/meridian/status', { authorization: `Bearer ${Token}` })).body;
  assert.deepEqual(status.backends.map(({ draining, weight }) => [draining, weight]), [[false, 10], [false, 10]]);
  assert.equal(status.generation, 1);
  window.check();
  await window.close();
});

test('the right token opens everything, is kept by the tab only, and can be forgotten', async () => {
  const window = await opened('backends');
  const { page } = window;
  await page.locator('#token').fill(Token);
  await page.getByRole('button', { name: 'Open' }).click();
  await serving(page);
  await page.getByRole('button', { name: 'Drain alpha' }).click();
  await page.getByRole('button', { name: 'Enable alpha' }).click();
  await page.getByRole('button', { name: 'Drain alpha' }).waitFor();
  await page.reload();
  await serving(page);
  assert.deepEqual(await page.evaluate(() => [Object.values(localStorage), document.cookie]), [[], '']);
  await page.locator('#rail a[href="#/settings"]').click();
  await page.getByText('the admin token', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Forget the token' }).click();
  await page.locator('#token').waitFor();
  await until('all is gone', async () => !Secrets.test(await shown(page)));
  window.check();
  await window.close();
});

test('a token that stops being good takes everything off the page', async () => {
  const window = await opened('backends');
  const { page } = window;
  await page.locator('#token').fill(Token);
  await page.keyboard.press('Enter');
  await serving(page);
  await page.getByRole('button', { name: 'Drain alpha' }).waitFor();
  await page.route('**/meridian/**', (route) => route.fulfill({
    status: 401, contentType: 'application/json', body: '{"error":{"message":"The admin token is wrong","type":"authentication_error","code":"invalid_admin_token"}}',
  }));
  await page.getByText('The gateway refused that token.').waitFor();
  assert.doesNotMatch(await shown(page), Secrets);
  window.check();
  await window.close();
});

test('from this machine the page works without asking, and changes need its page token', async () => {
  const window = await openPage(browser, gateway.url, { expected: [/status of 403/] });
  const { page } = window;
  await window.go('backends');
  await serving(page);
  const status = await page.evaluate(async () => (await fetch('meridian/backends/alpha/drain', { method: 'POST' })).status);
  assert.equal(status, 403);
  await page.getByRole('button', { name: 'Drain alpha' }).click();
  await page.getByRole('button', { name: 'Enable alpha' }).click();
  await page.getByRole('button', { name: 'Drain alpha' }).waitFor();
  window.check();
  await window.close();
});
