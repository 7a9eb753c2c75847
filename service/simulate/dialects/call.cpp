// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/call.h"

#include "core/provider/geminitarget.h"

#include <span>

namespace meridian::simulate {

namespace {

using provider::Dialect;
using provider::EmbeddingDialect;

struct Row
{
    std::string_view path; // of Gemini: the verb behind the model
    std::string_view method;
    Task task;
    Dialect dialect = Dialect::OpenAiChat;
    EmbeddingDialect embedding = EmbeddingDialect::OpenAi;
};

constexpr Row Common[] = {
    {"/stats", "GET", Task::Stats},
    {"/health", "GET", Task::Health},
};

constexpr Row Anthropic[] = {
    {"/v1/messages", "POST", Task::Generate, Dialect::Anthropic},
    {"/v1/messages/count_tokens", "POST", Task::Count, Dialect::Anthropic},
    {"/v1/models", "GET", Task::Models},
};

constexpr Row Ollama[] = {
    {"/api/chat", "POST", Task::Generate, Dialect::OllamaChat},
    {"/api/generate", "POST", Task::Generate, Dialect::OllamaGenerate},
    {"/api/embed", "POST", Task::Embed, Dialect::OllamaChat, EmbeddingDialect::Ollama},
    {"/api/embeddings", "POST", Task::Embed, Dialect::OllamaChat, EmbeddingDialect::OllamaOld},
    {"/api/tags", "GET", Task::Models},
    {"/api/ps", "GET", Task::Running},
    {"/api/show", "POST", Task::Show},
    {"/api/version", "GET", Task::Version},
    {"/", "GET", Task::Health},
};

constexpr Row Oci[] = {
    {"/20231130/actions/chat", "POST", Task::Generate, Dialect::OciGeneric},
    {"/20231130/actions/embedText", "POST", Task::Embed, Dialect::OciGeneric,
     EmbeddingDialect::Oci},
};

constexpr Row GeminiVerbs[] = {
    {"generateContent", "POST", Task::Generate, Dialect::Gemini},
    {"streamGenerateContent", "POST", Task::Generate, Dialect::Gemini},
    {"countTokens", "POST", Task::Count, Dialect::Gemini},
    {"embedContent", "POST", Task::Embed, Dialect::Gemini, EmbeddingDialect::GeminiSingle},
    {"batchEmbedContents", "POST", Task::Embed, Dialect::Gemini, EmbeddingDialect::GeminiBatch},
    {"predict", "POST", Task::Embed, Dialect::Gemini, EmbeddingDialect::Vertex},
};

constexpr Row ClaudeVerbs[] = {
    {"rawPredict", "POST", Task::Generate, Dialect::Anthropic},
    {"streamRawPredict", "POST", Task::Generate, Dialect::Anthropic},
};

void take(Call &call, std::span<const Row> rows, std::string_view name, std::string_view method)
{
    for (const Row &row : rows) {
        if (row.path != name) {
            continue;
        }
        call.task = row.method == method ? row.task : Task::WrongMethod;
        call.dialect = row.dialect;
        call.embedding = row.embedding;
        call.allowed = row.method;
    }
}

/// Paths with a model in them: `…/models/{model}[:{verb}]`.
void takeModelPath(Call &call, Protocol protocol, std::string_view method)
{
    const std::string_view path = std::string_view(call.target).substr(0, call.target.find('?'));
    const provider::GeminiTarget parts = provider::parseGeminiTarget(path);
    if (parts.model.empty()) {
        if (protocol == Protocol::Gemini && (path == "/v1beta/models" || path == "/v1/models")) {
            call.task = method == "GET" ? Task::Models : Task::WrongMethod;
            call.allowed = "GET";
        }
        return;
    }
    const bool isClaude = path.find("/publishers/anthropic/") != std::string_view::npos;
    call.isVertex = path.starts_with("/v1/projects/");
    call.model = provider::percentDecoded(parts.model);
    std::string verb = provider::percentDecoded(parts.verb);
    if (const std::size_t colon = call.model.rfind(':');
        verb.empty() && colon != std::string::npos) {
        verb = call.model.substr(colon + 1);
        call.model.resize(colon);
    }
    if (verb.empty()) {
        call.task = method == "GET" ? Task::Model : Task::WrongMethod;
        call.allowed = "GET";
    } else if (protocol == Protocol::Anthropic && isClaude && call.isVertex) {
        take(call, ClaudeVerbs, verb, method);
        if (call.model == "count-tokens" && call.task == Task::Generate) {
            call.task = Task::Count;
            call.model.clear(); // the body says it
        }
    } else if (protocol == Protocol::Gemini && !isClaude) {
        take(call, GeminiVerbs, verb, method);
    }
}

} // namespace

Call callOf(Protocol protocol, std::string_view method, std::string_view target)
{
    method = method == "HEAD" ? "GET" : method;
    Call call;
    call.target = target;
    const std::string_view path = target.substr(0, target.find('?'));
    take(call, Common, path, method);
    if (protocol == Protocol::Anthropic) {
        take(call, Anthropic, path, method);
    } else if (protocol == Protocol::Ollama) {
        take(call, Ollama, path, method);
    } else if (protocol == Protocol::Oci) {
        take(call, Oci, path, method);
    }
    if (call.task == Task::Unknown &&
        (protocol == Protocol::Anthropic || protocol == Protocol::Gemini)) {
        takeModelPath(call, protocol, method);
    }
    return call;
}

} // namespace meridian::simulate
