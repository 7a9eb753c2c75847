// SPDX-License-Identifier: MIT
// Anthropic's SDK on /v1/messages.
import Anthropic from '@anthropic-ai/sdk';

const imageOf = ({ mime, data }) => ({ type: 'image', source: { type: 'base64', media_type: mime, data } });
const textBlock = (text) => (text ? [{ type: 'text', text }] : []);

function messageOf(turn) {
  switch (turn.role) {
  case 'user':
    return { role: 'user', content: turn.images?.length ? [...textBlock(turn.text), ...turn.images.map(imageOf)] : turn.text };
  case 'assistant':
    return { role: 'assistant', content: [...textBlock(turn.text),
      ...turn.calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args }))] };
  default:
    return { role: 'user', content: turn.results.map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id, content: text })) };
  }
}

const Choices = { auto: { type: 'auto' }, required: { type: 'any' }, none: { type: 'none' } };

function bodyOf(model, ask) {
  return {
    model, max_tokens: ask.maxTokens ?? 1000, system: ask.system, messages: ask.turns.map(messageOf),
    tools: ask.tools?.map(({ name, description, schema }) => ({ name, description, input_schema: schema })),
    tool_choice: ask.choice?.name ? { type: 'tool', name: ask.choice.name } : Choices[ask.choice],
    temperature: ask.temperature, stop_sequences: ask.stop,
    thinking: ask.thinks ? { type: 'enabled', budget_tokens: 2048 } : undefined,
    output_config: ask.schema ? { format: { type: 'json_schema', schema: ask.schema } } : undefined,
  };
}

const Reasons = { end_turn: 'stop', stop_sequence: 'stop', max_tokens: 'length', tool_use: 'tool_calls', refusal: 'content_filter' };

export function heardOf({ content, stop_reason: reason, usage }) {
  const all = (type) => content.filter((block) => block.type === type);
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    text: all('text').map(({ text }) => text).join(''), thinking: all('thinking').map(({ thinking }) => thinking).join(''),
    calls: all('tool_use').map(({ id, name, input }) => ({ id, type: 'function', name, args: input })),
    finish: Reasons[reason] ?? reason,
    usage: { input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0), output: usage.output_tokens, cached },
  };
}

export default {
  client: (url) => new Anthropic({ baseURL: url, apiKey: 'sk-caller', maxRetries: 0, timeout: 15_000 }),
  whole: async (client, model, ask) => heardOf(await client.messages.create(bodyOf(model, ask))),
  async streamed(client, model, ask) {
    return heardOf(await client.messages.stream(bodyOf(model, ask)).finalMessage());
  },
  async abort(client, model, ask) {
    const stream = client.messages.stream(bodyOf(model, ask));
    stream.on('text', () => stream.abort());
    await stream.done().catch((error) => {
      if (!(error instanceof Anthropic.APIUserAbortError)) {
        throw error;
      }
    });
  },
  malformed: (client, model) => client.messages.create({ model, max_tokens: 10, messages: 'not a list' }),
  error: (status) => ({
    400: Anthropic.BadRequestError, 404: Anthropic.NotFoundError, 429: Anthropic.RateLimitError,
  })[status] ?? Anthropic.InternalServerError,
  statusOf: (error) => error.status,
  async models(client) {
    const ids = [];
    for await (const { id } of client.models.list()) {
      ids.push(id);
    }
    return ids;
  },
  async count(client, model, ask) {
    const { messages, system, tools } = bodyOf(model, ask);
    return (await client.messages.countTokens({ model, messages, system, tools })).input_tokens;
  },
};
