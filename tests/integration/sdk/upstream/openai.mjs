// SPDX-License-Identifier: MIT
// The provider's side of OpenAI's chat completions, completions and embeddings.
import { dataLine, must, parsed, pieces, sum, vector } from '../harness/wire.mjs';

const textOf = (content) => (typeof content === 'string' ? content
  : (content ?? []).filter((part) => part.type === 'text').map((part) => part.text).join(''));

function imagesOf(content) {
  const images = Array.isArray(content) ? content.filter((part) => part.type === 'image_url') : [];
  return images.map((part) => {
    const [, mime, data] = /^data:([^;]+);base64,(.*)$/.exec(part.image_url.url) ?? [];
    must(mime, 'image_url is a data URL');
    return { mime, data };
  });
}

function turnOf(message, open) {
  switch (message.role) {
  case 'user':
    return { role: 'user', text: textOf(message.content), images: imagesOf(message.content) };
  case 'assistant':
    for (const call of message.tool_calls ?? []) {
      must(call.id && call.type === 'function', 'a call has an id and a type');
      open.set(call.id, call.function.name);
    }
    return {
      role: 'assistant', text: textOf(message.content),
      calls: (message.tool_calls ?? []).map(({ function: f }) => ({
        name: f.name, args: parsed(f.arguments, 'arguments'),
      })),
    };
  case 'tool':
    must(open.has(message.tool_call_id), `the result of ${message.tool_call_id} follows its call`);
    return { role: 'tool', results: [{ name: open.get(message.tool_call_id), text: textOf(message.content) }] };
  default:
    must(false, `role ${message.role}`);
    return {};
  }
}

export function understandChat(body) {
  must(Array.isArray(body.messages) && body.messages.length > 0, 'messages');
  const isSystem = ({ role }) => role === 'system' || role === 'developer';
  const turns = [];
  const open = new Map();
  for (const message of body.messages.filter((entry) => !isSystem(entry))) {
    const turn = turnOf(message, open);
    if (turn.role === 'tool' && turns.at(-1)?.role === 'tool') {
      turns.at(-1).results.push(...turn.results);
    } else {
      turns.push(turn);
    }
  }
  const choice = body.tool_choice;
  const format = body.response_format;
  return {
    stream: body.stream ?? false,
    system: body.messages.filter(isSystem).map(({ content }) => textOf(content)).join('\n\n'),
    turns,
    tools: (body.tools ?? []).map(({ type, function: f }) => {
      must(type === 'function', 'tools are functions');
      return { name: f.name, description: f.description, schema: f.parameters };
    }),
    choice: typeof choice === 'object' ? { name: choice.function.name } : choice,
    parallel: body.parallel_tool_calls,
    stop: body.stop === undefined ? undefined : [body.stop].flat(),
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    schema: format?.type === 'json_schema' ? format.json_schema.schema : undefined,
    thinks: body.reasoning_effort !== undefined && body.reasoning_effort !== 'none',
  };
}

export function usageOf({ input, cached, output, reasoning }) {
  return {
    prompt_tokens: input, completion_tokens: output, total_tokens: sum(input, output),
    prompt_tokens_details: { cached_tokens: cached ?? 0 },
    completion_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  };
}

const head = (body, object) => ({ id: 'chatcmpl-1', object, created: 1_700_000_000, model: body.model });

function wholeChat(script, body) {
  const message = { role: 'assistant', content: script.text ?? null };
  if (script.thinking) {
    message.reasoning_content = script.thinking.text;
  }
  if (script.calls) {
    message.tool_calls = script.calls.map(({ id, name, args }) => ({
      id, type: 'function', function: { name, arguments: JSON.stringify(args) },
    }));
  }
  return [JSON.stringify({
    ...head(body, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: script.finish, logprobs: null }],
    usage: usageOf(script.usage),
  })];
}

function streamedChat(script, body) {
  const chunk = (delta, finish = null) => dataLine({
    ...head(body, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const out = [chunk({ role: 'assistant', content: '' })];
  for (const piece of pieces(script.thinking?.text ?? '')) {
    out.push(chunk({ reasoning_content: piece }));
  }
  for (const piece of pieces(script.text ?? '')) {
    out.push(chunk({ content: piece }));
  }
  for (const [index, { id, name, args }] of (script.calls ?? []).entries()) {
    out.push(chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }));
    for (const piece of pieces(JSON.stringify(args))) {
      out.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  out.push(chunk({}, script.finish));
  if (body.stream_options?.include_usage) {
    out.push(dataLine({ ...head(body, 'chat.completion.chunk'), choices: [], usage: usageOf(script.usage) }));
  }
  return [...out, dataLine('[DONE]')];
}

export const answerChat = (script, body) => (body.stream ? streamedChat : wholeChat)(script, body);

export function understandCompletion(body) {
  must(typeof body.prompt === 'string', 'prompt');
  return {
    stream: body.stream ?? false, system: '', turns: [{ role: 'user', text: body.prompt, images: [] }],
    tools: [], stop: body.stop === undefined ? undefined : [body.stop].flat(), maxTokens: body.max_tokens,
    temperature: body.temperature, topP: body.top_p, thinks: false,
  };
}

export function answerCompletion(script, body) {
  const choice = (text, finish) => ({ index: 0, text, finish_reason: finish, logprobs: null });
  if (!body.stream) {
    return [JSON.stringify({
      ...head(body, 'text_completion'), choices: [choice(script.text, script.finish)], usage: usageOf(script.usage),
    })];
  }
  const out = pieces(script.text).map((piece) => dataLine({
    ...head(body, 'text_completion'), choices: [choice(piece, null)],
  }));
  out.push(dataLine({ ...head(body, 'text_completion'), choices: [choice('', script.finish)] }));
  if (body.stream_options?.include_usage) {
    out.push(dataLine({ ...head(body, 'text_completion'), choices: [], usage: usageOf(script.usage) }));
  }
  return [...out, dataLine('[DONE]')];
}

export function answerEmbeddings(body) {
  const data = [body.input].flat().map((text, index) => ({
    object: 'embedding', index,
    embedding: body.encoding_format === 'base64'
      ? Buffer.from(new Float32Array(vector(index)).buffer).toString('base64') : vector(index),
  }));
  return { object: 'list', data, model: body.model, usage: { prompt_tokens: 5, total_tokens: 5 } };
}

export const openAiError = ({ status, message }) => ({
  error: { message, type: status === 429 ? 'rate_limit_error' : 'server_error', code: null, param: null },
});
