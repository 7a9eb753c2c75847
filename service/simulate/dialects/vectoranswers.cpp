// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/vectoranswers.h"

#include "core/json/jsonwriter.h"
#include "service/simulate/dialects/errors.h"
#include "service/simulate/embedding.h"
#include "service/simulate/strict/rules.h"

#include <algorithm>
#include <cmath>

namespace meridian::simulate {

namespace {

using json::Value;
using provider::EmbeddingDialect;

constexpr std::int64_t MostDimensions = 4096;

/// embeddingOf() for the first numbers, more of the same for the others.
std::string vectorOf(std::string_view text, std::int64_t dimensions)
{
    json::JsonWriter out;
    out.beginArray();
    std::array<float, EmbeddingSize> numbers{};
    for (std::int64_t i = 0; i < dimensions; ++i) {
        const auto place = static_cast<std::size_t>(i) % EmbeddingSize;
        if (place == 0) {
            numbers =
                embeddingOf(i == 0 ? std::string(text) : std::string(text) + std::to_string(i));
        }
        out.decimal(static_cast<double>(numbers[place]));
    }
    return out.endArray().take();
}

std::uint64_t tokensOf(std::string_view text) noexcept
{
    return text.size() / 4 + 1;
}

/// Google's :predict and OCI's embedText, which no client speaks.
Rules checkBody(EmbeddingDialect dialect, Value body)
{
    Rules rules("Unrecognized field");
    if (dialect == EmbeddingDialect::Vertex) {
        rules.only(body, {}, {"instances", "parameters"});
        rules.needsArray(body, {}, "instances");
        rules.each(body["instances"], "instances", [&](Value each, const std::string &path) {
            rules.only(each, path, {"content", "task_type", "title"});
            rules.needsText(each, path, "content");
        });
        rules.only(body["parameters"], "parameters", {"autoTruncate", "outputDimensionality"});
        return rules;
    }
    rules.only(body, {},
               {"compartmentId", "servingMode", "inputs", "truncate", "inputType", "isEcho",
                "outputDimensions", "embeddingTypes"});
    rules.needsText(body, {}, "compartmentId");
    rules.needsObject(body, {}, "servingMode");
    rules.needsArray(body, {}, "inputs");
    rules.texts(body, {}, "inputs", 96);
    rules.word(body, {}, "truncate", {"NONE", "START", "END"});
    rules.word(body, {}, "inputType",
               {"SEARCH_DOCUMENT", "SEARCH_QUERY", "CLASSIFICATION", "CLUSTERING", "IMAGE"});
    return rules;
}

std::string writeVertex(Value instances, std::int64_t dimensions)
{
    json::JsonWriter out;
    out.beginObject().key("predictions").beginArray();
    instances.elements([&](Value each) {
        const std::string text = each["content"].text();
        out.beginObject().key("embeddings").beginObject();
        out.raw("values", vectorOf(text, dimensions)).key("statistics").beginObject();
        out.boolean("truncated", false);
        out.integer("token_count", static_cast<std::int64_t>(tokensOf(text)));
        out.endObject().endObject().endObject();
    });
    return out.endArray().endObject().take();
}

std::string
writeOci(Value inputs, std::int64_t dimensions, std::string_view model, std::string_view id)
{
    std::uint64_t tokens = 0;
    json::JsonWriter out;
    out.beginObject().string("id", id).string("modelId", model).string("modelVersion", "1.0");
    out.key("embeddings").beginArray();
    inputs.elements([&](Value each) {
        const std::string text = each.text();
        tokens += tokensOf(text);
        out.raw(vectorOf(text, dimensions));
    });
    out.endArray().key("usage").beginObject();
    out.integer("promptTokens", static_cast<std::int64_t>(tokens));
    out.integer("totalTokens", static_cast<std::int64_t>(tokens)).endObject().endObject();
    return out.take();
}

std::int64_t dimensionsOf(std::optional<std::int64_t> asked)
{
    return std::clamp<std::int64_t>(asked.value_or(EmbeddingSize), 1, MostDimensions);
}

} // namespace

Reply vectorReply(const Call &call, std::string_view model, Value body, const Kitchen &kitchen)
{
    const Protocol protocol = kitchen.options.protocol;
    Reply reply;
    if (call.embedding == EmbeddingDialect::Vertex || call.embedding == EmbeddingDialect::Oci) {
        if (const Rules rules = checkBody(call.embedding, body); rules.hasRefused()) {
            return errorOf(protocol, 400, rules.refusal()->message);
        }
        reply.body =
            call.embedding == EmbeddingDialect::Vertex
                ? writeVertex(body["instances"],
                              dimensionsOf(body["parameters"]["outputDimensionality"].integer()))
                : writeOci(body["inputs"], dimensionsOf(body["outputDimensions"].integer()), model,
                           kitchen.id);
        return reply;
    }
    auto request = provider::readEmbeddingRequest(call.embedding, body, call.target);
    if (!request) {
        return errorOf(protocol, 400, request.error().message);
    }
    provider::EmbeddingAnswer answer;
    answer.model = model;
    std::uint64_t tokens = 0;
    for (const provider::EmbeddingInput &input : request->inputs) {
        tokens += tokensOf(input.text);
        answer.vectors.push_back(vectorOf(input.text, dimensionsOf(request->dimensions)));
    }
    answer.inputTokens = tokens;
    auto text = provider::writeEmbeddingAnswer(answer, *request);
    if (!text) {
        return errorOf(protocol, 500, text.error().message);
    }
    reply.body = std::move(*text);
    return reply;
}

} // namespace meridian::simulate
