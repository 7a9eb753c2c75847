// SPDX-License-Identifier: MIT
// Ollama's SDK on /api/generate.
import chat, { heardOf, ollama, settingsOf } from './ollamachat.mjs';

const bodyOf = (model, ask) => ({
  model, system: ask.system, prompt: ask.turns[0].text, ...settingsOf(ask),
  images: ask.turns[0].images?.length ? ask.turns[0].images.map(({ data }) => data) : undefined,
});

const fieldsOf = ({ response, thinking }) => ({ content: response, thinking });

export default {
  client: ollama,
  withoutCachedTokens: true,
  scenarios: ['text', 'system', 'sampling', 'stop', 'max_tokens', 'json_schema', 'thinking', 'image', 'usage_cached'],
  whole: async (client, model, ask) => heardOf([await client.generate({ ...bodyOf(model, ask), stream: false })], fieldsOf),
  async streamed(client, model, ask) {
    const lines = [];
    for await (const line of await client.generate({ ...bodyOf(model, ask), stream: true })) {
      lines.push(line);
    }
    return heardOf(lines, fieldsOf);
  },
  async abort(client, model, ask) {
    const stream = await client.generate({ ...bodyOf(model, ask), stream: true });
    try {
      for await (const line of stream) {
        if (line.response) {
          stream.abort();
        }
      }
    } catch (error) {
      if (error.name !== 'AbortError') {
        throw error;
      }
    }
  },
  malformed: (client, model) => client.generate({ model, prompt: 17, stream: false }),
  error: () => null,
  statusOf: chat.statusOf,
};
