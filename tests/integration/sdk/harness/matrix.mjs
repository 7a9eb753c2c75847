// SPDX-License-Identifier: MIT
// Runs surfaces against providers, cell by cell, and tells each cell that is not as it must be.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { expectedOf } from './expected.mjs';
import { startGateway } from './gateway.mjs';
import { heard } from './heard.mjs';
import { Scenarios } from './scenarios.mjs';
import { runSpecials } from './specials.mjs';

const Deadline = 90_000; // two to five seconds on an idle machine
/// The names of the providers; see providers.mjs.
export const Rows = ['openai', 'engine', 'azure', 'anthropic', 'google', 'vertex', 'vertex_claude', 'oci_generic',
  'oci_cohere', 'oci_coherev2', 'ollama'];
const brief = (value) => JSON.stringify(value, (_, each) => (each === undefined ? null : each))?.slice(0, 1500);

/// Collects what differs, one line each.
export class Findings {
  constructor() {
    this.lines = [];
    this.cells = 0;
  }

  differ(cell, what, wanted, came) {
    this.lines.push(`${cell} | ${what} | wanted ${brief(wanted)} | came ${brief(came)}`);
  }

  equal(cell, what, wanted, came) {
    const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
    if (!isDeepStrictEqual(plain(wanted), plain(came))) {
      this.differ(cell, what, wanted, came);
    }
  }
}

function compareSeen(findings, cell, wanted, upstream) {
  const [seen] = upstream.seen;
  if (!seen) {
    return;
  }
  for (const [name, value] of Object.entries(wanted)) {
    findings.equal(cell, `the provider's ${name}`, value, seen[name]);
  }
}

function compareGot(findings, cell, wanted, got, { surface, provider }) {
  for (const name of ['text', 'thinking', 'finish', 'usage']) {
    findings.equal(cell, name, wanted.got[name], got[name]);
  }
  findings.equal(cell, 'calls', wanted.got.calls, got.calls.map(({ name, args }) => ({ name, args })));
  const ids = new Set(got.calls.map(({ id }) => id));
  const mayLackIds = surface.withoutIds || (wanted.native && ['google', 'vertex'].includes(provider));
  if (!mayLackIds && got.calls.length > 0 && (ids.size !== got.calls.length || ids.has(undefined))) {
    findings.differ(cell, 'ids of calls', 'one each', [...ids]);
  }
}

function compareFidelity(findings, cell, wanted) {
  const said = heard('x-meridian-fidelity');
  if (wanted.native) {
    findings.equal(cell, 'x-meridian-fidelity', null, said);
  } else if (wanted.losses.length > 0) {
    if (!said?.startsWith('degraded;') || !wanted.losses.every((loss) => loss.test(said))) {
      findings.differ(cell, 'x-meridian-fidelity', `degraded; ${wanted.losses}`, said);
    }
  } else if (!(wanted.hints && said?.startsWith('degraded;') && said.split(',').every((loss) => wanted.hints.test(loss)))) {
    findings.equal(cell, 'x-meridian-fidelity', 'lossless', said);
  }
}

async function runCell(findings, gateway, { surface, surfaceName, client }, provider, name, mode) {
  const cell = `${surfaceName} × ${provider} × ${name} × ${mode}`;
  const scenario = Scenarios[name];
  const upstream = gateway.upstreams[provider];
  const wanted = expectedOf(surfaceName, surface, provider, name, scenario);
  upstream.reset(scenario.answer);
  ++findings.cells;
  let got;
  try {
    got = await surface[mode](client, gateway.models[provider], scenario.ask);
  } catch (error) {
    findings.differ(cell, 'an answer', wanted.got, `${error?.name}: ${error?.message} ${upstream.complaint ?? ''}`);
    return;
  }
  if (upstream.complaint) {
    findings.differ(cell, 'the provider', 'no complaint', upstream.complaint);
    return;
  }
  findings.equal(cell, 'requests upstream', 1, upstream.requests.length);
  compareSeen(findings, cell, { ...wanted.seen, stream: mode === 'streamed' }, upstream);
  compareGot(findings, cell, wanted, got, { surface, provider });
  compareFidelity(findings, cell, wanted);
}

/// Why a surface has no such cell; nothing: it has.
const missing = (surface, name) => surface.skip?.[name]
  ?? (surface.scenarios && !surface.scenarios.includes(name) ? 'the surface has no place for it' : undefined);

/// Registers one test per surface and provider.
export function runMatrix(surfaces, only = process.env.MERIDIAN_SDK_ONLY) {
  let gateway;
  before(async () => { gateway = await startGateway(); }, { timeout: 60_000 });
  after(async () => { await gateway?.stop(); }, { timeout: 30_000 });
  for (const [surfaceName, surface] of Object.entries(surfaces)) {
    for (const provider of Rows.filter((row) => !only || `${surfaceName} ${row}`.includes(only))) {
      test(`${surfaceName} × ${provider}`, { timeout: Deadline }, async (context) => {
        const findings = new Findings();
        const place = { surface, surfaceName, client: surface.client(gateway.url) };
        for (const name of Object.keys(Scenarios)) {
          if (missing(surface, name)) {
            continue;
          }
          await runCell(findings, gateway, place, provider, name, 'whole');
          await runCell(findings, gateway, place, provider, name, 'streamed');
        }
        await runSpecials(findings, gateway, place, provider);
        context.diagnostic(`${findings.cells} cells`);
        assert.equal(findings.lines.length, 0, `\n${findings.lines.join('\n')}\n`);
      });
    }
  }
}
