// SPDX-License-Identifier: MIT
// The provider's side of OpenAI's responses.
import { must, namedEvent, parsed, pieces, sum } from '../harness/wire.mjs';

const textOf = (content) => (typeof content === 'string' ? content
  : (content ?? []).map(({ text }) => text ?? '').join(''));

function imagesOf(content) {
  const images = Array.isArray(content) ? content.filter(({ type }) => type === 'input_image') : [];
  return images.map(({ image_url: url }) => {
    const [, mime, data] = /^data:([^;]+);base64,(.*)$/.exec(url) ?? [];
    return { mime, data };
  });
}

/// Neighbouring items of one speaker are one turn.
function turnsOf(items) {
  const turns = [];
  const names = new Map();
  const assistant = () => {
    if (turns.at(-1)?.role !== 'assistant') {
      turns.push({ role: 'assistant', text: '', calls: [] });
    }
    return turns.at(-1);
  };
  for (const item of items) {
    if (item.type === 'function_call') {
      names.set(item.call_id, item.name);
      assistant().calls.push({ name: item.name, args: parsed(item.arguments, 'arguments') });
    } else if (item.type === 'function_call_output') {
      must(names.has(item.call_id), `the output of ${item.call_id} follows its call`);
      if (turns.at(-1).role !== 'tool') {
        turns.push({ role: 'tool', results: [] });
      }
      turns.at(-1).results.push({ name: names.get(item.call_id), text: textOf(item.output) });
    } else if (item.role === 'assistant') {
      assistant().text += textOf(item.content);
    } else if (item.role === 'user') {
      turns.push({ role: 'user', text: textOf(item.content), images: imagesOf(item.content) });
    }
  }
  return turns;
}

export function understandResponses(body) {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input;
  must(Array.isArray(items), 'input');
  const spoken = items.filter(({ role }) => role === 'system' || role === 'developer').map(({ content }) => textOf(content));
  const choice = body.tool_choice;
  return {
    stream: body.stream ?? false,
    system: [...(body.instructions ? [body.instructions] : []), ...spoken].join('\n\n'),
    turns: turnsOf(items),
    tools: (body.tools ?? []).filter(({ type }) => type === 'function').map(({ name, description, parameters }) => ({
      name, description, schema: parameters,
    })),
    choice: typeof choice === 'object' ? { name: choice.name } : choice,
    maxTokens: body.max_output_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    schema: body.text?.format?.schema,
    thinks: body.reasoning?.effort !== undefined && body.reasoning.effort !== 'none',
  };
}

function itemsOf(script) {
  const out = [];
  if (script.thinking) {
    out.push({ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: script.thinking.text }] });
  }
  if (script.text) {
    out.push({ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed',
      content: [{ type: 'output_text', text: script.text, annotations: [] }] });
  }
  return [...out, ...(script.calls ?? []).map(({ id, name, args }) => ({
    type: 'function_call', id: `fc_${id}`, call_id: id, name, arguments: JSON.stringify(args), status: 'completed',
  }))];
}

function responseOf(script, body, output) {
  const { input, cached, output: written, reasoning } = script.usage;
  const isCut = script.finish === 'length';
  return {
    id: 'resp_native', object: 'response', created_at: 1_700_000_000, model: body.model, output,
    status: isCut ? 'incomplete' : 'completed', incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    error: null, instructions: null, metadata: {}, parallel_tool_calls: true, tool_choice: 'auto', tools: [],
    usage: {
      input_tokens: input, input_tokens_details: { cached_tokens: cached ?? 0 }, output_tokens: written,
      output_tokens_details: { reasoning_tokens: reasoning ?? 0 }, total_tokens: sum(input, written),
    },
  };
}

function eventsOf(item, index) {
  const place = { output_index: index, item_id: item.id };
  const around = (empty, inner) => [{ type: 'response.output_item.added', output_index: index, item: empty }, ...inner,
    { type: 'response.output_item.done', output_index: index, item }];
  if (item.type === 'function_call') {
    return around({ ...item, arguments: '' }, [
      ...pieces(item.arguments).map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
      { type: 'response.function_call_arguments.done', ...place, arguments: item.arguments }]);
  }
  const isText = item.type === 'message';
  const [part] = isText ? item.content : item.summary;
  const name = isText ? 'output_text' : 'reasoning_summary_text';
  const partName = isText ? 'content_part' : 'reasoning_summary_part';
  const where = { ...place, ...(isText ? { content_index: 0 } : { summary_index: 0 }) };
  return around({ ...item, ...(isText ? { content: [] } : { summary: [] }) }, [
    { type: `response.${partName}.added`, ...where, part: { ...part, text: '' } },
    ...pieces(part.text).map((delta) => ({ type: `response.${name}.delta`, ...where, delta })),
    { type: `response.${name}.done`, ...where, text: part.text },
    { type: `response.${partName}.done`, ...where, part }]);
}

export function answerResponses(script, body) {
  const items = itemsOf(script);
  const whole = responseOf(script, body, items);
  if (!body.stream) {
    return [JSON.stringify(whole)];
  }
  const begun = { ...responseOf(script, body, []), status: 'in_progress', usage: null };
  const end = script.finish === 'length' ? 'response.incomplete' : 'response.completed';
  return [{ type: 'response.created', response: begun }, ...items.flatMap(eventsOf), { type: end, response: whole }]
    .map((event, index) => namedEvent({ ...event, sequence_number: index }));
}
