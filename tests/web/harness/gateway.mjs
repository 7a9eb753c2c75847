// SPDX-License-Identifier: MIT
// A real gateway with real simulated backends behind it, on ports that the kernel chose.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.mjs';

const StartPatience = 30_000;
const MaxSaid = 1 << 20;

/** A child of ours: what it says, and an end by its own id. */
class Child {
  constructor(command, args, environment = {}) {
    this.said = '';
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    this.ended = new Promise((resolve) => { this.process.on('exit', resolve); });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (bytes) => { this.said = (this.said + bytes).slice(-MaxSaid); });
    }
  }

  async url(pattern) {
    await until(`a line like ${pattern}`, () => {
      if (this.process.exitCode !== null) {
        throw new Error(`it ended: ${this.said}`);
      }
      return pattern.test(this.said);
    }, StartPatience);
    return pattern.exec(this.said)[1];
  }

  async stop(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal);
      const late = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
      await this.ended;
      clearTimeout(late);
    }
  }
}

export class Backend {
  static async start(name, { port = 0, latencyMs = 5, options = [] } = {}) {
    const backend = new Backend();
    backend.name = name;
    backend.child = new Child(process.env.MERIDIAN, ['simulate', '--port', String(port), '--name', name, '--model', '', '--latency-ms', String(latencyMs), '--tokens', '8', ...options]);
    backend.url = await backend.child.url(/on (http:\/\/[0-9.]+:[0-9]+)/);
    return backend;
  }

  kill() {
    return this.child.stop('SIGKILL');
  }
}

export class Gateway {
  /** `yaml(backends)` is the configuration's text; `names` the simulated backends. */
  static async start(names, yaml, environment = {}) {
    const gateway = new Gateway();
    gateway.folder = mkdtempSync(join(tmpdir(), 'meridian-web-'));
    gateway.file = join(gateway.folder, 'config.yaml');
    try {
      gateway.backends = await Promise.all(names.map((name) => Backend.start(name)));
      gateway.write(yaml(Object.fromEntries(gateway.backends.map(({ name, url }) => [name, url]))));
      gateway.child = new Child(process.env.MERIDIAN, ['serve', '-c', gateway.file], environment);
      gateway.url = await gateway.child.url(/serving on (http:\/\/[0-9.]+:[0-9]+)/);
      await until('the gateway is ready', async () => (await fetch(`${gateway.url}/readyz`)).status === 200, StartPatience);
      return gateway;
    } catch (error) {
      await gateway.stop();
      throw error;
    }
  }

  get port() {
    return new URL(this.url).port;
  }

  backend(name) {
    return this.backends.find((backend) => backend.name === name);
  }

  /** The same backend once more, where it was. */
  async restart(name) {
    const before = this.backend(name);
    const after = await Backend.start(name, { port: new URL(before.url).port });
    this.backends.splice(this.backends.indexOf(before), 1, after);
  }

  get text() {
    return readFileSync(this.file, 'utf8');
  }

  write(text) {
    writeFileSync(this.file, text);
  }

  async get(path, headers = {}) {
    const answer = await fetch(`${this.url}${path}`, { headers });
    return { status: answer.status, body: await answer.json() };
  }

  async status() {
    return (await this.get('/meridian/status')).body;
  }

  /** The backend's name that answered, or the status of a refusal. */
  async chat(model = 'demo-model', stream = false) {
    const answer = await fetch(`${this.url}/v1/chat/completions`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    await answer.text();
    return answer.headers.get('x-meridian-backend') ?? answer.status;
  }

  async chats(count, model) {
    const answered = [];
    for (let i = 0; i < count; ++i) {
      answered.push(await this.chat(model, i % 3 === 0));
    }
    return answered;
  }

  async stop() {
    await this.child?.stop();
    await Promise.all((this.backends ?? []).map((backend) => backend.child.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The usual configuration, with a comment that must survive every edit. */
export const plainYaml = (urls, more = '') => `# kept by hand
gateway:
  host: 127.0.0.1
  port: 0
  workers: 1
  strategy: weighted_round_robin # shares by weight
logging:
  level: WARNING
  jsonl_path: ""
health:
  interval_s: 1
  timeout_s: 1
  fail_threshold: 1
${more}backends:
${Object.entries(urls).map(([name, url]) => `  - name: ${name}
    url: ${url}
    weight: 10 # of ${name}
`).join('')}`;
