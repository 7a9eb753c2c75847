// SPDX-License-Identifier: MIT
// Reads providers' answers to requests for vectors, and writes them for clients.
#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/provider/embedding.h"
#include "core/provider/vectors.h"

namespace meridian::provider {

namespace {

tl::unexpected<ApiError> unusable(const char *why)
{
    ApiError error;
    error.kind = ErrorClass::Upstream;
    error.message = std::string("the provider's embeddings cannot be used: ") + why;
    return tl::unexpected<ApiError>(std::move(error));
}

/// The vector's array as it stands; empty when it is none.
std::string vectorOf(json::Value value)
{
    if (value.isString()) { // OpenAI's base64, also where it was not asked for
        return vectorOfBase64(value.text()).value_or(std::string());
    }
    return isVector(value) ? std::string(value.raw()) : std::string();
}

void readCount(EmbeddingAnswer &answer, json::Value value)
{
    if (const auto count = value.integer(); count && *count >= 0) {
        answer.inputTokens = static_cast<std::uint64_t>(*count);
    }
}

/// Puts OpenAI's elements in the order of their `index`; without one they stand in order.
bool readOpenAi(EmbeddingAnswer &answer, json::Value body, std::size_t wanted)
{
    const json::Value data = body["data"];
    if (data.count() != wanted) {
        return false;
    }
    answer.vectors.resize(wanted);
    bool isSound = true;
    std::size_t place = 0;
    data.elements([&](json::Value each) {
        const json::Value index = each["index"];
        const auto told =
            index.isAbsent() ? static_cast<std::int64_t>(place) : index.integer().value_or(-1);
        ++place;
        if (told < 0 || static_cast<std::size_t>(told) >= wanted) {
            isSound = false;
            return;
        }
        answer.vectors[static_cast<std::size_t>(told)] = vectorOf(each["embedding"]);
    });
    answer.model = body["model"].text();
    readCount(answer, body["usage"]["prompt_tokens"]);
    return isSound;
}

bool readArray(EmbeddingAnswer &answer, json::Value vectors, std::string_view member)
{
    vectors.elements([&](json::Value each) {
        answer.vectors.push_back(vectorOf(member.empty() ? each : each[member]));
    });
    return vectors.isArray();
}

/// Vertex AI counts the tokens of each text.
bool readVertex(EmbeddingAnswer &answer, json::Value predictions)
{
    std::uint64_t tokens = 0;
    bool isCounted = predictions.count() > 0;
    predictions.elements([&](json::Value each) {
        const json::Value embeddings = each["embeddings"];
        answer.vectors.push_back(vectorOf(embeddings["values"]));
        const auto count = embeddings["statistics"]["token_count"].integer();
        isCounted = isCounted && count && *count >= 0;
        tokens += isCounted ? static_cast<std::uint64_t>(*count) : 0;
    });
    if (isCounted) {
        answer.inputTokens = tokens;
    }
    return predictions.isArray();
}

bool readBody(EmbeddingAnswer &answer,
              EmbeddingDialect provider,
              json::Value body,
              std::size_t wanted)
{
    switch (provider) {
    case EmbeddingDialect::OpenAi:
        return readOpenAi(answer, body, wanted);
    case EmbeddingDialect::Ollama:
        answer.model = body["model"].text();
        readCount(answer, body["prompt_eval_count"]);
        return readArray(answer, body["embeddings"], {});
    case EmbeddingDialect::OllamaOld:
        answer.vectors.push_back(vectorOf(body["embedding"]));
        return true;
    case EmbeddingDialect::GeminiSingle:
        answer.vectors.push_back(vectorOf(body["embedding"]["values"]));
        readCount(answer, body["usageMetadata"]["promptTokenCount"]);
        return true;
    case EmbeddingDialect::GeminiBatch:
        readCount(answer, body["usageMetadata"]["promptTokenCount"]);
        return readArray(answer, body["embeddings"], "values");
    case EmbeddingDialect::Vertex:
        return readVertex(answer, body["predictions"]);
    case EmbeddingDialect::Oci:
        answer.model = body["modelId"].text();
        readCount(answer, body["usage"]["promptTokens"]);
        return readArray(answer, body["embeddings"], {});
    }
    return false;
}

void writeVectors(json::JsonWriter &out, const EmbeddingAnswer &answer, std::string_view member)
{
    out.beginArray();
    for (const std::string &vector : answer.vectors) {
        if (member.empty()) {
            out.raw(vector);
        } else {
            out.beginObject().raw(member, vector).endObject();
        }
    }
    out.endArray();
}

bool writeOpenAi(json::JsonWriter &out,
                 const EmbeddingAnswer &answer,
                 const EmbeddingRequest &request)
{
    out.string("object", "list").key("data").beginArray();
    std::int64_t index = 0;
    for (const std::string &vector : answer.vectors) {
        out.beginObject().string("object", "embedding").integer("index", index++);
        if (!request.wantsBase64) {
            out.raw("embedding", vector);
        } else if (const auto base64 = base64OfVector(json::Value(vector))) {
            out.string("embedding", *base64);
        } else {
            return false;
        }
        out.endObject();
    }
    out.endArray().string("model", request.model);
    const auto tokens = static_cast<std::int64_t>(answer.inputTokens.value_or(0));
    out.key("usage").beginObject().integer("prompt_tokens", tokens);
    out.integer("total_tokens", tokens).endObject();
    return true;
}

void writeOllama(json::JsonWriter &out,
                 const EmbeddingAnswer &answer,
                 const EmbeddingRequest &request)
{
    if (request.origin == EmbeddingDialect::OllamaOld) {
        out.raw("embedding", answer.vectors.empty() ? "[]" : std::string_view(answer.vectors[0]));
        return;
    }
    out.string("model", request.model).key("embeddings");
    writeVectors(out, answer, {});
    out.integer("total_duration", 0).integer("load_duration", 0);
    out.integer("prompt_eval_count", static_cast<std::int64_t>(answer.inputTokens.value_or(0)));
}

void writeGemini(json::JsonWriter &out, const EmbeddingAnswer &answer, bool isBatch)
{
    if (isBatch) {
        out.key("embeddings");
        writeVectors(out, answer, "values");
    } else {
        out.key("embedding").beginObject();
        out.raw("values", answer.vectors.empty() ? "[]" : std::string_view(answer.vectors[0]));
        out.endObject();
    }
    if (answer.inputTokens) {
        out.key("usageMetadata").beginObject();
        out.integer("promptTokenCount", static_cast<std::int64_t>(*answer.inputTokens));
        out.endObject();
    }
}

} // namespace

tl::expected<EmbeddingAnswer, ApiError> readEmbeddingAnswer(EmbeddingDialect provider,
                                                            std::string_view body,
                                                            const EmbeddingRequest &request)
{
    json::Checker checker;
    const auto value = checker.check(body);
    if (!value || !value->isObject()) {
        return unusable("no JSON object");
    }
    EmbeddingAnswer answer;
    if (!readBody(answer, provider, *value, request.inputs.size()) ||
        answer.vectors.size() != request.inputs.size()) {
        return unusable("not one vector for each input");
    }
    for (const std::string &vector : answer.vectors) {
        if (vector.empty()) {
            return unusable("a vector is no array of numbers");
        }
    }
    return answer;
}

tl::expected<std::string, ApiError> writeEmbeddingAnswer(const EmbeddingAnswer &answer,
                                                         const EmbeddingRequest &request)
{
    json::JsonWriter out;
    out.beginObject();
    switch (request.origin) {
    case EmbeddingDialect::Ollama:
    case EmbeddingDialect::OllamaOld:
        writeOllama(out, answer, request);
        break;
    case EmbeddingDialect::GeminiSingle:
    case EmbeddingDialect::GeminiBatch:
        writeGemini(out, answer, request.origin == EmbeddingDialect::GeminiBatch);
        break;
    case EmbeddingDialect::OpenAi:
    case EmbeddingDialect::Vertex:
    case EmbeddingDialect::Oci:
        if (!writeOpenAi(out, answer, request)) {
            return unusable("a number is too large for base64");
        }
        break;
    }
    out.endObject();
    return out.take();
}

tl::expected<std::string, ApiError> translateEmbeddingAnswer(EmbeddingDialect provider,
                                                             std::string_view body,
                                                             const EmbeddingRequest &request)
{
    const auto answer = readEmbeddingAnswer(provider, body, request);
    if (!answer) {
        return tl::unexpected<ApiError>(answer.error());
    }
    return writeEmbeddingAnswer(*answer, request);
}

} // namespace meridian::provider
