// SPDX-License-Identifier: MIT
// What an application sees that points the official OpenAI client at Meridian's demo (MERIDIAN_URL).
import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { test } from 'node:test';

globalThis.File ??= File; // Node 18 has it, but not as a global
const { default: OpenAI } = await import('openai');

const url = process.env.MERIDIAN_URL;
assert.ok(url, 'MERIDIAN_URL names the gateway');
const client = new OpenAI({
  baseURL: `${url}/v1`,
  apiKey: 'not-checked-by-the-demo',
  maxRetries: 0, // what the gateway promises must not be the client's doing
  timeout: 20_000,
});
const model = 'demo-model';
const messages = [{ role: 'user', content: 'Tell me about meridians, gr\u00fc\u00df dich \u{1F30D}.' }];
const deadline = { timeout: 30_000 };

test('models.list names the demo model once', deadline, async () => {
  const ids = [];
  for await (const entry of await client.models.list()) {
    ids.push(entry.id);
  }
  assert.equal(ids.filter((id) => id === model).length, 1, `got ${ids}`);
});

test('models.retrieve returns one model', deadline, async () => {
  const found = await client.models.retrieve(model);
  assert.equal(found.id, model);
  assert.equal(found.object, 'model');
});

test('a chat completion arrives whole, with the headers of the gateway', deadline, async () => {
  const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
  assert.equal(data.object, 'chat.completion');
  assert.equal(data.choices[0].message.role, 'assistant');
  assert.ok(data.choices[0].message.content.length > 0);
  assert.ok(data.usage.total_tokens > 0);
  assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
  assert.ok(response.headers.get('x-request-id'));
  assert.ok(response.headers.get('x-meridian-backend'));
});

test('each answer has a request id of its own', deadline, async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => client.chat.completions.create({ model, messages }).withResponse()),
  );
  const ids = new Set(answers.map(({ response }) => response.headers.get('x-request-id')));
  assert.equal(ids.size, answers.length);
});

test('a stream arrives in pieces and ends with its usage', deadline, async () => {
  const stream = await client.chat.completions.create({
    model, messages, max_tokens: 12, stream: true, stream_options: { include_usage: true },
  });
  let text = '';
  let pieces = 0;
  let finish = null;
  let usage = null;
  for await (const chunk of stream) {
    assert.equal(chunk.object, 'chat.completion.chunk');
    const delta = chunk.choices[0]?.delta?.content;
    if (delta) {
      text += delta;
      ++pieces;
    }
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  assert.ok(text.length > 0);
  assert.ok(pieces > 1, 'more than one piece');
  assert.ok(finish, 'a finish_reason');
  assert.ok(usage?.completion_tokens > 0, 'usage was asked for');
});

test('a stream without include_usage carries none', deadline, async () => {
  const stream = await client.chat.completions.create({ model, messages, max_tokens: 4, stream: true });
  for await (const chunk of stream) {
    assert.ok(!chunk.usage, 'usage was not asked for');
  }
});

test('completions', deadline, async () => {
  const done = await client.completions.create({ model, prompt: 'Once upon a time', max_tokens: 8 });
  assert.equal(done.object, 'text_completion');
  assert.ok(done.choices[0].text.length > 0);
});

test('embeddings', deadline, async () => {
  // "float": the client asks for base64 by default, and decodes it by itself
  const done = await client.embeddings.create({ model, input: ['a', 'b'], encoding_format: 'float' });
  assert.equal(done.data.length, 2);
  for (const [index, entry] of done.data.entries()) {
    assert.equal(entry.index, index);
    assert.ok(entry.embedding.length > 0);
    assert.ok(entry.embedding.every((value) => Number.isFinite(value)));
  }
});

test('responses', deadline, async () => {
  const done = await client.responses.create({ model, input: 'Say hello.' });
  assert.equal(done.object, 'response');
  assert.ok(done.output_text.length > 0);
});

test('a file goes through as multipart', deadline, async () => {
  // larger than any socket buffer, so that it has to be passed on while it arrives
  const file = new globalThis.File([Buffer.alloc(3 << 20, 0x5a)], 'speech.wav', { type: 'audio/wav' });
  const done = await client.audio.transcriptions.create({ model, file });
  assert.equal(typeof done.text, 'string');
  assert.ok(done.text.length > 0);
});

test('an unknown model is a 404 the client understands', deadline, async () => {
  const attempt = client.chat.completions.create({ model: 'no-such-model', messages });
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError, `${error}`);
    assert.equal(error.status, 404);
    assert.equal(error.code, 'model_not_found');
    assert.ok(error.type);
    assert.match(error.message, /no-such-model/);
    assert.ok(error.requestID, 'x-request-id on errors too');
    return true;
  });
});

test('so it is for a stream, before anything is streamed', deadline, async () => {
  await assert.rejects(
    client.chat.completions.create({ model: 'no-such-model', messages, stream: true }),
    OpenAI.NotFoundError,
  );
});

test('models.retrieve of an unknown model is a 404', deadline, async () => {
  await assert.rejects(client.models.retrieve('no-such-model'), OpenAI.NotFoundError);
});

test('a body without a model is a 400', deadline, async () => {
  await assert.rejects(client.chat.completions.create({ messages }), OpenAI.BadRequestError);
});

test('a client that leaves its stream is recorded as 499', deadline, async () => {
  const { data: stream, response } = await client.chat.completions
    .create({ model, messages, max_tokens: 2000, stream: true })
    .withResponse();
  const id = response.headers.get('x-request-id');
  let chunks = 0;
  for await (const chunk of stream) {
    assert.ok(chunk.id);
    if (++chunks === 2) {
      stream.controller.abort();
    }
  }
  assert.ok(chunks < 100, `${chunks} chunks after the abort`);

  const giveUp = Date.now() + 5_000;
  let record;
  while (!record && Date.now() < giveUp) {
    const answer = await fetch(`${url}/meridian/requests`, { signal: AbortSignal.timeout(5_000) });
    record = (await answer.json()).requests.find((entry) => entry.request_id === id);
    if (!record) {
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }
  assert.equal(record?.status_code, 499);
  const next = await client.chat.completions.create({ model, messages });
  assert.ok(next.choices[0].message.content, 'the gateway goes on serving');
});
