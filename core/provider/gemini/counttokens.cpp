// SPDX-License-Identifier: MIT
#include "core/provider/gemini/counttokens.h"

#include "core/json/jsonwriter.h"

#include <algorithm>
#include <array>

namespace meridian::provider::gemini {

std::string countTokensBody(json::Value request, std::string_view model, CountFlavour flavour)
{
    // what CountTokensRequest of Vertex AI has in common with GenerateContentRequest
    constexpr std::array<std::string_view, 4> Counted{"contents", "systemInstruction", "tools",
                                                      "generationConfig"};
    json::JsonWriter out;
    out.beginObject();
    if (flavour == CountFlavour::GeminiApi) {
        const std::string name =
            model.starts_with("models/") ? std::string(model) : "models/" + std::string(model);
        out.key("generateContentRequest").beginObject().string("model", name);
    }
    request.members([&](json::Value name, json::Value value) {
        const bool isCounted = std::any_of(Counted.begin(), Counted.end(),
                                           [&](std::string_view each) { return name.is(each); });
        if (flavour == CountFlavour::GeminiApi ? !name.is("model") : isCounted) {
            out.raw(name.text(), value.raw());
        }
    });
    if (flavour == CountFlavour::GeminiApi) {
        out.endObject();
    }
    out.endObject();
    return out.take();
}

std::optional<TokenCount> readTokenCount(json::Value body)
{
    const auto total = body["totalTokens"].integer();
    if (!total || *total < 0) {
        return std::nullopt;
    }
    TokenCount count{static_cast<std::uint64_t>(*total), std::nullopt};
    if (const auto cached = body["cachedContentTokenCount"].integer(); cached && *cached >= 0) {
        count.cached = static_cast<std::uint64_t>(*cached);
    }
    return count;
}

std::string writeTokenCount(const TokenCount &count)
{
    json::JsonWriter out;
    out.beginObject().integer("totalTokens", static_cast<std::int64_t>(count.total));
    if (count.cached) {
        out.integer("cachedContentTokenCount", static_cast<std::int64_t>(*count.cached));
    }
    out.endObject();
    return out.take();
}

} // namespace meridian::provider::gemini
