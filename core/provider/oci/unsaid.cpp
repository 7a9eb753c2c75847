// SPDX-License-Identifier: MIT
// Loud about what OCI cannot be told: the half of lossless-or-loud that no format differs in.
#include "core/provider/oci/requestparts.h"

namespace meridian::provider::oci {

namespace {

constexpr std::string_view NoPlace = "the provider has no such field";

/// OpenAI's default said aloud; every other extra changes something or might.
bool isHarmless(const Extra &extra)
{
    return extra.json == "null" || (extra.name == "store" && extra.json == "false");
}

void reportExtras(const std::vector<Extra> &extras, const std::string &owner, Fidelity &fidelity)
{
    for (const Extra &extra : extras) {
        if (!isHarmless(extra)) {
            fidelity.dropped(owner.empty() ? extra.name : owner + "." + extra.name, NoPlace);
        }
    }
}

void reportMark(const CacheMark &mark, Fidelity &fidelity)
{
    if (mark.isSet) { // one entry for all: a conversation has many, and they are one wish
        fidelity.dropped("cache_control", "the provider decides itself what it caches");
    }
}

void reportPart(const Part &part, const std::string &path, Fidelity &fidelity)
{
    reportExtras(part.extras, path, fidelity);
    reportMark(part.cache, fidelity);
    if (part.kind == Part::Kind::ToolCall && !part.signature.empty()) {
        fidelity.dropped(path + ".signature", NoPlace);
    }
    for (std::size_t i = 0; i < part.parts.size(); ++i) { // results do not nest
        const std::string inner = path + ".content[" + std::to_string(i) + "]";
        reportExtras(part.parts[i].extras, inner, fidelity);
        reportMark(part.parts[i].cache, fidelity);
    }
}

void reportTools(const ChatRequest &request, Fidelity &fidelity)
{
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        const Tool &tool = request.tools[i];
        const std::string path = "tools[" + std::to_string(i) + "]";
        if (tool.kind == Tool::Kind::Hosted) {
            fidelity.dropped(path, "the provider does not run this tool");
        }
        reportExtras(tool.extras, path, fidelity);
        reportMark(tool.cache, fidelity);
    }
}

void reportCohere(const ChatRequest &request, Fidelity &fidelity)
{
    const auto unless = [&](bool isUnset, std::string path) {
        if (!isUnset) {
            fidelity.dropped(std::move(path), NoPlace);
        }
    };
    unless(request.logitBias.empty(), "logit_bias");
    unless(request.metadata.empty(), "metadata");
    unless(request.serviceTier.empty() || request.serviceTier == "auto", "service_tier");
    unless(request.verbosity.empty(), "verbosity");
    unless(request.parallelToolCalls.value_or(true), "parallel_tool_calls");
    for (std::size_t i = 0; i < request.turns.size(); ++i) {
        unless(request.turns[i].name.empty(), turnPath(i) + ".name");
    }
}

} // namespace

void reportUnsaid(const ChatRequest &request, bool isCohere, Fidelity &fidelity)
{
    reportExtras(request.extras, {}, fidelity);
    reportTools(request, fidelity);
    for (std::size_t i = 0; i < request.turns.size(); ++i) {
        const Turn &turn = request.turns[i];
        reportExtras(turn.extras, turnPath(i), fidelity);
        for (std::size_t j = 0; j < turn.parts.size(); ++j) {
            reportPart(turn.parts[j], partPath(i, j), fidelity);
        }
    }
    const auto unless = [&](bool isUnset, const char *path, std::string_view reason = NoPlace) {
        if (!isUnset) {
            fidelity.dropped(path, reason);
        }
    };
    unless(request.minP.empty(), "min_p");
    unless(request.repeatPenalty.empty(), "repeat_penalty");
    unless(request.keepAlive.empty(), "keep_alive");
    unless(request.user.empty(), "user");
    unless(request.reasoning.summary.empty(), "reasoning.summary");
    // asking for what a translated answer cannot tell would only cost
    unless(request.choices.value_or(1) == 1, "n", "one answer is told");
    unless(!request.logprobs.value_or(false) && request.topLogprobs.value_or(0) == 0, "logprobs",
           "a translated answer has none");
    if (isCohere) {
        reportCohere(request, fidelity);
    }
}

} // namespace meridian::provider::oci
