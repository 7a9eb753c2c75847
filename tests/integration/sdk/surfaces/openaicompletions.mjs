// SPDX-License-Identifier: MIT
// OpenAI's SDK on /v1/completions, which knows a prompt and a text and nothing else.
import chat, { openAi } from './openaichat.mjs';

const bodyOf = (model, ask) => ({
  model, prompt: ask.turns[0].text, temperature: ask.temperature, stop: ask.stop, max_tokens: ask.maxTokens,
});

const usageOf = (usage) => usage && {
  input: usage.prompt_tokens, output: usage.completion_tokens, cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
};

export default {
  client: openAi,
  scenarios: ['text', 'sampling', 'stop', 'max_tokens', 'usage_cached'],
  async whole(client, model, ask) {
    const { choices: [choice], usage } = await client.completions.create(bodyOf(model, ask));
    return { text: choice.text, thinking: '', calls: [], finish: choice.finish_reason, usage: usageOf(usage) };
  },
  async streamed(client, model, ask) {
    const got = { text: '', thinking: '', calls: [] };
    const stream = await client.completions.create({
      ...bodyOf(model, ask), stream: true, stream_options: { include_usage: true },
    });
    for await (const { choices, usage } of stream) {
      got.text += choices[0]?.text ?? '';
      got.finish = choices[0]?.finish_reason ?? got.finish;
      got.usage = usageOf(usage) ?? got.usage;
    }
    return got;
  },
  async abort(client, model, ask) {
    const stream = await client.completions.create({ ...bodyOf(model, ask), stream: true });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.text) {
        stream.controller.abort();
      }
    }
  },
  malformed: (client, model) => client.completions.create({ model, prompt: { not: 'a prompt' } }),
  error: chat.error,
  statusOf: chat.statusOf,
};
