// SPDX-License-Identifier: MIT
// Coding agents over every provider for fifty turns, and conversations that go on by previous_response_id.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { brokenPrefix, callsAndResults, resultOf, scriptOf, Turns } from './agents/loop.mjs';
import * as claude from './agents/claudecode.mjs';
import * as codex from './agents/codex.mjs';
import { heard } from './harness/heard.mjs';
import { Findings, Rows } from './harness/matrix.mjs';
import { startGateway } from './harness/gateway.mjs';
import { isNative } from './harness/expected.mjs';
import { Weather } from './harness/scenarios.mjs';
import { openAi } from './surfaces/openaichat.mjs';

let gateway;
before(async () => { gateway = await startGateway(); }, { timeout: 60_000 });
after(async () => { await gateway?.stop(); }, { timeout: 30_000 });

const wordsOf = (calls) => calls.map(({ name, args }) => ({ name, args }));

/// Fifty turns; after each, the provider must have understood all calls and results so far.
async function run(findings, provider, agent, name, { toolNames, Reminder, hasThoughts }) {
  const upstream = gateway.upstreams[provider];
  const told = [];
  for (let turn = 0; turn < Turns; ++turn) {
    const cell = `${name} × ${provider} × turn ${turn}`;
    const script = scriptOf(turn, toolNames);
    const earlier = upstream.bodies.at(-1);
    upstream.reset(script);
    const got = await agent.step(turn).catch((error) => ({ failure: `${error} ${upstream.complaint ?? ''}` }));
    if (got.failure || upstream.complaint) {
      findings.differ(cell, 'an answer', script, got.failure ?? upstream.complaint);
      return;
    }
    findings.equal(cell, 'text', script.text, got.text);
    findings.equal(cell, 'calls', wordsOf(script.calls ?? []), wordsOf(got.calls));
    findings.equal(cell, 'finish', script.finish, got.finish);
    findings.equal(cell, 'usage', [script.usage.input, script.usage.output], [got.usage.input, got.usage.output]);
    findings.equal(cell, 'the provider\'s calls and results', told, callsAndResults(upstream.seen[0].turns));
    const broken = turn > 0 && brokenPrefix(earlier, upstream.bodies[0]);
    if (broken) {
      findings.differ(cell, 'the same beginning', broken.was, broken.is);
    }
    if (turn > 10 && !JSON.stringify(upstream.bodies[0]).includes(Reminder)) {
      findings.differ(cell, 'the system\'s words', Reminder, 'nothing');
    }
    if (hasThoughts && provider !== 'oci_cohere') {
      findings.equal(cell, 'thinking', script.thinking.text, got.thinking);
    }
    if (findings.lines.length > 20) {
      return;
    }
    told.push(...(script.calls ? [wordsOf(script.calls), script.calls.map((call, index) => ({
      name: call.name, text: resultOf(turn, index),
    }))] : []));
  }
}

const check = (findings) => assert.equal(findings.lines.length, 0, `\n${findings.lines.join('\n')}\n`);

for (const provider of Rows) {
  test(`Claude Code × ${provider}`, { timeout: 120_000 }, async (context) => {
    const findings = new Findings();
    gateway.upstreams[provider].reset();
    await run(findings, provider, new claude.ClaudeCode(gateway.url, gateway.models[provider]), 'Claude Code',
      { ...claude, hasThoughts: true });
    const said = heard('x-meridian-fidelity');
    context.diagnostic(`fidelity: ${said}`);
    if (!isNative('messages', provider) && !said?.includes('context_management')) {
      findings.differ(`Claude Code × ${provider}`, 'x-meridian-fidelity', 'context_management dropped', said);
    }
    check(findings);
  });

  test(`Codex × ${provider}`, { timeout: 120_000 }, async (context) => {
    const findings = new Findings();
    gateway.upstreams[provider].reset();
    await run(findings, provider, new codex.Codex(gateway.url, gateway.models[provider]), 'Codex',
      { ...codex, hasThoughts: true });
    const said = heard('x-meridian-fidelity');
    context.diagnostic(`fidelity: ${said}`);
    if (!isNative('responses', provider) && !said?.includes('tools[6]')) {
      findings.differ(`Codex × ${provider}`, 'x-meridian-fidelity', 'tools[6] (web_search) dropped', said);
    }
    check(findings);
  });
}

const Translated = Rows.filter((provider) => !isNative('responses', provider));

for (const provider of Translated) {
  test(`a tool in a namespace × ${provider}`, { timeout: 60_000 }, async () => {
    const findings = new Findings();
    const upstream = gateway.upstreams[provider];
    const usage = { input: 10, output: 5 };
    upstream.reset(({ tools }) => ({
      calls: [{ id: 'call_1', name: codex.lookupName(tools) ?? 'lost', args: { path: 'a' } }], finish: 'tool_calls', usage,
    }));
    const agent = new codex.Codex(gateway.url, gateway.models[provider]);
    const { items } = await agent.step(0);
    const call = items.find(({ type }) => type === 'function_call');
    findings.equal(provider, 'name and namespace', ['lookup', 'mcp__files'], [call?.name, call?.namespace]);
    upstream.reset({ text: 'Found.', finish: 'stop', usage });
    findings.equal(provider, 'answer', 'Found.', (await agent.step(1)).text);
    check(findings);
  });

  test(`previous_response_id × ${provider}`, { timeout: 60_000 }, async () => {
    const findings = new Findings();
    const upstream = gateway.upstreams[provider];
    const client = openAi(gateway.url);
    const usage = { input: 10, output: 5 };
    const model = gateway.models[provider];
    const tools = [{ type: 'function', name: Weather.name, description: Weather.description, parameters: Weather.schema, strict: false }];
    const told = [];
    const ask = async (script, previous, input, seenNext) => {
      upstream.reset({ usage, ...script });
      const done = await client.responses.create({ model, input, tools, previous_response_id: previous });
      told.push(...seenNext);
      findings.equal(`${provider} × ${told.length}`, 'the provider\'s turns', told, upstream.seen[0].turns);
      findings.equal(provider, 'previous_response_id', previous ?? null, done.previous_response_id ?? null);
      told.push({ role: 'assistant', text: script.text ?? '', calls: wordsOf(script.calls ?? []) });
      return done;
    };
    const user = (text) => [{ role: 'user', text, images: [] }];
    const first = await ask({ text: 'Noted.', finish: 'stop' }, undefined, 'I am in Berlin.', user('I am in Berlin.'));
    const second = await ask({ calls: [{ id: 'call_1', name: Weather.name, args: { city: 'Berlin' } }], finish: 'tool_calls' },
      first.id, 'How is the weather?', user('How is the weather?'));
    const call = second.output.find(({ type }) => type === 'function_call');
    const third = await ask({ text: '12 °C.', finish: 'stop' }, second.id,
      [{ type: 'function_call_output', call_id: call.call_id, output: '12 °C' }],
      [{ role: 'tool', results: [{ name: Weather.name, text: '12 °C' }] }]);
    await ask({ text: 'Bye.', finish: 'stop' }, third.id, 'Thanks.', user('Thanks.'));
    await assert.rejects(client.responses.create({ model, input: 'x', previous_response_id: 'resp_unknown' }),
      { status: 400, code: 'previous_response_not_found' });
    check(findings);
  });
}
