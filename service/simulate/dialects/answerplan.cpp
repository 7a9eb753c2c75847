// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/answerplan.h"

#include "core/provider/common.h"
#include "core/provider/tokencount.h"
#include "service/simulate/dialects/schemaexample.h"
#include "service/simulate/dialects/signatures.h"

#include <algorithm>

namespace meridian::simulate {

namespace {

using provider::ChatRequest;
using provider::Dialect;
using provider::FinishReason;
using provider::Part;
using provider::Role;
using provider::Tool;
using provider::ToolChoice;
using provider::Turn;

constexpr std::size_t MaxQuoted = 400;        // bytes of a tool's result
constexpr std::uint64_t CachedFrom = 1024;    // tokens; shorter prompts are not cached
constexpr std::uint64_t CacheStep = 128;      // tokens
constexpr std::uint64_t CacheWriteShare = 64; // tokens, where a mark asks for it
constexpr std::string_view Thought = "The request is read, the answer is made up, and that is all.";

std::uint32_t tokensOf(std::string_view text) noexcept
{
    std::uint32_t count = 0;
    for (; !text.empty(); text.remove_prefix(firstToken(text).size())) {
        ++count;
    }
    return count;
}

/// At most `limit` bytes, cut at a code point.
std::string_view excerpt(std::string_view text, std::size_t limit) noexcept
{
    if (text.size() <= limit) {
        return text;
    }
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) {
        --limit;
    }
    return text.substr(0, limit);
}

Part textPart(std::string text)
{
    Part part;
    part.text = std::move(text);
    return part;
}

const Turn *lastTurn(const ChatRequest &request) noexcept
{
    for (auto turn = request.turns.rbegin(); turn != request.turns.rend(); ++turn) {
        if (turn->role != Role::System && turn->role != Role::Developer) {
            return &*turn;
        }
    }
    return nullptr;
}

std::string lastUserText(const ChatRequest &request)
{
    for (auto turn = request.turns.rbegin(); turn != request.turns.rend(); ++turn) {
        if (turn->role == Role::User) {
            return provider::joinedText(turn->parts, " ");
        }
    }
    return {};
}

/// The results that the last turn brings, quoted; empty: it brings none.
std::string quotedResults(const ChatRequest &request)
{
    std::string text;
    const Turn *const last = lastTurn(request);
    if (last == nullptr || last->role != Role::Tool) {
        return text;
    }
    std::size_t index = request.turns.size(); // several turns of results may stand in a row
    while (index > 0 && (request.turns[index - 1].role != Role::Assistant)) {
        --index;
    }
    for (; index < request.turns.size(); ++index) {
        for (const Part &part : request.turns[index].parts) {
            if (part.kind == Part::Kind::ToolResult) {
                const std::string result = provider::joinedText(part.parts, " ");
                text.append(text.empty() ? "The tool said: " : " and: ");
                text.append(excerpt(result, MaxQuoted));
            }
        }
    }
    return text;
}

bool wantsThought(const ChatRequest &request, Dialect dialect) noexcept
{
    using Effort = provider::Reasoning::Effort;
    const provider::Reasoning &reasoning = request.reasoning;
    if (dialect == Dialect::Gemini && reasoning.wantsText != true) {
        return false; // Google tells no thought unasked
    }
    if (reasoning.effort == Effort::None || reasoning.isEnabled == false ||
        reasoning.budget == std::int64_t{0}) {
        return false;
    }
    return reasoning.effort != Effort::Unset || reasoning.isEnabled == true ||
           reasoning.isAdaptive || reasoning.budget || reasoning.wantsText == true;
}

bool signs(Dialect dialect) noexcept
{
    return dialect == Dialect::Anthropic || dialect == Dialect::Gemini ||
           dialect == Dialect::OpenAiResponses;
}

class Planner
{
public:
    Planner(const ChatRequest &request, const PlanSettings &settings)
        : m_request(request)
        , m_settings(settings)
    {
    }

    AnswerPlan make();

private:
    void thought();
    bool calls();
    void call(const Tool &tool);
    void content();
    void stop();
    void limit();
    void usage();

    const ChatRequest &m_request;
    const PlanSettings &m_settings;
    AnswerPlan m_plan;
};

void Planner::thought()
{
    Part part;
    part.kind = Part::Kind::Thinking;
    part.text = Thought;
    if (signs(m_settings.dialect)) {
        part.signature = signatureOf(part.text);
        part.signedBy = provider::vendorOf(m_settings.dialect);
    }
    m_plan.parts.push_back(std::move(part));
}

void Planner::call(const Tool &tool)
{
    Part part;
    part.kind = Part::Kind::ToolCall;
    part.name = tool.name;
    part.text = exampleOf(json::Value(tool.schema));
    if (!part.text.starts_with('{')) {
        part.text = "{}";
    }
    std::size_t number = 0; // ids differ from those of earlier turns
    for (const Turn &turn : m_request.turns) {
        number += turn.parts.size();
    }
    part.id = m_settings.dialect == Dialect::Anthropic ? "toolu_" : "call_";
    part.id.append(std::to_string(number)).append("_").append(std::to_string(m_plan.parts.size()));
    const bool isFirst = m_plan.parts.empty() || m_plan.parts.back().kind != Part::Kind::ToolCall;
    if (m_settings.dialect == Dialect::Gemini && isFirst) { // as Google signs parallel calls
        part.signature = signatureOf(part.name);
        part.signedBy = provider::Vendor::Google;
    }
    m_plan.parts.push_back(std::move(part));
}

bool Planner::calls()
{
    if (m_request.toolChoice.kind == ToolChoice::Kind::None) {
        return false;
    }
    const bool isParallel = m_request.parallelToolCalls.value_or(true) &&
                            lastUserText(m_request).find("parallel") != std::string::npos;
    const bool isForced = m_request.toolChoice.kind == ToolChoice::Kind::Function;
    bool hasCalled = false;
    for (const Tool &tool : m_request.tools) {
        const bool isWanted = isForced ? tool.name == m_request.toolChoice.name : true;
        if (tool.kind == Tool::Kind::Function && isWanted && (isParallel || !hasCalled)) {
            call(tool);
            hasCalled = true;
        }
    }
    return hasCalled;
}

void Planner::content()
{
    using Format = provider::ResponseFormat::Kind;
    if (std::string quoted = quotedResults(m_request); !quoted.empty()) {
        m_plan.parts.push_back(textPart(std::move(quoted)));
    } else if (calls()) {
        m_plan.finish = FinishReason::ToolCalls;
    } else if (m_request.format.kind == Format::JsonSchema) {
        m_plan.parts.push_back(textPart(exampleOf(json::Value(m_request.format.schema))));
    } else if (m_request.format.kind == Format::JsonObject) {
        m_plan.parts.push_back(textPart(R"({"answer":"example"})"));
    } else {
        m_plan.madeUp = m_settings.tokens;
    }
}

/// Cuts the text at the first stop sequence in it.
void Planner::stop()
{
    const bool isStoppable = std::any_of(m_request.stop.begin(), m_request.stop.end(),
                                         [](const std::string &each) { return !each.empty(); });
    if (!isStoppable) {
        return;
    }
    if (m_plan.madeUp > 0) {
        m_plan.parts.push_back(textPart(m_settings.text.first(m_plan.madeUp)));
        m_plan.madeUp = 0;
    }
    if (m_plan.parts.empty() || m_plan.parts.back().kind != Part::Kind::Text) {
        return;
    }
    std::string &text = m_plan.parts.back().text;
    std::size_t first = std::string::npos;
    for (const std::string &each : m_request.stop) {
        const std::size_t at = each.empty() ? std::string::npos : text.find(each);
        if (at < first) {
            first = at;
            m_plan.stopSequence = each;
        }
    }
    if (first != std::string::npos) {
        text.resize(first);
        m_plan.finish = FinishReason::StopSequence;
    }
    if (text.empty()) {
        m_plan.parts.pop_back();
    }
}

/// Ends the answer at the maximum; what comes behind it is never told.
void Planner::limit()
{
    if (!m_request.maxTokens || *m_request.maxTokens < 0) {
        return;
    }
    auto left = static_cast<std::uint64_t>(*m_request.maxTokens);
    for (std::size_t i = 0; i < m_plan.parts.size(); ++i) {
        Part &part = m_plan.parts[i];
        const std::uint32_t count = tokensOf(part.text);
        if (count <= left) {
            left -= count;
            continue;
        }
        std::string_view text = part.text;
        std::size_t kept = 0;
        for (; left > 0; --left) {
            kept += firstToken(text.substr(kept)).size();
        }
        const bool isWhole = part.kind == Part::Kind::ToolCall || kept == 0;
        part.text.resize(kept);
        m_plan.parts.resize(isWhole ? i : i + 1); // half a call is none
        m_plan.madeUp = 0;
        m_plan.finish = FinishReason::MaxTokens;
        m_plan.stopSequence.clear();
        return;
    }
    if (m_plan.madeUp > left) {
        m_plan.madeUp = static_cast<std::uint32_t>(left);
        m_plan.finish = FinishReason::MaxTokens;
    }
}

void Planner::usage()
{
    provider::TokenUsage &usage = m_plan.usage;
    const std::uint64_t input = std::max<std::uint64_t>(provider::estimateTokens(m_request), 1);
    usage.input = input;
    usage.cacheRead = 0;
    if (input > CachedFrom) {
        usage.cacheRead = CachedFrom + (input - 1 - CachedFrom) / CacheStep * CacheStep;
        const bool isMarked =
            std::any_of(m_request.turns.begin(), m_request.turns.end(), [](const Turn &turn) {
                return std::any_of(turn.parts.begin(), turn.parts.end(),
                                   [](const Part &part) { return part.cache.isSet; });
            });
        if (isMarked) {
            usage.cacheWrite = std::min(CacheWriteShare, input - *usage.cacheRead);
        }
    }
    std::uint64_t output = m_plan.madeUp;
    std::uint64_t reasoning = 0;
    for (const Part &part : m_plan.parts) {
        const std::uint32_t count = tokensOf(part.text);
        output += count;
        reasoning += part.kind == Part::Kind::Thinking ? count : 0;
    }
    usage.output = output;
    usage.reasoning = reasoning;
}

AnswerPlan Planner::make()
{
    m_plan.start.id = m_settings.id;
    m_plan.start.model = m_settings.model;
    m_plan.start.created = m_settings.created;
    if (wantsThought(m_request, m_settings.dialect)) {
        thought();
    }
    content();
    stop();
    limit();
    usage();
    return std::move(m_plan);
}

} // namespace

std::string_view firstToken(std::string_view text) noexcept
{
    constexpr std::size_t Longest = 16;
    std::size_t end = std::min(text.find_first_of(" ,:", 1), text.size());
    end = std::min(end, Longest);
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        ++end;
    }
    return text.substr(0, end);
}

AnswerPlan planOf(const ChatRequest &request, const PlanSettings &settings)
{
    return Planner(request, settings).make();
}

provider::Answer AnswerPlan::whole(const AnswerText &text) const
{
    provider::Answer answer;
    answer.start = start;
    answer.parts = parts;
    if (madeUp > 0) {
        answer.parts.push_back(textPart(text.first(madeUp)));
    }
    answer.finish = finish;
    answer.stopSequence = stopSequence;
    answer.usage = usage;
    return answer;
}

} // namespace meridian::simulate
