// SPDX-License-Identifier: MIT
// One simulated provider: answers what the test has put into its script, and tells what it understood.
import { createServer } from 'node:http';
import { Refused } from './wire.mjs';

const MaxBody = 32 << 20;

async function readBody(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MaxBody) {
      throw new Refused('too large', 413);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export class Upstream {
  /// route(request, body, bytes) → {understand, answer, contentType, error} or null for an unknown path.
  constructor(route, errorBody) {
    this.route = route;
    this.errorBody = errorBody;
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error) => {
        this.complaint = `${error.stack}`;
        response.destroy();
      });
    });
    this.server.keepAliveTimeout = 60_000;
    this.reset();
  }

  async listen() {
    await new Promise((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /// What the next requests are answered with, or functions of what was understood; the last one stays.
  reset(...scripts) {
    this.scripts = scripts;
    this.seen = []; // what each request said, in the words of the matrix
    this.bodies = [];
    this.requests = [];
    this.complaint = null;
    this.left = new Promise((resolve) => { this.onLeft = resolve; });
  }

  async serve(request, response) {
    const bytes = await readBody(request);
    if (request.method === 'GET') { // a probe
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[],"models":[]}');
      return;
    }
    try {
      const body = JSON.parse(bytes);
      const target = this.route(request, body, bytes);
      if (!target) {
        throw new Refused(`no such path: ${request.url}`, 404);
      }
      this.bodies.push(body);
      this.requests.push({ url: request.url, headers: request.headers });
      this.seen.push(target.understand ? target.understand() : {});
      const next = this.scripts.length > 1 ? this.scripts.shift() : this.scripts[0];
      const script = typeof next === 'function' ? next(this.seen.at(-1)) : next;
      if (script?.error) {
        throw new Refused(script.error.message, script.error.status);
      }
      await this.say(response, target.answer(script), target.contentType, script?.hangs);
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      if (!this.scripts[0]?.error) {
        this.complaint = error.message;
      }
      const fields = error.status === 429 ? { 'retry-after': '1' } : {};
      response.writeHead(error.status, { 'content-type': 'application/json', ...fields })
        .end(JSON.stringify(this.errorBody(error)));
    }
  }

  async say(response, parts, contentType, hangs) {
    response.writeHead(200, { 'content-type': contentType, 'x-request-id': 'upstream-1' });
    if (!hangs) {
      response.end(parts.join(''));
      return;
    }
    response.on('close', () => this.onLeft(true));
    response.write(parts.slice(0, parts.length - 3).join('')); // and then nothing more
  }
}

export const Json = 'application/json';
export const EventStream = 'text/event-stream';
export const JsonLines = 'application/x-ndjson';
