// SPDX-License-Identifier: MIT
// OpenAI's SDK on /v1/responses.
import chat, { openAi } from './openaichat.mjs';

const contentOf = ({ text, images }) => [{ type: 'input_text', text },
  ...(images ?? []).map(({ mime, data }) => ({ type: 'input_image', detail: 'auto', image_url: `data:${mime};base64,${data}` }))];

const itemsOf = (turns) => turns.flatMap((turn) => {
  if (turn.role === 'user') {
    return [{ type: 'message', role: 'user', content: contentOf(turn) }];
  }
  if (turn.role === 'assistant') {
    const said = turn.text ? [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: turn.text }] }] : [];
    return [...said, ...turn.calls.map(({ id, name, args }) => ({
      type: 'function_call', call_id: id, name, arguments: JSON.stringify(args),
    }))];
  }
  return turn.results.map(({ id, text }) => ({ type: 'function_call_output', call_id: id, output: text }));
});

function bodyOf(model, ask) {
  const { choice, schema } = ask;
  return {
    model, instructions: ask.system, input: itemsOf(ask.turns), max_output_tokens: ask.maxTokens,
    tools: ask.tools?.map(({ name, description, schema: parameters }) => ({
      type: 'function', name, description, parameters, strict: false,
    })),
    tool_choice: choice?.name ? { type: 'function', name: choice.name } : choice,
    temperature: ask.temperature,
    text: schema ? { format: { type: 'json_schema', name: 'answer', schema, strict: true } } : undefined,
    reasoning: ask.thinks ? { effort: 'low', summary: 'auto' } : undefined,
    store: false,
  };
}

function finishOf({ status, incomplete_details: details }, calls) {
  if (status === 'incomplete') {
    return details.reason === 'max_output_tokens' ? 'length' : details.reason;
  }
  return calls.length ? 'tool_calls' : { completed: 'stop' }[status] ?? status;
}

export function heardOf(response) {
  const calls = response.output.filter(({ type }) => type === 'function_call').map((item) => ({
    id: item.call_id, type: 'function', name: item.name, args: JSON.parse(item.arguments),
  }));
  const thoughts = response.output.filter(({ type }) => type === 'reasoning')
    .flatMap(({ summary, content }) => [...summary, ...(summary.length ? [] : content ?? [])]);
  const { usage } = response;
  return {
    text: response.output.filter(({ type }) => type === 'message')
      .flatMap(({ content }) => content.map(({ text }) => text)).join(''),
    thinking: thoughts.map(({ text }) => text).join(''), calls, finish: finishOf(response, calls),
    usage: { input: usage.input_tokens, output: usage.output_tokens, cached: usage.input_tokens_details.cached_tokens },
  };
}

export default {
  client: openAi,
  skip: { stop: 'responses know no stop sequences' },
  async whole(client, model, ask) {
    return heardOf(await client.responses.create(bodyOf(model, ask)));
  },
  async streamed(client, model, ask) {
    const stream = client.responses.stream(bodyOf(model, ask));
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => { text += delta; });
    const got = heardOf(await stream.finalResponse());
    return { ...got, text: text === got.text ? text : `deltas '${text}', whole '${got.text}'` };
  },
  async abort(client, model, ask) {
    const stream = await client.responses.create({ ...bodyOf(model, ask), stream: true });
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') {
        stream.controller.abort();
      }
    }
  },
  malformed: (client, model) => client.responses.create({ model, input: 17 }),
  error: chat.error,
  statusOf: chat.statusOf,
  async count(client, model, ask) {
    const { input, tools } = bodyOf(model, ask);
    return (await client.responses.inputTokens.count({ model, input, tools })).input_tokens;
  },
};
