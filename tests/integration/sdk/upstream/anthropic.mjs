// SPDX-License-Identifier: MIT
// The provider's side of Anthropic's messages.
import { must, namedEvent, onlyFields, pieces, sum } from '../harness/wire.mjs';

const RequestFields = ['model', 'max_tokens', 'messages', 'system', 'temperature', 'top_p', 'top_k', 'stop_sequences',
  'stream', 'tools', 'tool_choice', 'thinking', 'output_config', 'metadata', 'service_tier', 'cache_control',
  'container', 'inference_geo', 'anthropic_version', 'anthropic_beta', 'context_management', 'output_format',
  'mcp_servers'];

const blocksOf = (content) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content ?? []);
const textOf = (content) => blocksOf(content).filter(({ type }) => type === 'text').map(({ text }) => text).join('');

/// One message may hold both the results of the turn before and what the user says.
function turnsOf(message, open) {
  const blocks = blocksOf(message.content);
  must(blocks.length > 0, 'content is not empty');
  must(blocks.every(({ type, text }) => type !== 'text' || text.trim() !== ''), 'no blank text');
  if (message.role === 'assistant') {
    const calls = blocks.filter(({ type }) => type === 'tool_use');
    for (const { id, name, input } of calls) {
      must(/^[a-zA-Z0-9_-]+$/.test(id) && input && typeof input === 'object', 'tool_use has an id and an input');
      open.set(id, name);
    }
    return [{ role: 'assistant', text: textOf(blocks), calls: calls.map(({ name, input }) => ({ name, args: input })) }];
  }
  must(message.role === 'user' || message.role === 'system', `role ${message.role}`);
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const out = [];
  if (results.length > 0) {
    out.push({
      role: 'tool',
      results: results.map(({ tool_use_id: id, content }) => {
        must(open.has(id), `the result of ${id} follows its call`);
        const name = open.get(id);
        open.delete(id);
        return { name, text: textOf(content) };
      }),
    });
  }
  must(open.size === 0, 'each tool_use has a tool_result in the next message');
  const images = blocks.filter(({ type }) => type === 'image').map(({ source }) => {
    must(source.type === 'base64', 'images are base64');
    return { mime: source.media_type, data: source.data };
  });
  if (textOf(blocks) !== '' || images.length > 0) {
    out.push({ role: message.role, text: textOf(blocks), images });
  }
  return out;
}

const Choices = { auto: 'auto', any: 'required', none: 'none' };

export function understandMessages(body) {
  onlyFields(body, RequestFields, 'the request');
  must(Number.isInteger(body.max_tokens) && body.max_tokens > 0, 'max_tokens is required');
  must(Array.isArray(body.messages) && body.messages[0]?.role === 'user', 'the first message is the user\'s');
  const open = new Map();
  const turns = body.messages.flatMap((message) => turnsOf(message, open));
  const choice = body.tool_choice;
  must(!body.thinking?.budget_tokens || (body.thinking.budget_tokens >= 1024
    && body.thinking.budget_tokens < body.max_tokens), 'the budget lies between 1024 and max_tokens');
  must(body.thinking?.type !== 'enabled' || [undefined, 1].includes(body.temperature), 'thinking has no temperature');
  return {
    stream: body.stream ?? false,
    system: blocksOf(body.system).map(({ text }) => text).join('\n\n'),
    turns,
    tools: (body.tools ?? []).filter((tool) => tool.input_schema).map((tool) => {
      must(tool.input_schema.type === 'object', 'input_schema is an object\'s');
      return { name: tool.name, description: tool.description, schema: tool.input_schema };
    }),
    choice: choice?.type === 'tool' ? { name: choice.name } : Choices[choice?.type],
    parallel: choice?.disable_parallel_tool_use === undefined ? undefined : !choice.disable_parallel_tool_use,
    stop: body.stop_sequences,
    maxTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    schema: (body.output_config?.format ?? body.output_format)?.schema,
    thinks: ['enabled', 'adaptive'].includes(body.thinking?.type) || body.output_config?.effort !== undefined,
  };
}

const Reasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use', content_filter: 'refusal' };

function usageOf({ input, cached, cacheWrite, output }) {
  return {
    input_tokens: input - sum(cached, cacheWrite), cache_read_input_tokens: cached ?? 0,
    cache_creation_input_tokens: cacheWrite ?? 0, output_tokens: output, service_tier: 'standard',
  };
}

function blocksToSay(script) {
  const out = [];
  if (script.thinking) {
    out.push({ type: 'thinking', thinking: script.thinking.text, signature: script.thinking.signature });
  }
  if (script.text) {
    out.push({ type: 'text', text: script.text });
  }
  return [...out, ...(script.calls ?? []).map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args }))];
}

function eventsOf(block, index) {
  const delta = (value) => namedEvent({ type: 'content_block_delta', index, delta: value });
  const start = (value) => namedEvent({ type: 'content_block_start', index, content_block: value });
  const stop = namedEvent({ type: 'content_block_stop', index });
  switch (block.type) {
  case 'thinking':
    return [start({ type: 'thinking', thinking: '', signature: '' }),
      ...pieces(block.thinking).map((thinking) => delta({ type: 'thinking_delta', thinking })),
      delta({ type: 'signature_delta', signature: block.signature }), stop];
  case 'text':
    return [start({ type: 'text', text: '' }), ...pieces(block.text).map((text) => delta({ type: 'text_delta', text })),
      stop];
  default:
    return [start({ ...block, input: {} }),
      ...pieces(JSON.stringify(block.input)).map((json) => delta({ type: 'input_json_delta', partial_json: json })),
      stop];
  }
}

export function answerMessages(script, body) {
  const model = body.model ?? 'claude';
  const usage = usageOf(script.usage);
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, stop_sequence: null };
  if (!body.stream) {
    return [JSON.stringify({ ...message, content: blocksToSay(script), stop_reason: Reasons[script.finish], usage })];
  }
  return [
    namedEvent({ type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } }),
    namedEvent({ type: 'ping' }),
    ...blocksToSay(script).flatMap(eventsOf),
    namedEvent({ type: 'message_delta', delta: { stop_reason: Reasons[script.finish], stop_sequence: null },
      usage: { output_tokens: script.usage.output } }),
    namedEvent({ type: 'message_stop' }),
  ];
}

export const anthropicError = ({ status, message }) => ({
  type: 'error', error: { type: status === 429 ? 'rate_limit_error' : 'api_error', message }, request_id: 'req_1',
});
