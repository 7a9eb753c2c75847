// SPDX-License-Identifier: MIT
#include "core/provider/ollama/optionswriter.h"

#include "core/provider/common.h"
#include "core/provider/ollama/contextsize.h"
#include "core/provider/ollama/names.h"

#include <algorithm>
#include <array>

namespace meridian::provider::ollama {

namespace {

/// Writes the object's beginning before its first member only.
class Options
{
public:
    explicit Options(json::JsonWriter &out)
        : m_out(out)
    {
    }

    ~Options()
    {
        if (m_hasBegun) {
            m_out.endObject();
        }
    }

    Options(const Options &) = delete;
    Options &operator=(const Options &) = delete;

    json::JsonWriter &member(std::string_view name)
    {
        if (!m_hasBegun) {
            m_hasBegun = true;
            m_out.key("options").beginObject();
        }
        return m_out.key(name);
    }

    void number(std::string_view name, const Number &value)
    {
        if (!value.empty()) {
            member(name).raw(value);
        }
    }

private:
    json::JsonWriter &m_out;
    bool m_hasBegun = false;
};

/// Hints of other dialects that change nothing about the answer.
bool isHarmless(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 3> Names{"stream_options", "prompt_cache_key",
                                                    "prompt_cache_retention"};
    return std::find(Names.begin(), Names.end(), name) != Names.end();
}

/// Members of /api/generate that /api/chat has not.
bool isOfGenerate(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 4> Names{"template", "context", "raw", "suffix"};
    return std::find(Names.begin(), Names.end(), name) != Names.end();
}

std::string_view budgetPath(Dialect origin) noexcept
{
    return origin == Dialect::Gemini ? "generationConfig.thinkingConfig.thinkingBudget"
                                     : "thinking.budget_tokens";
}

/// "-1" and "300" are seconds and must be numbers; "5m" must be a string.
void writeDuration(json::JsonWriter &out, std::string_view text)
{
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    const bool isNumber = !digits.empty() &&
                          digits.find_first_not_of("0123456789") == std::string_view::npos &&
                          (digits.size() == 1 || digits.front() != '0');
    if (isNumber) {
        out.raw("keep_alive", text);
    } else {
        out.string("keep_alive", text);
    }
}

} // namespace

void writeOptions(json::JsonWriter &out,
                  const ChatRequest &request,
                  const model::ProviderOptions &settings)
{
    Options options(out);
    if (request.maxTokens) {
        options.member("num_predict").integer(*request.maxTokens);
    }
    options.number("temperature", request.temperature);
    options.number("top_p", request.topP);
    options.number("top_k", request.topK);
    options.number("min_p", request.minP);
    options.number("seed", request.seed);
    options.number("presence_penalty", request.presencePenalty);
    options.number("frequency_penalty", request.frequencyPenalty);
    options.number("repeat_penalty", request.repeatPenalty);
    if (!request.stop.empty()) {
        json::JsonWriter &array = options.member("stop").beginArray();
        for (const std::string &stop : request.stop) {
            array.string(stop);
        }
        array.endArray();
    }
    bool hasContext = false;
    for (const Extra &extra : request.extras) {
        if (isOllama(request.origin) && extra.name.starts_with(OptionsPrefix)) {
            const auto name = std::string_view(extra.name).substr(OptionsPrefix.size());
            hasContext = hasContext || name == "num_ctx";
            options.member(name).raw(extra.json);
        }
    }
    const auto size = settings.numCtx ? settings.numCtx : contextSizeFor(request);
    if (!hasContext && size) {
        options.member("num_ctx").integer(*size);
    }
}

void writeThink(json::JsonWriter &out,
                const ChatRequest &request,
                std::string_view model,
                Fidelity &fidelity)
{
    using Effort = Reasoning::Effort;
    const Reasoning &wanted = request.reasoning;
    if (wanted.budget && wanted.effort == Effort::Unset && *wanted.budget != 0) {
        fidelity.approximated(std::string(budgetPath(request.origin)),
                              "Ollama's models think as long as they like");
    }
    const bool knowsLevels = model.find("gpt-oss") != std::string_view::npos;
    switch (wanted.effort) {
    case Effort::Unset:
        if (wanted.isEnabled || wanted.isAdaptive || wanted.budget) {
            out.boolean("think", wanted.isEnabled.value_or(wanted.isAdaptive ||
                                                           wanted.budget.value_or(0) != 0));
        }
        return;
    case Effort::None:
        out.boolean("think", false);
        return;
    case Effort::Minimal:
        fidelity.approximated("reasoning_effort", "the least that Ollama knows is low");
        out.string("think", "low");
        return;
    case Effort::XHigh:
    case Effort::Max:
        if (knowsLevels) {
            fidelity.approximated("reasoning_effort", "the most that this model knows is high");
        } else if (wanted.effort == Effort::XHigh) {
            fidelity.approximated("reasoning_effort", "above high Ollama knows max only");
        }
        out.string("think", knowsLevels ? "high" : "max");
        return;
    default:
        out.string("think", effortName(wanted.effort));
        return;
    }
}

void writeRest(json::JsonWriter &out,
               const ChatRequest &request,
               const model::ProviderOptions &options,
               Fidelity &fidelity)
{
    if (!request.keepAlive.empty()) {
        out.raw("keep_alive", request.keepAlive);
    } else if (!options.keepAlive.empty()) {
        writeDuration(out, options.keepAlive);
    }
    if (request.logprobs) {
        out.boolean("logprobs", *request.logprobs);
    }
    if (request.topLogprobs) {
        out.integer("top_logprobs", *request.topLogprobs);
    }
    if (request.logprobs.value_or(false)) {
        fidelity.dropped("logprobs", "a translated answer has none");
    }
    for (const Extra &extra : request.extras) {
        if (!isOllama(request.origin)) {
            if (!isHarmless(extra.name)) {
                fidelity.dropped(extra.name);
            }
        } else if (request.origin == Dialect::OllamaGenerate && isOfGenerate(extra.name)) {
            fidelity.dropped(extra.name, "/api/chat has no such field");
        } else if (!extra.name.starts_with(OptionsPrefix)) {
            out.raw(extra.name, extra.json);
        }
    }
}

void reportDropped(const ChatRequest &request, Fidelity &fidelity)
{
    if (request.choices.value_or(1) != 1) {
        fidelity.dropped(request.origin == Dialect::Gemini ? "generationConfig.candidateCount"
                                                           : "n",
                         "Ollama gives one answer");
    }
    if (!request.parallelToolCalls.value_or(true) && !request.tools.empty()) {
        fidelity.dropped("parallel_tool_calls", "Ollama's models decide that");
    }
    if (!request.logitBias.empty()) {
        fidelity.dropped("logit_bias");
    }
    if (!request.user.empty()) {
        fidelity.dropped(request.origin == Dialect::Anthropic ? "metadata.user_id" : "user");
    }
    if (!request.metadata.empty()) {
        fidelity.dropped("metadata");
    }
    if (!request.serviceTier.empty() && request.serviceTier != "auto" &&
        request.serviceTier != "default") {
        fidelity.dropped("service_tier");
    }
    if (!request.verbosity.empty()) {
        fidelity.dropped("verbosity");
    }
}

} // namespace meridian::provider::ollama
