// SPDX-License-Identifier: MIT
// OpenAI's SDK on /v1/chat/completions.
import OpenAI from 'openai';

export const openAi = (url) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-caller', maxRetries: 0, timeout: 15_000 });

const contentOf = ({ text, images }) => (images?.length ? [{ type: 'text', text },
  ...images.map(({ mime, data }) => ({ type: 'image_url', image_url: { url: `data:${mime};base64,${data}` } }))] : text);

function messagesOf({ system, turns }) {
  const out = system ? [{ role: 'system', content: system }] : [];
  for (const turn of turns) {
    if (turn.role === 'user') {
      out.push({ role: 'user', content: contentOf(turn) });
    } else if (turn.role === 'assistant') {
      const calls = turn.calls.map(({ id, name, args }) => ({
        id, type: 'function', function: { name, arguments: JSON.stringify(args) },
      }));
      out.push({ role: 'assistant', content: turn.text || null, ...(calls.length ? { tool_calls: calls } : {}) });
    } else {
      out.push(...turn.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text })));
    }
  }
  return out;
}

export const chatTools = (tools) => tools?.map(({ name, description, schema }) => ({
  type: 'function', function: { name, description, parameters: schema },
}));

function bodyOf(model, ask) {
  const { choice, schema } = ask;
  return {
    model, messages: messagesOf(ask), tools: chatTools(ask.tools),
    tool_choice: choice?.name ? { type: 'function', function: { name: choice.name } } : choice,
    temperature: ask.temperature, stop: ask.stop, max_completion_tokens: ask.maxTokens,
    response_format: schema ? { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } : undefined,
    reasoning_effort: ask.thinks ? 'low' : undefined,
  };
}

const usageOf = (usage) => usage && {
  input: usage.prompt_tokens, output: usage.completion_tokens, cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
};

function heardOf({ message, finish_reason: finish }, usage, thinking) {
  return {
    text: message.content ?? '', thinking: thinking ?? '', finish, usage: usageOf(usage),
    calls: (message.tool_calls ?? []).map(({ id, type, function: f }) => ({
      id, type, name: f.name, args: JSON.parse(f.arguments),
    })),
  };
}

export default {
  client: openAi,
  async whole(client, model, ask) {
    const done = await client.chat.completions.create(bodyOf(model, ask));
    return heardOf(done.choices[0], done.usage, done.choices[0].message.reasoning_content);
  },
  async streamed(client, model, ask) {
    const stream = client.chat.completions.stream({ ...bodyOf(model, ask), stream_options: { include_usage: true } });
    let thinking = '';
    stream.on('chunk', ({ choices }) => { thinking += choices[0]?.delta?.reasoning_content ?? ''; });
    const done = await stream.finalChatCompletion();
    return heardOf(done.choices[0], done.usage, thinking);
  },
  async abort(client, model, ask) {
    const stream = await client.chat.completions.create({ ...bodyOf(model, ask), stream: true });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta?.content) {
        stream.controller.abort();
      }
    }
  },
  malformed: (client, model) => client.chat.completions.create({ model, messages: 'not a list' }),
  error: (status) => ({ 400: OpenAI.BadRequestError, 404: OpenAI.NotFoundError, 429: OpenAI.RateLimitError })[status]
    ?? OpenAI.InternalServerError,
  statusOf: (error) => error.status,
  async embed(client, model, texts) {
    const done = await client.embeddings.create({ model, input: texts }); // the SDK asks for base64 by itself
    return done.data.map(({ embedding }) => embedding);
  },
  async models(client) {
    const ids = [];
    for await (const { id } of client.models.list()) {
      ids.push(id);
    }
    return ids;
  },
};
