// SPDX-License-Identifier: MIT
// The cells that are no conversation: vectors, counts, lists, errors, a client that leaves.
import { heard } from './heard.mjs';
import { CountedTokens } from './providers.mjs';
import { Scenarios } from './scenarios.mjs';
import { vector } from './wire.mjs';

const WithoutVectors = ['anthropic', 'vertex_claude']; // Anthropic makes none
const CanCount = ['anthropic', 'google', 'vertex', 'vertex_claude'];
const LeavePatience = 5_000;

async function failureOf(call) {
  try {
    await call();
    return null;
  } catch (error) {
    return error;
  }
}

async function expectError(findings, cell, { surface }, status, call) {
  ++findings.cells;
  const error = await failureOf(call);
  const type = surface.error(status);
  findings.equal(cell, 'status', status, error ? surface.statusOf(error) ?? `${error}` : 'no error');
  if (error && type && !(error instanceof type)) {
    findings.differ(cell, 'class of the error', type.name, `${error.name}: ${error.message}`);
  }
  return error;
}

async function errors(findings, gateway, place, provider, mode) {
  const { surface, surfaceName, client } = place;
  const upstream = gateway.upstreams[provider];
  const model = gateway.models[provider];
  const { ask } = Scenarios.text;
  const cell = (name) => `${surfaceName} × ${provider} × ${name} × ${mode}`;
  for (const status of [429, 500]) {
    const message = `the provider's own words ${status}`;
    upstream.reset({ error: { status, message } });
    const error = await failureOf(() => surface[mode](client, model, ask));
    const came = error && (surface.statusOf(error) ?? `${error}`);
    ++findings.cells;
    if (status === 429 ? came !== 429 : ![500, 502].includes(came)) {
      findings.differ(cell(`upstream ${status}`), 'status', status === 429 ? 429 : '500 or 502', came ?? 'no error');
    } else if (surface.error(came) && !(error instanceof surface.error(came))) {
      findings.differ(cell(`upstream ${status}`), 'class', surface.error(came).name, error.name);
    } else if (!error.message.includes(message) && !`${error.responseBody}`.includes(message)) {
      findings.differ(cell(`upstream ${status}`), 'message', message, error.message);
    }
  }
  await expectError(findings, cell('unknown model'), place, 404, () => surface[mode](client, 'no-such-model', ask));
}

async function leaving(findings, gateway, { surface, surfaceName, client }, provider) {
  const upstream = gateway.upstreams[provider];
  upstream.reset({ ...Scenarios.text.answer, hangs: true });
  ++findings.cells;
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, LeavePatience, false); });
  const failure = await failureOf(() => surface.abort(client, gateway.models[provider], Scenarios.text.ask));
  const left = await Promise.race([upstream.left, late]);
  clearTimeout(timer);
  if (failure || !left) {
    findings.differ(`${surfaceName} × ${provider} × abort`, 'the provider sees the client leave', true, `${failure ?? left}`);
  }
}

async function vectors(findings, gateway, { surface, surfaceName, client }, provider) {
  const cell = `${surfaceName} × ${provider} × embeddings`;
  const ask = () => surface.embed(client, gateway.models[provider], ['one', 'two']);
  gateway.upstreams[provider].reset();
  ++findings.cells;
  if (WithoutVectors.includes(provider)) {
    const error = await failureOf(ask);
    findings.equal(cell, 'status', 400, error ? surface.statusOf(error) ?? `${error}` : 'vectors');
    return;
  }
  const got = await ask().catch((error) => `${error} ${gateway.upstreams[provider].complaint ?? ''}`);
  findings.equal(cell, 'vectors', [vector(0), vector(1)], got);
}

async function counting(findings, gateway, { surface, surfaceName, client }, provider) {
  const cell = `${surfaceName} × ${provider} × count`;
  gateway.upstreams[provider].reset();
  ++findings.cells;
  const got = await surface.count(client, gateway.models[provider], Scenarios.text.ask)
    .catch((error) => `${error} ${gateway.upstreams[provider].complaint ?? ''}`);
  if (CanCount.includes(provider)) {
    findings.equal(cell, 'tokens', CountedTokens, got);
  } else if (!(got > 0 && got < 100) || heard('x-meridian-tokens') !== 'estimate') {
    findings.differ(cell, 'an estimate', '1 to 99, x-meridian-tokens: estimate', [got, heard('x-meridian-tokens')]);
  }
}

export async function runSpecials(findings, gateway, place, provider) {
  const { surface, surfaceName, client } = place;
  await errors(findings, gateway, place, provider, 'whole');
  await errors(findings, gateway, place, provider, 'streamed');
  if (surface.malformed) {
    gateway.upstreams[provider].reset();
    await expectError(findings, `${surfaceName} × ${provider} × malformed`, place, 400,
      () => surface.malformed(client, gateway.models[provider]));
  }
  await leaving(findings, gateway, place, provider);
  if (surface.embed) {
    await vectors(findings, gateway, place, provider);
  }
  if (surface.count) {
    await counting(findings, gateway, place, provider);
  }
  if (surface.models) {
    ++findings.cells;
    const ids = await surface.models(client).catch((error) => [`${error}`]);
    for (const model of Object.values(gateway.models)) {
      if (!ids.some((id) => id === model || id === `${model}:latest`)) {
        findings.differ(`${surfaceName} × models`, 'the list names', model, ids);
      }
    }
  }
}
