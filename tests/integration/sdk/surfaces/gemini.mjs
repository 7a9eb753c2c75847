// SPDX-License-Identifier: MIT
// Google's SDK on :generateContent and :streamGenerateContent.
import { ApiError, GoogleGenAI } from '@google/genai';

function contentOf(turn) {
  switch (turn.role) {
  case 'user':
    return { role: 'user', parts: [{ text: turn.text },
      ...(turn.images ?? []).map(({ mime, data }) => ({ inlineData: { mimeType: mime, data } }))] };
  case 'assistant':
    return { role: 'model', parts: [...(turn.text ? [{ text: turn.text }] : []),
      ...turn.calls.map(({ id, name, args }) => ({ functionCall: { id, name, args } }))] };
  default:
    return { role: 'user', parts: turn.results.map(({ id, name, text }) => ({
      functionResponse: { id, name, response: { output: text } },
    })) };
  }
}

const Modes = { auto: 'AUTO', required: 'ANY', none: 'NONE' };

function bodyOf(model, ask) {
  const { choice } = ask;
  return {
    model, contents: ask.turns.map(contentOf),
    config: {
      systemInstruction: ask.system, temperature: ask.temperature, stopSequences: ask.stop, maxOutputTokens: ask.maxTokens,
      tools: ask.tools && [{ functionDeclarations: ask.tools.map(({ name, description, schema }) => ({
        name, description, parametersJsonSchema: schema,
      })) }],
      toolConfig: choice && { functionCallingConfig: choice.name
        ? { mode: 'ANY', allowedFunctionNames: [choice.name] } : { mode: Modes[choice] } },
      ...(ask.schema ? { responseMimeType: 'application/json', responseJsonSchema: ask.schema } : {}),
      thinkingConfig: ask.thinks ? { thinkingBudget: 2048, includeThoughts: true } : undefined,
    },
  };
}

const Reasons = { STOP: 'stop', MAX_TOKENS: 'length', SAFETY: 'content_filter' };

function heardOf(chunks) {
  const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  const calls = parts.filter((part) => part.functionCall).map(({ functionCall: call }) => ({
    id: call.id, type: 'function', name: call.name, args: call.args,
  }));
  const say = (isThought) => parts.filter((part) => Boolean(part.thought) === isThought)
    .map(({ text }) => text ?? '').join('');
  const reason = chunks.map(({ candidates }) => candidates?.[0]?.finishReason).findLast(Boolean);
  const usage = chunks.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata;
  return {
    text: say(false), thinking: say(true), calls,
    finish: reason === 'STOP' && calls.length ? 'tool_calls' : Reasons[reason] ?? reason,
    usage: usage && { input: usage.promptTokenCount, cached: usage.cachedContentTokenCount ?? 0,
      output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0) },
  };
}

/// A result that is a text which is JSON stays the object that holds it: it must not come back as another.
const resultAs = ({ text }, native) => (!native && text.startsWith('{') ? JSON.stringify({ output: text }) : text);

export default {
  resultAs,
  client: (url) => new GoogleGenAI({ apiKey: 'caller', httpOptions: { baseUrl: url, timeout: 15_000 } }),
  whole: async (client, model, ask) => heardOf([await client.models.generateContent(bodyOf(model, ask))]),
  async streamed(client, model, ask) {
    const chunks = [];
    for await (const chunk of await client.models.generateContentStream(bodyOf(model, ask))) {
      chunks.push(chunk);
    }
    return heardOf(chunks);
  },
  async abort(client, model, ask) {
    const leave = new AbortController();
    const { config, ...rest } = bodyOf(model, ask);
    const stream = await client.models.generateContentStream({ ...rest, config: { ...config, abortSignal: leave.signal } });
    try {
      for await (const chunk of stream) {
        if (chunk.text) {
          leave.abort();
        }
      }
    } catch (error) {
      if (!leave.signal.aborted) {
        throw error;
      }
    }
  },
  malformed: (client, model) => client.models.generateContent({ model, contents: [{ role: 'nobody', parts: [{ text: 'x' }] }] }),
  error: () => ApiError,
  statusOf: (error) => error.status,
  async embed(client, model, texts) {
    const done = await client.models.embedContent({ model, contents: texts });
    return done.embeddings.map(({ values }) => values);
  },
  async models(client) {
    const ids = [];
    for await (const { name } of await client.models.list()) {
      ids.push(name.replace('models/', ''));
    }
    return ids;
  },
  count: async (client, model, ask) => (await client.models.countTokens({ model, contents: ask.turns.map(contentOf) })).totalTokens,
};
