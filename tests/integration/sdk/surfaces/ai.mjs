// SPDX-License-Identifier: MIT
// Vercel's AI SDK, through its providers for OpenAI, Anthropic and Google.
import { APICallError, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { PersonSchema, Scenarios } from '../harness/scenarios.mjs';

function messageOf(turn) {
  switch (turn.role) {
  case 'user':
    return { role: 'user', content: [{ type: 'text', text: turn.text },
      ...(turn.images ?? []).map(({ mime, data }) => ({ type: 'image', image: data, mediaType: mime }))] };
  case 'assistant':
    return { role: 'assistant', content: [...(turn.text ? [{ type: 'text', text: turn.text }] : []),
      ...turn.calls.map(({ id, name, args }) => ({ type: 'tool-call', toolCallId: id, toolName: name, input: args }))] };
  default:
    return { role: 'tool', content: turn.results.map(({ id, name, text }) => ({
      type: 'tool-result', toolCallId: id, toolName: name, output: { type: 'text', value: text },
    })) };
  }
}

function optionsOf(model, ask, thinking) {
  const { choice } = ask;
  return {
    model, system: ask.system, messages: ask.turns.map(messageOf), maxRetries: 0, stopWhen: stepCountIs(1),
    tools: ask.tools && Object.fromEntries(ask.tools.map(({ name, description, schema }) => [name, tool({
      description, inputSchema: jsonSchema(schema),
    })])),
    toolChoice: choice?.name ? { type: 'tool', toolName: choice.name } : choice,
    temperature: ask.temperature, stopSequences: ask.stop, maxOutputTokens: ask.maxTokens,
    output: ask.schema ? Output.object({ schema: jsonSchema(ask.schema), name: 'answer' }) : undefined,
    providerOptions: ask.thinks ? thinking : ask.schema ? { anthropic: { structuredOutputMode: 'outputFormat' } } : undefined,
  };
}

const Reasons = { 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' };

function heardOf({ text, reasoningText, toolCalls, finishReason, usage }) {
  return {
    text, thinking: reasoningText ?? '', finish: Reasons[finishReason] ?? finishReason,
    calls: toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, type: 'function', name: toolName, args: input })),
    usage: { input: usage.inputTokens, output: usage.outputTokens, cached: usage.inputTokenDetails?.cacheReadTokens ?? usage.cachedInputTokens ?? 0 },
  };
}

const surface = (connect, modelOf, thinking, more = {}) => ({
  client: connect,
  saysAuto: true, // where there are tools
  whole: async (client, model, ask) => heardOf(await generateText(optionsOf(modelOf(client, model), ask, thinking))),
  async streamed(client, model, ask) {
    let failure;
    const stream = streamText({ ...optionsOf(modelOf(client, model), ask, thinking), onError: ({ error }) => { failure ??= error; } });
    await stream.consumeStream();
    if (failure) {
      throw failure;
    }
    const [text, reasoningText, toolCalls, finishReason, usage] = await Promise.all([stream.text, stream.reasoningText,
      stream.toolCalls, stream.finishReason, stream.totalUsage]);
    return heardOf({ text, reasoningText, toolCalls, finishReason, usage });
  },
  async abort(client, model, ask) {
    const leave = new AbortController();
    const stream = streamText({ ...optionsOf(modelOf(client, model), ask), abortSignal: leave.signal, onError: () => {} });
    for await (const part of stream.fullStream) {
      if (part.type === 'text-delta') {
        leave.abort();
      }
    }
  },
  error: () => APICallError,
  statusOf: (error) => error.statusCode,
  ...more,
});

/// Shared with tests of their own.
export const connectOpenAi = (url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-caller' });
const withoutStop = { skip: { stop: 'responses know no stop sequences' } };
/// The SDK itself keeps the temperature from models that it takes for reasoning ones.
const ofGpt5 = { openai: { sampling: { temperature: undefined } }, azure: { sampling: { temperature: undefined } } };
const { additionalProperties, ...openApiSchema } = PersonSchema; // the SDK's own reduction

export const aiChat = surface(connectOpenAi, (client, model) => client.chat(model), { openai: { reasoningEffort: 'low' } },
  { withoutThoughts: 'it reads no reasoning_content', says: ofGpt5 });
export const aiResponses = surface(connectOpenAi, (client, model) => client.responses(model),
  { openai: { reasoningEffort: 'low', reasoningSummary: 'auto', forceReasoning: true, store: false } }, { ...withoutStop, says: ofGpt5 });
export const aiAnthropic = surface((url) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'sk-caller' }),
  (client, model) => client(model), { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } },
  { hints: /eager_input_streaming/, says: { all: { thinking: { maxTokens: Scenarios.thinking.ask.maxTokens + 2048 } } } });
export const aiGoogle = surface((url) => createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey: 'caller' }),
  (client, model) => client(model), { google: { thinkingConfig: { thinkingBudget: 2048, includeThoughts: true } } },
  { resultAs: ({ name, text }) => JSON.stringify({ name, content: text }), says: { all: { json_schema: { schema: openApiSchema } } } });
