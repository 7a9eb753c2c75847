// SPDX-License-Identifier: MIT
// The provider's side of Gemini's generateContent, in the Gemini API and on Vertex AI.
import { dataLine, must, onlyFields, pieces, sum, vector } from '../harness/wire.mjs';

const RequestFields = ['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'safetySettings',
  'cachedContent', 'labels', 'serviceTier', 'model'];

const textOf = (parts) => (parts ?? []).filter((part) => part.text !== undefined && !part.thought)
  .map(({ text }) => text).join('');

function resultText({ response }) {
  must(response && typeof response === 'object' && !Array.isArray(response), 'response is an object');
  const value = response.output ?? response.result ?? response.error;
  return typeof value === 'string' ? value : JSON.stringify(value ?? response);
}

function turnsOf({ role, parts }) {
  must(['user', 'model'].includes(role) && parts.length > 0, 'contents have a role and parts');
  if (role === 'model') {
    const calls = parts.filter((part) => part.functionCall).map(({ functionCall: call }) => ({
      name: call.name, args: call.args ?? {},
    }));
    return [{ role: 'assistant', text: textOf(parts), calls }];
  }
  const results = parts.filter((part) => part.functionResponse).map(({ functionResponse: response }) => {
    must(response.name, 'functionResponse has a name');
    return { name: response.name, text: resultText(response) };
  });
  const images = parts.filter((part) => part.inlineData).map(({ inlineData }) => ({
    mime: inlineData.mimeType, data: inlineData.data,
  }));
  const said = { role: 'user', text: textOf(parts), images };
  return [...(results.length ? [{ role: 'tool', results }] : []), ...(said.text || images.length ? [said] : [])];
}

function choiceOf({ mode, allowedFunctionNames: names } = {}) {
  return mode === 'ANY' && names?.length === 1 ? { name: names[0] }
    : { AUTO: 'auto', ANY: 'required', NONE: 'none' }[mode];
}

export function understandGenerate(body, isStream) {
  onlyFields(body, RequestFields, 'the request');
  const config = body.generationConfig ?? {};
  const declared = (body.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? []);
  must(Array.isArray(body.contents) && body.contents.length > 0, 'contents');
  return {
    stream: isStream,
    system: textOf(body.systemInstruction?.parts),
    turns: body.contents.flatMap(turnsOf),
    tools: declared.map((tool) => ({
      name: tool.name, description: tool.description, schema: tool.parametersJsonSchema ?? tool.parameters,
    })),
    choice: choiceOf(body.toolConfig?.functionCallingConfig),
    stop: config.stopSequences,
    maxTokens: config.maxOutputTokens,
    temperature: config.temperature,
    topP: config.topP,
    schema: config.responseJsonSchema ?? config.responseSchema,
    thinks: config.thinkingConfig !== undefined && config.thinkingConfig.thinkingBudget !== 0,
  };
}

const Reasons = { stop: 'STOP', tool_calls: 'STOP', length: 'MAX_TOKENS', content_filter: 'SAFETY' };

function usageOf({ input, cached, output, reasoning }) {
  return {
    promptTokenCount: input, cachedContentTokenCount: cached, candidatesTokenCount: output - (reasoning ?? 0),
    thoughtsTokenCount: reasoning, totalTokenCount: sum(input, output),
  };
}

export function answerGenerate(script, isStream, model) {
  const calls = (script.calls ?? []).map(({ name, args }, index) => ({
    functionCall: { name, args }, ...(index === 0 ? { thoughtSignature: 'c2lnbmF0dXJl' } : {}),
  }));
  const answer = (parts, finishReason) => ({
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason }],
    usageMetadata: usageOf(script.usage), modelVersion: model, responseId: 'resp-1',
  });
  const thought = script.thinking?.text;
  if (!isStream) {
    const said = [...(thought ? [{ text: thought, thought: true }] : []), ...(script.text ? [{ text: script.text }] : [])];
    return [JSON.stringify(answer([...said, ...calls], Reasons[script.finish]))];
  }
  const parts = [...pieces(thought ?? '').map((text) => [{ text, thought: true }]),
    ...pieces(script.text ?? '').map((text) => [{ text }]), ...(calls.length ? [calls] : [])];
  return [...parts.map((part) => dataLine(answer(part))), dataLine(answer([{ text: '' }], Reasons[script.finish]))];
}

export function answerBatchEmbed(body) {
  must(Array.isArray(body.requests), 'requests');
  return { embeddings: body.requests.map((_, index) => ({ values: vector(index) })) };
}

export function answerPredict(body) {
  must(Array.isArray(body.instances), 'instances');
  return {
    predictions: body.instances.map((_, index) => ({
      embeddings: { values: vector(index), statistics: { token_count: 3, truncated: false } },
    })),
  };
}

export const googleError = ({ status, message }) => ({
  error: { code: status, message, status: { 429: 'RESOURCE_EXHAUSTED', 500: 'INTERNAL' }[status] ?? 'INVALID_ARGUMENT' },
});
