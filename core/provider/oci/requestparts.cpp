// SPDX-License-Identifier: MIT
#include "core/provider/oci/requestparts.h"

#include "core/provider/common.h"

namespace meridian::provider::oci {

namespace {

constexpr std::int64_t DefaultMaxTokens = 4096;

void number(json::JsonWriter &out, std::string_view name, const Number &value)
{
    if (!value.empty()) {
        out.raw(name, value);
    }
}

} // namespace

void beginBody(json::JsonWriter &out, const RequestContext &context, std::string_view apiFormat)
{
    out.beginObject().string("compartmentId", context.options.compartmentId);
    out.key("servingMode").beginObject();
    if (!context.options.endpointId.empty()) {
        out.string("servingType", "DEDICATED").string("endpointId", context.options.endpointId);
    } else {
        out.string("servingType", "ON_DEMAND").string("modelId", context.model);
    }
    out.endObject();
    out.key("chatRequest").beginObject().string("apiFormat", apiFormat);
}

std::int64_t maxTokensOf(const ChatRequest &request, const RequestContext &context)
{
    return request.maxTokens.value_or(context.options.defaultMaxTokens.value_or(DefaultMaxTokens));
}

void writeStream(json::JsonWriter &out, const ChatRequest &request)
{
    out.boolean("isStream", request.isStream);
    if (request.isStream) {
        out.key("streamOptions").beginObject().boolean("isIncludeUsage", true).endObject();
    }
}

void writeSampling(json::JsonWriter &out, const ChatRequest &request)
{
    number(out, "temperature", request.temperature);
    number(out, "topP", request.topP);
    number(out, "topK", request.topK);
    number(out, "seed", request.seed);
    number(out, "frequencyPenalty", request.frequencyPenalty);
    number(out, "presencePenalty", request.presencePenalty);
}

void writeStops(json::JsonWriter &out, std::string_view name, const ChatRequest &request)
{
    if (request.stop.empty()) {
        return;
    }
    out.key(name).beginArray();
    for (const std::string &stop : request.stop) {
        out.string(stop);
    }
    out.endArray();
}

void writeText(json::JsonWriter &out, std::string_view text)
{
    out.beginObject().string("type", "TEXT").string("text", text).endObject();
}

void writeImageUrl(json::JsonWriter &out, const Part &image, std::string_view url)
{
    out.key("imageUrl").beginObject().string("url", url);
    if (image.detail == "low" || image.detail == "high" || image.detail == "auto") {
        out.string("detail", upper(image.detail));
    }
    out.endObject();
}

std::string resultText(const Part &result, const std::string &path, Fidelity &fidelity)
{
    std::string text;
    for (std::size_t i = 0; i < result.parts.size(); ++i) {
        const Part &part = result.parts[i];
        if (part.kind == Part::Kind::Text) {
            text.append(part.text);
        } else if (part.source.kind == Source::Kind::Text) {
            text.append(part.source.data);
        } else {
            fidelity.dropped(path + ".content[" + std::to_string(i) + "]",
                             "a tool's result is only text there");
        }
    }
    return text;
}

std::string turnPath(std::size_t turn)
{
    return "messages[" + std::to_string(turn) + "]";
}

std::string partPath(std::size_t turn, std::size_t part)
{
    return turnPath(turn) + ".content[" + std::to_string(part) + "]";
}

Reasoning::Effort effortToAsk(const Reasoning &reasoning, Fidelity &fidelity)
{
    using Effort = Reasoning::Effort;
    if (reasoning.effort == Effort::XHigh || reasoning.effort == Effort::Max) {
        fidelity.approximated("reasoning_effort", "the provider's highest effort is high");
        return Effort::High;
    }
    if (reasoning.effort != Effort::Unset) {
        return reasoning.effort;
    }
    if (reasoning.isEnabled == false) {
        return Effort::None;
    }
    if (reasoning.budget) {
        fidelity.approximated("thinking", "a budget becomes an effort");
        return effortOfBudget(*reasoning.budget);
    }
    if (reasoning.isEnabled == true || reasoning.isAdaptive) {
        fidelity.approximated("thinking", "how much is left to the model");
    }
    return Effort::Unset;
}

std::string upper(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
    }
    return out;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return out;
}

} // namespace meridian::provider::oci
