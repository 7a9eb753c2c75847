// SPDX-License-Identifier: MIT
// The configuration in the browser: nothing half applied, nothing overwritten, and a way back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, serving } from './harness/browser.mjs';
import { Gateway, plainYaml } from './harness/gateway.mjs';
import { until } from './harness/until.mjs';

let browser;
let gateway;

before(async () => {
  gateway = await Gateway.start(['alpha', 'beta'], (urls) => plainYaml(urls).replace('workers: 1', 'workers: 1\n  watch_config: false'));
  browser = await launch();
  await gateway.chats(6);
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

async function opened(options) {
  const window = await openPage(browser, gateway.url, options);
  await window.go('routes');
  await serving(window.page);
  await window.page.getByText('As in force').waitFor();
  return window;
}

const editor = (page) => page.getByRole('textbox', { name: 'Configuration as YAML' });
const apply = (page) => page.getByRole('button', { name: 'Apply', exact: true });
const replaced = async (page, from, to) => {
  const text = await editor(page).inputValue();
  assert.ok(text.includes(from), `${from} in ${text}`);
  await editor(page).fill(text.replace(from, to));
};
const weightOf = async (name) => (await gateway.status()).backends.find((backend) => backend.name === name).weight;

test('a faulty text is refused with its line, and nothing is applied', async () => {
  const window = await opened();
  const { page } = window;
  const [text, { generation }] = [gateway.text, await gateway.status()];
  const line = text.split('\n').findIndex((one) => one.includes('weight: 10 # of beta')) + 1;
  await replaced(page, 'weight: 10 # of beta', 'weight: lots # of beta');
  const problem = page.locator('.problems li');
  await problem.filter({ hasText: new RegExp(`^${line}: .*weight`) }).waitFor();
  await page.getByText('1 problem; nothing is applied').waitFor();
  assert.ok(await apply(page).isDisabled());
  assert.equal(await page.locator('.numbers .mark.error').textContent(), String(line));
  await page.keyboard.press('Control+s');
  await page.getByText('1 to mend first').waitFor();
  assert.equal(gateway.text, text);
  assert.equal((await gateway.status()).generation, generation);
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByText('As in force').waitFor();
  window.check();
  await window.close();
});

test('a good text is applied with Ctrl+S, moves the traffic, and Undo takes it back', async () => {
  const window = await opened();
  const { page } = window;
  const text = gateway.text;
  await replaced(page, 'weight: 10 # of alpha', 'weight: 990 # of alpha');
  await page.getByText('Valid, not applied yet').waitFor();
  await page.getByRole('tab', { name: 'Changes' }).click();
  await page.locator('.plain-lines .added').filter({ hasText: 'weight: 990' }).waitFor();
  await page.getByRole('tab', { name: 'Dry run' }).click();
  await page.getByText(/Of the last \d+ requests \d+ would change backend/).waitFor();
  await page.keyboard.press('Control+s');
  await page.getByText(/^Applied: /).waitFor();
  assert.equal(await weightOf('alpha'), 990);
  assert.equal(gateway.text, text.replace('weight: 10 # of alpha', 'weight: 990 # of alpha'));
  const answered = await gateway.chats(12);
  assert.ok(answered.filter((name) => name === 'alpha').length >= 11, `${answered}`);
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the weight of before', async () => await weightOf('alpha') === 10);
  assert.equal(gateway.text, text);
  await page.getByRole('tab', { name: 'History' }).click();
  await until('versions are listed', async () => await page.locator('.versions li').count() >= 2);
  await page.locator('.versions .tag').waitFor();
  window.check();
  await window.close();
});

test('the form changes the text and keeps its comments', async () => {
  const window = await opened();
  const { page } = window;
  await page.locator('.backend-form').filter({ hasText: 'alpha' }).locator('summary').click();
  const weight = page.locator('.backend-form').filter({ hasText: 'alpha' }).getByLabel('Weight');
  await weight.fill('33');
  await weight.press('Tab');
  await until('the text has it', async () => /weight: 33 # of alpha/.test(await editor(page).inputValue()));
  await page.getByLabel('Choose by').selectOption('least_inflight');
  await until('the strategy, too', async () => /strategy: least_inflight # shares by weight/.test(await editor(page).inputValue()));
  assert.match(await editor(page).inputValue(), /^# kept by hand/);
  await page.getByText('Valid, not applied yet').waitFor();
  await page.locator('#rail a[href="#/routes"] .badge').getByText('•').waitFor();
  await page.locator('#rail a[href="#/overview"]').click();
  await page.locator('#rail a[href="#/routes"]').click();
  assert.match(await editor(page).inputValue(), /weight: 33 # of alpha/); // the draft outlives the page
  assert.equal(await weightOf('alpha'), 10);
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByText('As in force').waitFor();
  window.check();
  await window.close();
});

test('a file that somebody else changed is never overwritten: both changes are merged', async () => {
  const window = await opened({ expected: [/status of 409/] });
  const { page } = window;
  const text = gateway.text;
  await replaced(page, 'weight: 10 # of alpha', 'weight: 20 # of alpha');
  await page.getByText('Valid, not applied yet').waitFor();
  gateway.write(text.replace('weight: 10 # of beta', 'weight: 30 # of beta'));
  await page.keyboard.press('Control+s');
  const conflict = page.getByRole('region', { name: 'The file was changed meanwhile' });
  await conflict.waitFor();
  await conflict.getByText('Both changes fit together.').waitFor();
  assert.match(gateway.text, /weight: 30 # of beta/);
  assert.match(gateway.text, /weight: 10 # of alpha/);
  await conflict.getByRole('button', { name: 'Merge both' }).click();
  await page.getByText('Valid, not applied yet').waitFor();
  await apply(page).click();
  await until('both are in force', async () => await weightOf('alpha') === 20 && await weightOf('beta') === 30);
  assert.equal(gateway.text, text.replace('weight: 10 # of alpha', 'weight: 20 # of alpha').replace('weight: 10 # of beta', 'weight: 30 # of beta'));
  window.check();
  await window.close();
});
