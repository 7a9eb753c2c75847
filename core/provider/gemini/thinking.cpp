// SPDX-License-Identifier: MIT
#include "core/provider/gemini/thinking.h"

#include "core/provider/common.h"
#include "core/provider/gemini/configreader.h"
#include "core/provider/gemini/words.h"

namespace meridian::provider::gemini {

namespace {

using Effort = Reasoning::Effort;

constexpr std::int64_t MaxBudget = 24576;    // of Flash models
constexpr std::int64_t MaxProBudget = 32768; // of Pro models, which
constexpr std::int64_t MinProBudget = 128;   // cannot do without

bool has(std::string_view model, std::string_view word)
{
    return model.find(word) != std::string_view::npos;
}

std::string_view reasoningPath(Dialect origin)
{
    switch (origin) {
    case Dialect::Gemini:
        return "generationConfig.thinkingConfig";
    case Dialect::Anthropic:
        return "thinking";
    case Dialect::OpenAiResponses:
        return "reasoning";
    case Dialect::OllamaChat:
    case Dialect::OllamaGenerate:
        return "think";
    default:
        return "reasoning_effort";
    }
}

class ThinkingWriter
{
public:
    ThinkingWriter(const ChatRequest &request, std::string_view model, Fidelity &fidelity)
        : m_request(request)
        , m_reasoning(request.reasoning)
        , m_model(model)
        , m_fidelity(fidelity)
        , m_isOwn(request.origin == Dialect::Gemini)
        , m_isOff(m_reasoning.effort == Effort::None || !m_reasoning.isEnabled.value_or(true) ||
                  m_reasoning.budget == 0)
    {
    }

    void write(json::JsonWriter &out);

private:
    void level();
    void budget();
    void thoughts();

    void approximated(std::string_view reason)
    {
        m_fidelity.approximated(std::string(reasoningPath(m_request.origin)), reason);
    }

    const ChatRequest &m_request;
    const Reasoning &m_reasoning;
    const std::string_view m_model;
    Fidelity &m_fidelity;
    const bool m_isOwn;
    const bool m_isOff;
    json::JsonWriter m_out;
};

void ThinkingWriter::level()
{
    Effort effort = m_reasoning.effort;
    if (m_isOwn && (m_reasoning.budget || m_reasoning.isAdaptive)) {
        m_out.integer("thinkingBudget", m_reasoning.budget.value_or(-1)); // still taken
    } else if (effort == Effort::Unset && m_reasoning.budget.value_or(0) > 0) {
        effort = effortOfBudget(*m_reasoning.budget);
        approximated("the model takes a level, not a budget");
    }
    if (m_isOff && (!m_isOwn || effort == Effort::None)) {
        effort = Effort::Minimal;
        approximated("the model cannot do without thinking");
    }
    if (effort == Effort::XHigh || effort == Effort::Max) {
        effort = Effort::High;
        approximated("HIGH is the highest level");
    }
    if (effort == Effort::Minimal && has(m_model, "pro")) {
        effort = Effort::Low;
        approximated("LOW is the model's lowest level");
    }
    if (effort == Effort::Medium && has(m_model, "gemini-3-pro")) {
        effort = Effort::High;
        approximated("the model knows LOW and HIGH");
    }
    if (effort != Effort::Unset) {
        std::string word(effortName(effort));
        for (char &c : word) {
            c = static_cast<char>(c - 'a' + 'A');
        }
        m_out.string("thinkingLevel", word);
    }
}

void ThinkingWriter::budget()
{
    const bool isPro = has(m_model, "pro");
    if (m_isOff) {
        const bool mustThink = has(m_model, "2.5-pro") && !m_isOwn;
        if (mustThink) {
            approximated("the model cannot do without thinking");
        }
        m_out.integer("thinkingBudget", mustThink ? MinProBudget : 0);
    } else if (m_reasoning.budget) {
        const std::int64_t most = isPro ? MaxProBudget : MaxBudget;
        const bool isTooMuch = *m_reasoning.budget > most && !m_isOwn;
        if (isTooMuch) {
            approximated("more than the model's largest budget");
        }
        m_out.integer("thinkingBudget", isTooMuch ? most : *m_reasoning.budget);
    } else if (m_reasoning.effort != Effort::Unset) {
        m_out.integer("thinkingBudget", budgetOfEffort(m_reasoning.effort));
    } else if (m_reasoning.isAdaptive || m_reasoning.isEnabled.value_or(false)) {
        m_out.integer("thinkingBudget", -1); // as much as it likes
    }
}

void ThinkingWriter::thoughts()
{
    const bool isAsked = m_reasoning.effort != Effort::Unset || m_reasoning.budget ||
                         m_reasoning.isAdaptive || m_reasoning.isEnabled;
    if (m_reasoning.wantsText) {
        m_out.boolean("includeThoughts", *m_reasoning.wantsText);
    } else if (isAsked && !m_isOff && !m_isOwn) {
        m_out.boolean("includeThoughts", true);
    }
}

void ThinkingWriter::write(json::JsonWriter &out)
{
    if (!m_isOwn && m_reasoning.isSet() &&
        (has(m_model, "gemini-1.") || has(m_model, "gemini-2.0") || has(m_model, "gemma"))) {
        if (!m_isOff) {
            m_fidelity.dropped(std::string(reasoningPath(m_request.origin)),
                               "the model does not think");
        }
        return;
    }
    m_out.beginObject();
    if (isGemini3(m_model)) {
        level();
    } else {
        budget();
    }
    thoughts();
    for (const Extra &extra : m_request.extras) {
        if (m_isOwn && extra.name.starts_with(ThinkingPrefix)) {
            m_out.raw(extra.name.substr(ThinkingPrefix.size()), extra.json);
        }
    }
    m_out.endObject();
    if (m_out.text() != "{}") {
        out.raw("thinkingConfig", m_out.text());
    }
}

} // namespace

void writeThinking(json::JsonWriter &out,
                   const ChatRequest &request,
                   std::string_view model,
                   Fidelity &fidelity)
{
    ThinkingWriter(request, model, fidelity).write(out);
}

} // namespace meridian::provider::gemini
