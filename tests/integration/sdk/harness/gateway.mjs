// SPDX-License-Identifier: MIT
// The gateway of one test run, its configuration and everything behind it.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey } from './keys.mjs';
import { providers, tokenRoute } from './providers.mjs';
import { Upstream } from './upstream.mjs';

const StartPatience = 20_000;

async function startTokens(key) {
  const issued = new Set();
  let url = '';
  const trade = tokenRoute(key, issued, () => url);
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) {
      text += part;
    }
    const token = trade(new URLSearchParams(text).get('assertion') ?? '');
    response.writeHead(token ? 200 : 400, { 'content-type': 'application/json' })
      .end(JSON.stringify(token ? { access_token: token, expires_in: 3600, token_type: 'Bearer' } : { error: 'invalid_grant' }));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  url = `http://127.0.0.1:${server.address().port}/token`;
  return { server, issued, url };
}

function serviceAccount(folder, key, tokenUrl) {
  const file = join(folder, 'service-account.json');
  writeFileSync(file, JSON.stringify({
    type: 'service_account', project_id: 'sim-project', private_key_id: 'sim', private_key: key.pem,
    client_email: 'sim@sim-project.iam.gserviceaccount.com', token_uri: tokenUrl,
  }));
  return file;
}

/// JSON is YAML.
function configuration(rows, upstreams) {
  return JSON.stringify({
    strict: true,
    gateway: { host: '127.0.0.1', port: 0, workers: 1, watch_config: false },
    logging: { level: 'WARNING', jsonl_path: '' },
    health: { interval_s: 30 },
    backends: Object.entries(rows).map(([name, { backend }]) => ({ name, url: upstreams[name].url, ...backend })),
  }, null, 1);
}

async function untilServing(process, outFile) {
  const giveUp = Date.now() + StartPatience;
  while (Date.now() < giveUp && process.exitCode === null) {
    const [, url] = /serving on (http:\/\/[0-9.]+:[0-9]+)/.exec(outFile()) ?? [];
    const ready = url && await fetch(`${url}/readyz`).catch(() => null);
    if (ready?.status === 200) {
      return url;
    }
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
  throw new Error(`the gateway does not serve: ${outFile()}`);
}

/// {url, models: {provider: model}, upstreams, stop()}
export async function startGateway(executable = process.env.MERIDIAN) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-sdk-'));
  const googleKey = makeKey(folder, 'google');
  const tokens = await startTokens(googleKey);
  const rows = providers({
    ociKey: makeKey(folder, 'oci'), googleFile: serviceAccount(folder, googleKey, tokens.url),
    tokenUrl: tokens.url, issued: tokens.issued,
  });
  const upstreams = {};
  for (const [name, { route, error }] of Object.entries(rows)) {
    upstreams[name] = new Upstream(route, error);
    await upstreams[name].listen();
  }
  const file = join(folder, 'config.yaml');
  writeFileSync(file, configuration(rows, upstreams));
  let said = '';
  const child = spawn(executable, ['serve', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal));
    child.on('error', (error) => { said += error; });
  });
  const closeAll = () => {
    tokens.server.closeAllConnections();
    tokens.server.close();
    Object.values(upstreams).forEach((upstream) => upstream.close());
    rmSync(folder, { recursive: true, force: true });
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => { said = (said + text).slice(-65_536); });
  }
  const url = await untilServing(child, () => said).catch((error) => {
    child.kill('SIGKILL');
    closeAll();
    throw error;
  });
  return {
    url, upstreams, log: () => said,
    models: Object.fromEntries(Object.entries(rows).map(([name, { backend }]) => [name, backend.model])),
    /// It must have survived, and leave when told.
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const code = await ended;
      clearTimeout(timer);
      closeAll();
      if (code !== 0) {
        throw new Error(`the gateway ended with ${code}: ${said}`);
      }
    },
  };
}
