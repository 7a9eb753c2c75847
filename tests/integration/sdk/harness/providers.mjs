// SPDX-License-Identifier: MIT
// The providers behind the gateway: how each is configured, reached, and what its requests must look like.
import { answerBatchEmbed, answerGenerate, answerPredict, googleError, understandGenerate } from '../upstream/gemini.mjs';
import { answerChat, answerCompletion, answerEmbeddings, openAiError, understandChat, understandCompletion } from '../upstream/openai.mjs';
import { answerCohere, understandCohere } from '../upstream/ocicohere.mjs';
import { answerCohereV2, answerEmbedText, answerGeneric, ociError, openEnvelope, understandMessagesOf } from '../upstream/oci.mjs';
import { answerMessages, anthropicError, understandMessages } from '../upstream/anthropic.mjs';
import { answerOllamaChat, answerOllamaEmbed, answerOllamaGenerate, ollamaError, understandOllamaChat, understandOllamaGenerate } from '../upstream/ollama.mjs';
import { answerResponses, understandResponses } from '../upstream/responses.mjs';
import { claimsOf, isSignedForOci } from './keys.mjs';
import { EventStream, Json, JsonLines } from './upstream.mjs';
import { must } from './wire.mjs';

export const CountedTokens = 4242;

const plain = (answer, understand) => ({ understand, contentType: Json, answer: (...all) => [JSON.stringify(answer(...all))] });
const streamed = (isStream, understand, answer, type = EventStream) => ({ understand, answer, contentType: isStream ? type : Json });

function openAiRoute(prefix, mayResponses, isAuthentic) {
  return (request, body) => {
    must(isAuthentic(request.headers), `the key: ${JSON.stringify(request.headers)}`);
    switch (request.url) {
    case `${prefix}/chat/completions`:
      return streamed(body.stream, () => understandChat(body), (script) => answerChat(script, body));
    case `${prefix}/completions`:
      return streamed(body.stream, () => understandCompletion(body), (script) => answerCompletion(script, body));
    case `${prefix}/embeddings`:
      return plain(() => answerEmbeddings(body));
    case `${prefix}/responses`:
      return mayResponses && streamed(body.stream, () => understandResponses(body), (script) => answerResponses(script, body));
    default:
      return null;
    }
  };
}

function anthropicRoute({ headers, url }, body) {
  must(headers['x-api-key'] === 'anthropic-key' && headers['anthropic-version'], 'x-api-key, anthropic-version');
  const path = url.split('?')[0];
  must(body.model === 'claude-haiku-4-5', 'model');
  if (path === '/v1/messages/count_tokens') {
    return plain(() => ({ input_tokens: CountedTokens }));
  }
  return path === '/v1/messages'
    ? streamed(body.stream, () => understandMessages(body), (script) => answerMessages(script, body)) : null;
}

function geminiTarget(prefix, url, body) {
  const [, model, verb] = new RegExp(`^${prefix}/([^:/]+):([a-zA-Z]+)(\\?alt=sse)?$`).exec(url) ?? [];
  const isStream = verb === 'streamGenerateContent';
  must(!isStream || url.endsWith('?alt=sse'), 'a stream has alt=sse');
  switch (verb) {
  case 'generateContent':
  case 'streamGenerateContent':
    return streamed(isStream, () => understandGenerate(body, isStream), (script) => answerGenerate(script, isStream, model));
  case 'countTokens':
    must((body.generateContentRequest ?? body).contents, 'contents');
    return plain(() => ({ totalTokens: CountedTokens }));
  case 'batchEmbedContents':
    return plain(() => answerBatchEmbed(body));
  case 'embedContent':
    return plain(() => ({ embedding: answerBatchEmbed({ requests: [body] }).embeddings[0] }));
  case 'predict':
    return plain(() => answerPredict(body));
  default:
    return null;
  }
}

function googleRoute({ headers, url }, body) {
  must(headers['x-goog-api-key'] === 'google-key', 'x-goog-api-key');
  return geminiTarget('/v1beta/models', url, body);
}

const VertexPath = '/v1/projects/sim-project/locations/global/publishers';

function vertexRoute(issued) {
  return ({ headers, url }, body) => {
    must(issued.has(headers.authorization), 'a token of the token endpoint');
    return geminiTarget(`${VertexPath}/google/models`, url, body);
  };
}

function vertexClaudeRoute(issued) {
  return ({ headers, url }, body) => {
    must(issued.has(headers.authorization), 'a token of the token endpoint');
    must(body.anthropic_version === 'vertex-2023-10-16', 'anthropic_version');
    const path = decodeURIComponent(url.split('?')[0]);
    if (path === `${VertexPath}/anthropic/models/count-tokens:rawPredict`) {
      must(body.model, 'a count names its model');
      return plain(() => ({ input_tokens: CountedTokens }));
    }
    must(body.model === undefined, 'the model is in the path');
    const verb = body.stream ? 'streamRawPredict' : 'rawPredict';
    return path === `${VertexPath}/anthropic/models/claude-haiku-4-5@20251001:${verb}`
      ? streamed(body.stream, () => understandMessages(body), (script) => answerMessages(script, body)) : null;
  };
}

function ociRoute(key, format, understand, answer) {
  return (request, body, bytes) => {
    must(isSignedForOci(request, bytes, key.publicKey), 'the signature');
    must(request.headers.authorization.includes(`ocid1.tenancy.oc1..sim/ocid1.user.oc1..sim/${key.fingerprint}`), 'keyId');
    if (request.url === '/20231130/actions/embedText') {
      return plain(() => answerEmbedText(body));
    }
    const chat = openEnvelope(body);
    must(chat.apiFormat === format, `apiFormat ${chat.apiFormat}`);
    const model = body.servingMode.modelId;
    return request.url === '/20231130/actions/chat'
      ? streamed(chat.isStream, () => understand(chat), (script) => answer(script, chat, model)) : null;
  };
}

function ollamaRoute({ url }, body) {
  const isStream = body.stream !== false;
  switch (url) {
  case '/api/chat':
    return streamed(isStream, () => understandOllamaChat(body), (script) => answerOllamaChat(script, body), JsonLines);
  case '/api/generate':
    return streamed(isStream, () => understandOllamaGenerate(body), (script) => answerOllamaGenerate(script, body), JsonLines);
  case '/api/embed':
    return plain(() => answerOllamaEmbed(body));
  default:
    return null;
  }
}

/// A token endpoint of Google's kind: trades a JWT of the service account for a token.
export function tokenRoute(key, issued, url) {
  return (assertion) => {
    const claims = claimsOf(assertion, key.publicKey);
    if (claims?.iss !== 'sim@sim-project.iam.gserviceaccount.com' || claims.aud !== url()) {
      return null;
    }
    const token = `ya29.sim-${issued.size}`;
    issued.add(`Bearer ${token}`);
    return token;
  };
}

/// One row per provider; `backend` is its entry in the configuration, but for the address.
export function providers({ ociKey, googleFile, tokenUrl, issued }) {
  const bearer = (key) => ({ authorization }) => authorization === `Bearer ${key}`;
  const oci = (format, name) => ({
    provider: 'oci_genai', model: name, options: {
      compartment_id: 'ocid1.compartment.oc1..sim', format,
      credentials: { type: 'oci_api_key', user: 'ocid1.user.oc1..sim', tenancy: 'ocid1.tenancy.oc1..sim', key_file: ociKey.file },
    },
  });
  const vertex = (name, publisher) => ({
    provider: 'google_vertex_ai', model: name, options: {
      project: 'sim-project', location: 'global', publisher,
      credentials: { type: 'service_account', file: googleFile, token_url: tokenUrl },
    },
  });
  return {
    openai: { route: openAiRoute('/v1', true, bearer('openai-key')), error: openAiError,
      backend: { provider: 'openai', model: 'gpt-5-mini', api_key: 'openai-key' } },
    engine: { route: openAiRoute('/v1', false, () => true), error: openAiError,
      backend: { provider: 'openai', model: 'qwen3-72b', options: { native_responses: false } } },
    azure: { route: openAiRoute('/openai/v1', true, (headers) => headers['api-key'] === 'azure-key'), error: openAiError,
      backend: { provider: 'azure_openai', model: 'gpt-5-eu', api_key: 'azure-key' } },
    anthropic: { route: anthropicRoute, error: anthropicError,
      backend: { provider: 'anthropic', model: 'claude-haiku-4-5', api_key: 'anthropic-key' } },
    google: { route: googleRoute, error: googleError,
      backend: { provider: 'google', model: 'gemini-2.5-pro', api_key: 'google-key' } },
    vertex: { route: vertexRoute(issued), error: googleError, backend: vertex('gemini-2.5-flash', 'google') },
    vertex_claude: { route: vertexClaudeRoute(issued), error: anthropicError,
      backend: vertex('claude-haiku-4-5@20251001', 'anthropic') },
    oci_generic: { route: ociRoute(ociKey, 'GENERIC', understandMessagesOf, answerGeneric), error: ociError,
      backend: oci('generic', 'meta.llama-4-maverick') },
    oci_cohere: { route: ociRoute(ociKey, 'COHERE', understandCohere, answerCohere), error: ociError,
      backend: oci('cohere', 'cohere.command-r-plus') },
    oci_coherev2: { route: ociRoute(ociKey, 'COHEREV2', understandMessagesOf, answerCohereV2), error: ociError,
      backend: oci('cohere_v2', 'cohere.command-a-reasoning') },
    ollama: { route: ollamaRoute, error: ollamaError, backend: { provider: 'ollama', model: 'llama3.2' } },
  };
}
