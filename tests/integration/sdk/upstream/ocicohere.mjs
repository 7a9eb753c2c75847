// SPDX-License-Identifier: MIT
// The provider's side of OCI Generative AI in Cohere's first format.
import { dataLine, must, onlyFields, pieces } from '../harness/wire.mjs';
import { CohereReasons, usageOf } from './oci.mjs';

const Fields = ['apiFormat', 'message', 'chatHistory', 'preambleOverride', 'tools', 'toolResults', 'isForceSingleStep',
  'maxTokens', 'maxInputTokens', 'temperature', 'topP', 'topK', 'stopSequences', 'seed', 'frequencyPenalty',
  'presencePenalty', 'documents', 'safetyMode', 'promptTruncation', 'citationQuality', 'responseFormat', 'isStream',
  'streamOptions', 'isEcho', 'isRawPrompting'];
const Types = { str: 'string', float: 'number', bool: 'boolean', int: 'integer', list: 'array', dict: 'object' };

const resultsOf = (results) => ({
  role: 'tool',
  results: results.map(({ call, outputs }) => {
    must(call.name && call.parameters, 'a result repeats its call');
    return { name: call.name, text: outputs.map(({ output }) => output).join('') };
  }),
});

function turnOf(entry, next) {
  switch (entry.role) {
  case 'USER':
    return { role: 'user', text: entry.message, images: [] };
  case 'CHATBOT':
    must(entry.message !== '', 'what CHATBOT said is not empty');
    return {
      role: 'assistant', text: entry.message.trim(),
      calls: (entry.toolCalls ?? []).map(({ name, parameters }) => ({ name, args: parameters })),
    };
  case 'TOOL':
    must(next?.role !== 'USER', 'TOOL is not followed by USER');
    return resultsOf(entry.toolResults);
  default:
    must(false, `role ${entry.role}`);
    return {};
  }
}

function schemaOf(parameters) {
  const entries = Object.entries(parameters ?? {});
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, { type, description }]) => {
      must(Types[type], `type ${type}`);
      return [name, { type: Types[type], description }];
    })),
    required: entries.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
  };
}

export function understandCohere(chat) {
  onlyFields(chat, Fields, 'chatRequest');
  must(typeof chat.message === 'string', 'message is required');
  must(!(chat.message && chat.toolResults?.length), 'message and toolResults exclude each other');
  const history = chat.chatHistory ?? [];
  const turns = history.filter(({ role }) => role !== 'SYSTEM').map((entry, index, all) => turnOf(entry, all[index + 1]));
  turns.push(chat.toolResults?.length ? resultsOf(chat.toolResults) : { role: 'user', text: chat.message, images: [] });
  return {
    stream: chat.isStream ?? false,
    system: chat.preambleOverride ?? history.filter(({ role }) => role === 'SYSTEM').map(({ message }) => message).join('\n\n'),
    turns,
    tools: (chat.tools ?? []).map(({ name, description, parameterDefinitions }) => ({
      name, description, schema: schemaOf(parameterDefinitions),
    })),
    stop: chat.stopSequences,
    maxTokens: chat.maxTokens,
    temperature: chat.temperature,
    topP: chat.topP,
    schema: chat.responseFormat?.schema,
    thinks: false,
  };
}

export function answerCohere(script, chat, modelId) {
  const toolCalls = script.calls?.map(({ name, args }) => ({ name, parameters: args }));
  const finishReason = CohereReasons[script.finish] ?? 'COMPLETE';
  const end = { apiFormat: 'COHERE', text: script.text ?? '', finishReason, toolCalls, chatHistory: [],
    usage: usageOf(script.usage) };
  if (!chat.isStream) {
    return [JSON.stringify({ modelId, modelVersion: '1', chatResponse: end })];
  }
  return [...pieces(script.text ?? '').map((text) => dataLine({ apiFormat: 'COHERE', text, pad: 'aaa' })),
    dataLine(end)]; // the last event says all of it once more
}
