// SPDX-License-Identifier: MIT
// The provider's side of OCI Generative AI in the formats GENERIC and COHEREV2, and its envelope.
import { dataLine, must, onlyFields, parsed, pieces, sum, vector } from '../harness/wire.mjs';

const textOf = (content) => (content ?? []).filter(({ type }) => type === 'TEXT').map(({ text }) => text).join('');

function imagesOf(content) {
  return (content ?? []).filter(({ imageUrl }) => imageUrl).map(({ imageUrl }) => {
    const [, mime, data] = /^data:([^;]+);base64,(.*)$/.exec(imageUrl.url) ?? [];
    must(mime, 'imageUrl is a data URL');
    return { mime, data };
  });
}

const Fields = {
  GENERIC: ['messages', 'isStream', 'streamOptions', 'maxTokens', 'maxCompletionTokens', 'temperature', 'topP', 'topK',
    'stop', 'seed', 'tools', 'toolChoice', 'isParallelToolCalls', 'frequencyPenalty', 'presencePenalty', 'logitBias',
    'logProbs', 'numGenerations', 'reasoningEffort', 'verbosity', 'responseFormat', 'serviceTier', 'metadata'],
  COHEREV2: ['messages', 'isStream', 'streamOptions', 'maxTokens', 'temperature', 'topP', 'topK', 'stopSequences',
    'seed', 'tools', 'toolsChoice', 'isStrictToolsEnabled', 'frequencyPenalty', 'presencePenalty', 'responseFormat',
    'thinking', 'safetyMode', 'citationOptions', 'documents', 'isLogProbsEnabled', 'isRawPrompting', 'priority'],
};

/// The inner request, once its envelope is in order.
export function openEnvelope(body) {
  onlyFields(body, ['compartmentId', 'servingMode', 'chatRequest'], 'the request');
  must(body.compartmentId?.startsWith('ocid1.compartment.'), 'compartmentId');
  must(body.servingMode?.servingType === 'ON_DEMAND' && body.servingMode.modelId, 'servingMode');
  return body.chatRequest;
}

function turnOf(message, open) {
  onlyFields(message, ['role', 'content', 'toolCalls', 'toolCallId', 'toolPlan', 'name', 'reasoningContent'], 'a message');
  const text = textOf(message.content);
  switch (message.role) {
  case 'USER':
    return { role: 'user', text, images: imagesOf(message.content) };
  case 'ASSISTANT':
    return {
      role: 'assistant', text: text.trim(), // nothing is said as a space
      calls: (message.toolCalls ?? []).map((call) => {
        const { name, arguments: args } = call.function ?? call;
        must(call.id && call.type === 'FUNCTION' && typeof args === 'string', 'a call has id, type, arguments');
        open.set(call.id, name);
        return { name, args: parsed(args, 'arguments') };
      }),
    };
  case 'TOOL':
    must(open.has(message.toolCallId), `the result of ${message.toolCallId} follows its call`);
    return { role: 'tool', results: [{ name: open.get(message.toolCallId), text }] };
  default:
    must(false, `role ${message.role}`);
    return {};
  }
}

export function understandMessagesOf(chat) {
  onlyFields(chat, ['apiFormat', ...Fields[chat.apiFormat]], 'chatRequest');
  const turns = [];
  const open = new Map();
  for (const message of chat.messages.filter(({ role }) => role !== 'SYSTEM')) {
    const turn = turnOf(message, open);
    if (turn.role === 'tool' && turns.at(-1)?.role === 'tool') {
      turns.at(-1).results.push(...turn.results);
    } else {
      turns.push(turn);
    }
  }
  const choice = chat.toolChoice ?? { type: chat.toolsChoice };
  const format = chat.responseFormat;
  return {
    stream: chat.isStream ?? false,
    system: chat.messages.filter(({ role }) => role === 'SYSTEM').map(({ content }) => textOf(content)).join('\n\n'),
    turns,
    tools: (chat.tools ?? []).map((tool) => {
      must(tool.type === 'FUNCTION', 'tools are functions');
      const { name, description, parameters } = tool.function ?? tool;
      return { name, description, schema: parameters };
    }),
    choice: choice.type === 'FUNCTION' ? { name: choice.name } : choice.type?.toLowerCase(),
    parallel: chat.isParallelToolCalls,
    stop: chat.stop ?? chat.stopSequences,
    maxTokens: chat.maxTokens ?? chat.maxCompletionTokens,
    temperature: chat.temperature,
    topP: chat.topP,
    schema: format?.jsonSchema?.schema ?? format?.schema,
    thinks: chat.reasoningEffort !== undefined || chat.thinking?.type === 'ENABLED',
  };
}

export const usageOf = ({ input, cached, output, reasoning }) => ({
  promptTokens: input, completionTokens: output, totalTokens: sum(input, output),
  promptTokensDetails: { cachedTokens: cached ?? 0 }, completionTokensDetails: { reasoningTokens: reasoning ?? 0 },
});

const said = (text) => (text ? [{ type: 'TEXT', text }] : []);
const callOf = ({ id, name, args }) => ({ id, type: 'FUNCTION', name, arguments: JSON.stringify(args) });

export function answerGeneric(script, chat, modelId) {
  const reasoning = script.thinking?.text;
  const calls = script.calls?.map(callOf);
  if (!chat.isStream) {
    const message = { role: 'ASSISTANT', content: said(script.text), reasoningContent: reasoning, toolCalls: calls };
    return [JSON.stringify({
      modelId, modelVersion: '1', chatResponse: {
        apiFormat: 'GENERIC', timeCreated: '2026-01-02T03:04:05Z',
        choices: [{ index: 0, message, finishReason: script.finish }], usage: usageOf(script.usage),
      },
    })];
  }
  const line = (message) => dataLine({ index: 0, message: { role: 'ASSISTANT', ...message }, pad: 'aaaa' });
  const fragments = (calls ?? []).flatMap((call) => [{ ...call, arguments: '' },
    ...pieces(call.arguments).map((piece) => ({ type: 'FUNCTION', arguments: piece }))]);
  return [
    ...pieces(reasoning ?? '').map((piece) => line({ reasoningContent: piece })),
    ...pieces(script.text ?? '').map((piece) => line({ content: said(piece) })),
    ...fragments.map((fragment) => line({ toolCalls: [fragment] })),
    dataLine({ index: 0, finishReason: script.finish, pad: 'a' }),
    ...(chat.streamOptions?.isIncludeUsage ? [dataLine({ usage: usageOf(script.usage) })] : []),
  ].map((text) => text.replace('\n\n', '\n')); // single line ends have been seen
}

export const CohereReasons = { stop: 'COMPLETE', length: 'MAX_TOKENS', content_filter: 'ERROR_TOXIC' };

export function answerCohereV2(script, chat, modelId) {
  const calls = script.calls?.map(({ id, name, args }) => ({
    id, type: 'FUNCTION', function: { name, arguments: JSON.stringify(args) },
  }));
  const finishReason = script.finish === 'tool_calls' ? 'TOOL_CALL' : CohereReasons[script.finish];
  const thought = script.thinking ? [{ type: 'THINKING', thinking: script.thinking.text }] : [];
  const whole = { role: 'ASSISTANT', content: [...thought, ...said(script.text)], toolCalls: calls };
  const end = { apiFormat: 'COHEREV2', id: 'c-1', message: whole, finishReason, usage: usageOf(script.usage) };
  if (!chat.isStream) {
    return [JSON.stringify({ modelId, modelVersion: '1', chatResponse: end })];
  }
  const line = (message) => dataLine({ apiFormat: 'COHEREV2', message: { role: 'ASSISTANT', ...message }, pad: 'aa' });
  return [
    ...pieces(script.thinking?.text ?? '').map((thinking) => line({ content: [{ type: 'THINKING', thinking }] })),
    ...pieces(script.text ?? '').map((piece) => line({ content: said(piece) })),
    ...(calls ?? []).map((call) => line({ toolCalls: [call] })),
    dataLine(end), // the last event says all of it once more
  ];
}

export function answerEmbedText(body) {
  must(Array.isArray(body.inputs) && body.compartmentId, 'inputs and compartmentId');
  return { id: 'e-1', embeddings: body.inputs.map((_, index) => vector(index)), modelId: body.servingMode.modelId };
}

export const ociError = ({ status, message }) => ({ code: status === 429 ? 'TooManyRequests' : 'InternalServerError', message });
