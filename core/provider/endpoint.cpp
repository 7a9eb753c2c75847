// SPDX-License-Identifier: MIT
#include "core/provider/endpoint.h"

#include "core/json/jsonwriter.h"
#include "core/json/value.h"
#include "core/provider/authorization.h"
#include "core/provider/geminitarget.h"
#include "core/provider/oci/ociformat.h"

namespace meridian::provider {

namespace {

using model::BackendSettings;
using model::OciFormat;
using model::Provider;
using model::VertexPublisher;

bool isOpenAi(Dialect dialect) noexcept
{
    return dialect == Dialect::OpenAiChat || dialect == Dialect::OpenAiCompletions ||
           dialect == Dialect::OpenAiResponses || dialect == Dialect::OpenAiOther;
}

bool isOllama(Dialect dialect) noexcept
{
    return dialect == Dialect::OllamaChat || dialect == Dialect::OllamaGenerate;
}

/// Translated as far as it can be; `canCount`: the provider has a way to count tokens.
Passage foreign(Operation operation, bool canEmbed, bool canCount) noexcept
{
    switch (operation) {
    case Operation::Generate:
        return Passage::Translated;
    case Operation::Embed:
        return canEmbed ? Passage::Translated : Passage::None;
    case Operation::CountTokens:
        return canCount ? Passage::Translated : Passage::Estimated;
    default:
        return Passage::None;
    }
}

/// Servers that speak OpenAI's dialects: OpenAI itself, Azure, engines, OCI's compatible endpoint.
Passage openAiPassage(const BackendSettings &backend, Dialect dialect, Operation operation) noexcept
{
    if (dialect == Dialect::Anthropic && backend.options.nativeMessages) {
        return Passage::Native;
    }
    if (!isOpenAi(dialect)) {
        return foreign(operation, true, false);
    }
    if (operation == Operation::CountTokens) { // engines do not have it
        return isOpenAiItself(backend) ? Passage::Native : Passage::Estimated;
    }
    if (dialect == Dialect::OpenAiResponses && !backend.options.nativeResponses) {
        return Passage::Translated;
    }
    return Passage::Native;
}

bool isVertexAnthropic(const BackendSettings &backend, std::string_view modelName) noexcept
{
    const VertexPublisher publisher = backend.options.publisher;
    return publisher == VertexPublisher::Anthropic ||
           (publisher == VertexPublisher::Auto && modelName.starts_with("claude"));
}

/// The path without "/v1", and the query with its '?'.
struct Parts
{
    std::string_view path;
    std::string_view query;
};

Parts partsOf(std::string_view target) noexcept
{
    const std::size_t mark = std::min(target.find('?'), target.size());
    return {target.substr(0, mark), target.substr(mark)};
}

void appendAzure(std::string &out,
                 const BackendSettings &backend,
                 std::string_view target,
                 std::string_view modelName)
{
    Parts parts = partsOf(target);
    if (parts.path.starts_with("/v1/")) {
        parts.path.remove_prefix(3);
    }
    const model::ProviderOptions &options = backend.options;
    if (options.apiVersion.empty()) {
        out.append("/openai/v1").append(parts.path).append(parts.query);
        return;
    }
    out.append("/openai/deployments/");
    appendPathSegment(out, options.deployment.empty() ? modelName : options.deployment);
    out.append(parts.path).append(parts.query.empty() ? "?" : parts.query);
    out.append(parts.query.empty() ? "" : "&").append("api-version=").append(options.apiVersion);
}

void appendVertex(std::string &out,
                  const BackendSettings &backend,
                  std::string_view project,
                  std::string_view publisher,
                  std::string_view modelName,
                  std::string_view verb,
                  std::string_view query)
{
    const model::ProviderOptions &options = backend.options;
    out.append("/v1/projects/");
    appendPathSegment(out, options.project.empty() ? project : options.project);
    out.append("/locations/");
    appendPathSegment(out, options.location);
    out.append("/publishers/").append(publisher).append("/models/");
    appendPathSegment(out, modelName);
    out.append(":").append(verb).append(query);
}

std::string_view geminiVerb(const Call &call, bool isVertex) noexcept
{
    switch (call.operation) {
    case Operation::CountTokens:
        return "countTokens";
    case Operation::Embed:
        return isVertex ? "predict" : "batchEmbedContents";
    default:
        return call.isStream ? "streamGenerateContent" : "generateContent";
    }
}

std::string_view anthropicPath(Operation operation) noexcept
{
    return operation == Operation::CountTokens ? "/v1/messages/count_tokens" : "/v1/messages";
}

void appendGemini(std::string &out,
                  const BackendSettings &backend,
                  const Call &call,
                  Passage passage)
{
    std::string_view verb = geminiVerb(call, backend.provider == Provider::VertexAi);
    std::string query = call.isStream ? "?alt=sse" : "";
    if (passage == Passage::Native) {
        const GeminiTarget asked = parseGeminiTarget(call.target);
        verb = asked.verb;
        query = queryWithoutKey(asked.query);
    }
    if (backend.provider == Provider::VertexAi) {
        appendVertex(out, backend, call.project, "google", call.model, verb, query);
        return;
    }
    out.append("/v1beta/models/");
    appendPathSegment(out, call.model);
    out.append(":").append(verb).append(query);
}

void appendTranslatedTarget(std::string &out, const BackendSettings &backend, const Call &call)
{
    const std::string_view openAiPath =
        call.operation == Operation::Embed ? "/v1/embeddings" : "/v1/chat/completions";
    switch (backend.provider) {
    case Provider::OpenAi:
        out.append(openAiPath);
        return;
    case Provider::AzureOpenAi:
        appendAzure(out, backend, openAiPath, call.model);
        return;
    case Provider::Anthropic:
        out.append(anthropicPath(call.operation));
        return;
    case Provider::Oci:
        if (call.operation == Operation::Embed) {
            out.append("/20231130/actions/embedText");
        } else if (backend.options.format == OciFormat::OpenAi) {
            out.append("/openai/v1/chat/completions");
        } else {
            out.append("/20231130/actions/chat");
        }
        return;
    case Provider::Ollama:
        out.append(call.operation == Operation::Embed ? "/api/embed" : "/api/chat");
        return;
    default:
        appendGemini(out, backend, call, Passage::Translated);
    }
}

} // namespace

Passage passageOf(const BackendSettings &backend,
                  Dialect dialect,
                  Operation operation,
                  std::string_view modelName) noexcept
{
    switch (backend.provider) {
    case Provider::OpenAi:
    case Provider::AzureOpenAi:
        return openAiPassage(backend, dialect, operation);
    case Provider::Anthropic:
        return dialect == Dialect::Anthropic ? Passage::Native : foreign(operation, false, true);
    case Provider::Google:
        return dialect == Dialect::Gemini ? Passage::Native : foreign(operation, true, true);
    case Provider::VertexAi:
        if (isVertexAnthropic(backend, modelName)) {
            return dialect == Dialect::Anthropic ? Passage::Native
                                                 : foreign(operation, false, true);
        }
        // Vertex AI has vectors under another method, in another form
        return dialect == Dialect::Gemini && operation != Operation::Embed
                   ? Passage::Native
                   : foreign(operation, true, true);
    case Provider::Oci:
        if (backend.options.format == OciFormat::OpenAi && operation != Operation::Embed) {
            return operation == Operation::Other ? Passage::None // uploads cannot be signed
                                                 : openAiPassage(backend, dialect, operation);
        }
        return foreign(operation, true, false);
    case Provider::Ollama:
        return isOllama(dialect) ? Passage::Native : foreign(operation, true, false);
    }
    return Passage::None;
}

Dialect dialectOf(const BackendSettings &backend, std::string_view modelName) noexcept
{
    switch (backend.provider) {
    case Provider::Anthropic:
        return Dialect::Anthropic;
    case Provider::Google:
        return Dialect::Gemini;
    case Provider::VertexAi:
        return isVertexAnthropic(backend, modelName) ? Dialect::Anthropic : Dialect::Gemini;
    case Provider::Oci:
        return ociDialect(backend.options.format, modelName);
    case Provider::Ollama:
        return Dialect::OllamaChat;
    default:
        return Dialect::OpenAiChat;
    }
}

void appendTarget(std::string &out,
                  const BackendSettings &backend,
                  const Call &call,
                  Passage passage)
{
    out.append(backend.basePath);
    const bool isVertexClaude =
        backend.provider == Provider::VertexAi && isVertexAnthropic(backend, call.model);
    if (isVertexClaude) {
        const bool isCount = call.operation == Operation::CountTokens;
        appendVertex(out, backend, call.project, "anthropic", isCount ? "count-tokens" : call.model,
                     call.isStream ? "streamRawPredict" : "rawPredict", {});
    } else if (passage == Passage::Translated) {
        appendTranslatedTarget(out, backend, call);
    } else if (backend.provider == Provider::AzureOpenAi) {
        appendAzure(out, backend, call.target, call.model);
    } else if (call.dialect == Dialect::Gemini) {
        appendGemini(out, backend, call, Passage::Native);
    } else if (backend.provider == Provider::Oci) {
        out.append("/openai").append(call.target);
    } else {
        out.append(call.target);
    }
}

bool needsNativeRework(const BackendSettings &backend,
                       Dialect dialect,
                       std::string_view modelName) noexcept
{
    return backend.provider == Provider::VertexAi && dialect == Dialect::Anthropic &&
           isVertexAnthropic(backend, modelName);
}

std::string nativeRework(std::string_view body, Operation operation, std::string_view modelName)
{
    constexpr std::string_view Version = "anthropic_version";
    std::string out = "{";
    out.reserve(body.size() + 64);
    out.append("\"").append(Version).append("\":\"vertex-2023-10-16\"");
    json::Value(body.substr(body.find('{'))).members([&](json::Value name, json::Value value) {
        const bool isModel = name.is("model");
        const bool isOurs = name.is(Version) || (isModel && operation != Operation::CountTokens);
        if (isModel && !isOurs && !modelName.empty()) {
            out.append(",\"model\":");
            json::appendString(out, modelName);
        } else if (!isOurs) {
            out.append(",").append(name.raw()).append(":").append(value.raw());
        }
    });
    out.append("}");
    return out;
}

} // namespace meridian::provider
