// SPDX-License-Identifier: MIT
// Ollama's SDK on /api/chat.
import { Ollama } from 'ollama';

export const ollama = (url) => new Ollama({ host: url });

const messagesOf = ({ system, turns }) => [...(system ? [{ role: 'system', content: system }] : []), ...turns.flatMap((turn) => {
  if (turn.role === 'tool') {
    return turn.results.map(({ name, text }) => ({ role: 'tool', tool_name: name, content: text }));
  }
  const calls = turn.calls?.map(({ name, args }) => ({ function: { name, arguments: args } }));
  return [{ role: turn.role, content: turn.text, ...(calls?.length ? { tool_calls: calls } : {}),
    ...(turn.images?.length ? { images: turn.images.map(({ data }) => data) } : {}) }];
})];

export const settingsOf = (ask) => ({
  format: ask.schema, think: ask.thinks ? true : undefined,
  options: { temperature: ask.temperature, stop: ask.stop, num_predict: ask.maxTokens },
});

const bodyOf = (model, ask) => ({
  model, messages: messagesOf(ask), ...settingsOf(ask),
  tools: ask.tools?.map(({ name, description, schema }) => ({ type: 'function', function: { name, description, parameters: schema } })),
});

export function heardOf(lines, fieldsOf) {
  const all = lines.map(fieldsOf);
  const calls = all.flatMap(({ tool_calls: some }) => some ?? []).map(({ id, function: f }) => ({
    id, type: 'function', name: f.name, args: f.arguments,
  }));
  const last = lines.at(-1);
  return {
    text: all.map(({ content }) => content ?? '').join(''), thinking: all.map(({ thinking }) => thinking ?? '').join(''), calls,
    finish: last.done ? (last.done_reason === 'stop' && calls.length ? 'tool_calls' : last.done_reason) : 'not done',
    usage: { input: last.prompt_eval_count, output: last.eval_count, cached: 0 },
  };
}

export default {
  client: ollama,
  withoutCachedTokens: true, withoutIds: true,
  skip: Object.fromEntries(['choice_auto', 'choice_required', 'choice_none', 'choice_function']
    .map((name) => [name, 'Ollama knows no tool_choice'])),
  whole: async (client, model, ask) => heardOf([await client.chat({ ...bodyOf(model, ask), stream: false })], ({ message }) => message),
  async streamed(client, model, ask) {
    const lines = [];
    for await (const line of await client.chat({ ...bodyOf(model, ask), stream: true })) {
      lines.push(line);
    }
    return heardOf(lines, ({ message }) => message);
  },
  async abort(client, model, ask) {
    const stream = await client.chat({ ...bodyOf(model, ask), stream: true });
    try {
      for await (const line of stream) {
        if (line.message.content) {
          stream.abort();
        }
      }
    } catch (error) {
      if (error.name !== 'AbortError') {
        throw error;
      }
    }
  },
  malformed: (client, model) => client.chat({ model, messages: [{ role: 'user', content: 17 }], stream: false }),
  error: () => null,
  statusOf: (error) => (error.name === 'ResponseError' ? error.status_code : undefined),
  embed: async (client, model, texts) => (await client.embed({ model, input: texts })).embeddings,
  models: async (client) => (await client.list()).models.map(({ name }) => name),
};
