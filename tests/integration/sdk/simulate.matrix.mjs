// SPDX-License-Identifier: MIT
// `meridian simulate` in every dialect: the official SDKs talk to it directly, and through a gateway over each other's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeKey } from './harness/keys.mjs';
import { Clock, PersonSchema, Weather } from './harness/scenarios.mjs';
import anthropic from './surfaces/anthropic.mjs';
import gemini from './surfaces/gemini.mjs';
import chat from './surfaces/openaichat.mjs';
import completions from './surfaces/openaicompletions.mjs';
import generate from './surfaces/ollamagenerate.mjs';
import ollama from './surfaces/ollamachat.mjs';
import responses from './surfaces/openairesponses.mjs';

const Deadline = { timeout: 90_000 };
const surfaces = { chat, completions, responses, anthropic, gemini, ollama, generate };
/// Each dialect's own SDK, and the key it was made with. OCI has none in npm that speaks plain HTTP.
const natives = {
  openai: { surface: chat, key: 'sk-caller' }, anthropic: { surface: anthropic, key: 'sk-caller' },
  gemini: { surface: gemini, key: 'caller' }, ollama: { surface: ollama, key: '' },
};
const hello = [{ role: 'user', text: 'Say hello.', images: [] }];
const system = 'You are terse.';
const asks = {
  text: { ask: { system, turns: hello, maxTokens: 24 } },
  tools: { ask: { turns: hello, tools: [Weather, Clock], maxTokens: 200 }, calls: true },
  schema: { ask: { turns: hello, schema: PersonSchema, maxTokens: 200 }, schema: true },
};
const plainOnly = new Set(['completions', 'generate']); // no tools there; a schema is chat's

let folder;
let gateway;
const processes = [];
const models = {};
const urls = {};

/// The url that the process says it serves.
async function start(args, saying) {
  const child = spawn(process.env.MERIDIAN, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  processes.push(child);
  let said = '';
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${args.join(' ')}: ${said}`)), 20_000);
    const listen = (text) => {
      said = (said + text).slice(-65_536);
      const [, found] = saying.exec(said) ?? [];
      if (found) {
        clearTimeout(timer);
        resolve(found);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', () => reject(new Error(`${args.join(' ')} ended: ${said}`)));
  });
  return url;
}

async function simulate(dialect, key) {
  models[dialect] = { oci: 'meta.llama-sim', gemini: 'gemini-sim', anthropic: 'claude-sim' }[dialect] ?? `${dialect}-sim`;
  const args = ['simulate', '--dialect', dialect, '--port', '0', '--latency-ms', '1', '--model', models[dialect]];
  urls[dialect] = await start(key ? [...args, '--api-key', key] : args, /(http:\/\/[0-9.]+:[0-9]+)/);
}

function backends(ociKey) {
  const key = (text) => ({ api_key: text });
  const settings = {
    openai: { provider: 'openai', ...key('sk-caller') }, anthropic: { provider: 'anthropic', ...key('sk-caller') },
    gemini: { provider: 'google', ...key('caller') }, ollama: { provider: 'ollama' },
    oci: { provider: 'oci_genai', options: {
      compartment_id: 'ocid1.compartment.oc1..sim', credentials: {
        type: 'oci_api_key', user: 'ocid1.user.oc1..sim', tenancy: 'ocid1.tenancy.oc1..sim', key_file: ociKey.file },
    } },
  };
  return Object.entries(settings).map(([name, more]) => ({ name, url: urls[name], model: models[name], ...more }));
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-simulate-'));
  await Promise.all([...Object.entries(natives).map(([dialect, { key }]) => simulate(dialect, key)), simulate('oci', 'signed')]);
  const file = join(folder, 'config.yaml');
  writeFileSync(file, JSON.stringify({
    strict: true, gateway: { host: '127.0.0.1', port: 0, workers: 1, watch_config: false },
    logging: { level: 'WARNING', jsonl_path: '' }, health: { interval_s: 30 }, backends: backends(makeKey(folder, 'oci')),
  }));
  gateway = await start(['serve', '-c', file], /serving on (http:\/\/[0-9.]+:[0-9]+)/);
  for (const giveUp = Date.now() + 20_000; Date.now() < giveUp;) {
    if ((await fetch(`${gateway}/readyz`)).status === 200) {
      return;
    }
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
  throw new Error('the gateway does not get ready');
}, Deadline);

after(async () => {
  await Promise.all(processes.map((child) => new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.on('exit', resolve);
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
  })));
  rmSync(folder, { recursive: true, force: true });
}, Deadline);

function judge(cell, { calls, schema }, got) {
  if (calls) {
    const names = got.calls.map(({ name }) => name);
    assert.ok(names.length > 0 && names.every((name) => [Weather.name, Clock.name].includes(name)), `${cell}: ${JSON.stringify(got)}`);
    const weather = got.calls.find(({ name }) => name === Weather.name);
    assert.equal(typeof weather?.args.city, 'string', `${cell}: arguments as the schema has them`);
    assert.equal(got.finish, 'tool_calls', cell);
  } else {
    assert.ok(got.text.length > 0, `${cell}: ${JSON.stringify(got)}`);
    if (schema) {
      assert.equal(typeof JSON.parse(got.text).name, 'string', `${cell}: ${got.text}`);
    }
  }
  assert.ok(got.usage?.output > 0 && got.usage.input > 0, `${cell}: usage ${JSON.stringify(got.usage)}`);
}

async function run(cell, surface, url, model, wanted) {
  const client = surface.client(url);
  judge(`${cell} whole`, wanted, await surface.whole(client, model, wanted.ask));
  judge(`${cell} streamed`, wanted, await surface.streamed(client, model, wanted.ask));
}

for (const [dialect, { surface, key }] of Object.entries(natives)) {
  for (const [name, wanted] of Object.entries(asks)) {
    test(`${dialect}, directly, ${name}`, Deadline, () => run(`${dialect} ${name}`, surface, urls[dialect], models[dialect], wanted));
  }
  test(`${dialect}, directly: models, and a wrong key`, Deadline, async () => {
    assert.ok((await surface.models(surface.client(urls[dialect]))).some((id) => id.startsWith(models[dialect])));
    if (key) {
      const answer = await fetch(`${urls[dialect]}/v1/models`, { headers: { authorization: 'Bearer wrong', 'x-api-key': 'wrong' } });
      assert.ok(answer.status >= 400, `${answer.status}`);
    }
  });
}

for (const [name, surface] of Object.entries(surfaces)) {
  for (const dialect of [...Object.keys(natives), 'oci']) {
    test(`${name} through the gateway over ${dialect}`, Deadline, async () => {
      for (const [ask, wanted] of Object.entries(asks)) {
        if (ask === 'text' || !plainOnly.has(name)) {
          await run(`${name} × ${dialect} × ${ask}`, surface, gateway, models[dialect], wanted);
        }
      }
    });
  }
}
