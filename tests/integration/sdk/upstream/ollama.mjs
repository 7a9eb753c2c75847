// SPDX-License-Identifier: MIT
// The provider's side of Ollama's chat, generate and embed.
import { must, onlyFields, pieces, vector } from '../harness/wire.mjs';

const ChatFields = ['model', 'messages', 'tools', 'format', 'options', 'stream', 'keep_alive', 'think', 'logprobs',
  'top_logprobs', 'truncate', 'shift'];

const imagesOf = (images) => (images ?? []).map((data) => {
  must(!data.startsWith('data:'), 'images have no prefix');
  return { mime: 'image/png', data };
});

function turnOf(message, names) {
  must(message.content === undefined || typeof message.content === 'string', 'content is a string');
  switch (message.role) {
  case 'user':
    return { role: 'user', text: message.content, images: imagesOf(message.images) };
  case 'assistant':
    return {
      role: 'assistant', text: message.content ?? '',
      calls: (message.tool_calls ?? []).map(({ function: f }) => {
        must(f.arguments && typeof f.arguments === 'object', 'arguments are an object');
        names.push(f.name);
        return { name: f.name, args: f.arguments };
      }),
    };
  case 'tool':
    must(names.includes(message.tool_name), `tool_name ${message.tool_name} was called`);
    return { role: 'tool', results: [{ name: message.tool_name, text: message.content }] };
  default:
    must(false, `role ${message.role}`);
    return {};
  }
}

const settingsOf = (body) => ({
  stream: body.stream ?? true,
  stop: body.options?.stop,
  maxTokens: body.options?.num_predict,
  temperature: body.options?.temperature,
  topP: body.options?.top_p,
  schema: typeof body.format === 'object' ? body.format : undefined,
  thinks: body.think !== undefined && body.think !== false,
});

export function understandOllamaChat(body) {
  onlyFields(body, ChatFields, 'the request');
  const turns = [];
  const names = [];
  for (const message of body.messages.filter(({ role }) => role !== 'system')) {
    const turn = turnOf(message, names);
    if (turn.role === 'tool' && turns.at(-1)?.role === 'tool') {
      turns.at(-1).results.push(...turn.results);
    } else {
      turns.push(turn);
    }
  }
  return {
    ...settingsOf(body),
    system: body.messages.filter(({ role }) => role === 'system').map(({ content }) => content).join('\n\n'),
    turns,
    tools: (body.tools ?? []).map(({ function: f }) => ({
      name: f.name, description: f.description, schema: f.parameters,
    })),
  };
}

export function understandOllamaGenerate(body) {
  must(typeof body.prompt === 'string', 'prompt is a string');
  return {
    ...settingsOf(body), system: body.system ?? '', tools: [],
    turns: [{ role: 'user', text: body.prompt, images: imagesOf(body.images) }],
  };
}

function lines(script, body, sayThought, sayText, sayCalls) {
  const base = { model: body.model, created_at: '2026-01-02T03:04:05.678901Z' };
  const done = {
    ...base, done: true, done_reason: script.finish === 'length' ? 'length' : 'stop', total_duration: 5_000_000_000,
    load_duration: 1_000_000, prompt_eval_count: script.usage.input, prompt_eval_duration: 2_000_000,
    eval_count: script.usage.output, eval_duration: 3_000_000,
  };
  const thought = script.thinking?.text ?? '';
  if (body.stream === false) {
    return [JSON.stringify({ ...done, ...sayCalls(script.text ?? '', thought || undefined, script.calls) })];
  }
  const out = pieces(thought).map(sayThought);
  out.push(...pieces(script.text ?? '').map(sayText), ...(script.calls ?? []).map((call) => sayCalls('', undefined, [call])));
  return [...out.map((value) => ({ ...base, done: false, ...value })), { ...done, ...sayText('') }]
    .map((value) => `${JSON.stringify(value)}\n`);
}

export function answerOllamaChat(script, body) {
  const message = (fields) => ({ message: { role: 'assistant', content: '', ...fields } });
  return lines(script, body, (thinking) => message({ thinking }), (content) => message({ content }),
    (content, thinking, calls) => message({
      content, thinking, tool_calls: calls?.map(({ name, args }) => ({ function: { name, arguments: args } })),
    }));
}

export const answerOllamaGenerate = (script, body) => lines(script, body, (thinking) => ({ response: '', thinking }),
  (response) => ({ response }), (response, thinking) => ({ response, thinking }));

export const answerOllamaEmbed = (body) => ({
  model: body.model, embeddings: [body.input].flat().map((_, index) => vector(index)), total_duration: 1,
  load_duration: 1, prompt_eval_count: 5,
});

export const ollamaError = ({ message }) => ({ error: message });
