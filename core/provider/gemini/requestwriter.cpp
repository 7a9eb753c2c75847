// SPDX-License-Identifier: MIT
#include "core/provider/gemini/requestwriter.h"

#include "core/json/jsonwriter.h"
#include "core/provider/gemini/configreader.h"
#include "core/provider/gemini/configwriter.h"
#include "core/provider/gemini/contentwriter.h"
#include "core/provider/gemini/jsonarray.h"
#include "core/provider/gemini/toolwriter.h"

#include <algorithm>

namespace meridian::provider::gemini {

namespace {

bool isLabel(std::string_view text)
{
    constexpr std::size_t MaxLabel = 63;
    return !text.empty() && text.size() <= MaxLabel &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

bool isLabelKey(std::string_view text)
{
    return isLabel(text) && text[0] >= 'a' && text[0] <= 'z';
}

/// Vertex AI's labels, the only place for metadata; the Gemini API has none.
void writeLabels(json::JsonWriter &out,
                 const ChatRequest &request,
                 const RequestContext &context,
                 Fidelity &fidelity)
{
    if (request.origin == Dialect::Gemini) {
        if (!request.metadata.empty()) {
            out.raw("labels", request.metadata);
        }
        return;
    }
    const bool isVertex = !context.options.project.empty();
    json::JsonWriter labels;
    labels.beginObject();
    json::Value(request.metadata).members([&](json::Value name, json::Value value) {
        const std::string key = name.text();
        if (isVertex && isLabelKey(key) && key != "user" && isLabel(value.text())) {
            labels.string(key, value.text());
        } else {
            fidelity.dropped("metadata." + key, "no label of Vertex AI can say it");
        }
    });
    if (isVertex && isLabel(request.user)) {
        labels.string("user", request.user);
    } else if (!request.user.empty()) {
        fidelity.dropped("user", "no label of Vertex AI can say it");
    }
    labels.endObject();
    if (labels.text() != "{}") {
        out.raw("labels", labels.text());
    }
}

void writeExtras(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    for (const Extra &extra : request.extras) {
        if (request.origin != Dialect::Gemini) {
            fidelity.dropped(extra.name);
        } else if (extra.name != FramingExtra && extra.name != "toolConfig" &&
                   !extra.name.starts_with(ConfigPrefix)) {
            out.raw(extra.name, extra.json);
        }
    }
}

/// Fields of the neutral model that Gemini has no words for.
void reportFields(const ChatRequest &request, Fidelity &fidelity)
{
    const auto dropped = [&](bool isGiven, const char *path, std::string_view reason = {}) {
        if (isGiven) {
            fidelity.dropped(path, reason);
        }
    };
    dropped(!request.parallelToolCalls.value_or(true), "parallel_tool_calls",
            "Gemini decides how many calls it makes");
    dropped(!request.minP.empty(), "min_p");
    dropped(!request.repeatPenalty.empty(), "repeat_penalty");
    dropped(!request.logitBias.empty() && request.logitBias != "{}", "logit_bias");
    dropped(!request.verbosity.empty() && request.verbosity != "medium", "verbosity");
    dropped(!request.keepAlive.empty(), "keep_alive");
    dropped(!request.serviceTier.empty() && request.serviceTier != "auto" &&
                request.serviceTier != "default",
            "service_tier");
}

} // namespace

std::string
writeRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    json::JsonWriter out;
    ContentWriter contents(request, context, fidelity);
    out.beginObject();
    contents.systemInstruction(out);
    writeTools(out, request, context, fidelity);
    writeExtras(out, request, fidelity);
    if (const std::string config = configOf(request, context, fidelity); config != "{}") {
        out.raw("generationConfig", config);
    }
    writeLabels(out, request, context, fidelity);
    reportFields(request, fidelity);
    contents.contents(out);
    out.endObject();
    return out.take();
}

} // namespace meridian::provider::gemini
