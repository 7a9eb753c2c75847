// SPDX-License-Identifier: MIT
#include "core/provider/oci/coherehistory.h"

#include "core/provider/common.h"
#include "core/provider/oci/requestparts.h"

#include <unordered_map>

namespace meridian::provider::oci {

namespace {

using Kind = Part::Kind;

constexpr std::string_view Silence = " "; // an empty message of the bot is refused

bool isSystem(const Turn &turn) noexcept
{
    return turn.role == Role::System || turn.role == Role::Developer;
}

class Writer
{
public:
    Writer(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
        : m_out(out)
        , m_turns(request.turns)
        , m_fidelity(fidelity)
    {
    }

    void write();

private:
    struct Call
    {
        std::string_view name;
        std::string parameters; // a JSON object
        std::size_t turn = 0;
        bool isAnswered = false;
    };

    [[nodiscard]] std::string textOf(std::size_t index);
    void preamble();
    void findLast();
    [[nodiscard]] std::vector<std::size_t> historyOrder();
    void entry(std::size_t index);
    void simple(std::string_view role, std::string_view message);
    void bot(std::size_t index);
    void results(std::size_t index);
    void result(const Part &part, const std::string &path);

    json::JsonWriter &m_out;
    const std::vector<Turn> &m_turns;
    Fidelity &m_fidelity;
    std::unordered_map<std::string, Call> m_calls; // written so far; the last with an id
    std::size_t m_first = 0;                       // behind the preamble
    std::size_t m_last = 0;     // the turn that is asked now; m_turns.size(): none is
    std::size_t m_lastTool = 0; // first of the neighbouring turns of results that m_last ends
    bool m_afterTool = false;   // the last entry was a TOOL
};

/// All of a turn that is text; the rest is reported.
std::string Writer::textOf(std::size_t index)
{
    std::string text;
    for (std::size_t i = 0; i < m_turns[index].parts.size(); ++i) {
        const Part &part = m_turns[index].parts[i];
        const std::string path = partPath(index, i);
        switch (part.kind) {
        case Kind::Text:
            if (!text.empty() && isSystem(m_turns[index])) {
                text.append("\n\n"); // blocks of instructions are paragraphs
            }
            text.append(part.text);
            break;
        case Kind::Refusal:
            m_fidelity.approximated(path, "a refusal becomes text");
            text.append(part.text);
            break;
        case Kind::ToolCall:
            break;
        case Kind::Thinking:
        case Kind::RedactedThinking:
            m_fidelity.dropped(path, "the provider takes no thoughts back");
            break;
        case Kind::Document:
            if (part.source.kind == Source::Kind::Text) {
                m_fidelity.approximated(path, "a text document becomes text");
                text.append(part.source.data);
                break;
            }
            [[fallthrough]];
        default:
            m_fidelity.dropped(path, "the provider takes only text");
        }
    }
    return text;
}

void Writer::preamble()
{
    std::string text;
    for (; m_first < m_turns.size() && isSystem(m_turns[m_first]); ++m_first) {
        const std::string more = textOf(m_first);
        if (!more.empty()) {
            text.append(text.empty() ? "" : "\n\n").append(more);
        }
    }
    if (!text.empty()) {
        m_out.string("preambleOverride", text);
    }
}

/// Which turn is asked now: the last but for instructions behind it, if it is the user's or a
/// tool's.
void Writer::findLast()
{
    std::size_t end = m_turns.size();
    while (end > m_first && isSystem(m_turns[end - 1])) {
        --end;
    }
    if (end == m_first || m_turns[end - 1].role == Role::Assistant) {
        m_last = m_lastTool = m_turns.size();
        m_fidelity.approximated(turnPath(m_turns.empty() ? 0 : m_turns.size() - 1),
                                "the conversation does not end with the user");
        return;
    }
    m_last = m_lastTool = end - 1;
    while (m_turns[m_last].role == Role::Tool && m_lastTool > m_first &&
           m_turns[m_lastTool - 1].role == Role::Tool) {
        --m_lastTool;
    }
}

void Writer::simple(std::string_view role, std::string_view message)
{
    m_out.beginObject().string("role", role).string("message", message).endObject();
}

void Writer::bot(std::size_t index)
{
    const std::string text = textOf(index);
    m_out.beginObject().string("role", "CHATBOT");
    m_out.string("message", text.empty() ? Silence : std::string_view(text));
    bool hasCalls = false;
    const Turn &turn = m_turns[index];
    for (std::size_t i = 0; i < turn.parts.size(); ++i) {
        const Part &part = turn.parts[i];
        if (part.kind != Kind::ToolCall) {
            continue;
        }
        if (!hasCalls) {
            hasCalls = true;
            m_out.key("toolCalls").beginArray();
        }
        Call call{part.name, argumentsObject(part.text, partPath(index, i), m_fidelity), index};
        m_out.beginObject().string("name", call.name);
        m_out.raw("parameters", call.parameters).endObject();
        const auto [known, isNew] = m_calls.try_emplace(part.id);
        if (isNew || known->second.turn != index) { // ids may come again in a later turn
            known->second = std::move(call);
        }
    }
    if (hasCalls) {
        m_out.endArray();
    }
    m_out.endObject();
}

void Writer::result(const Part &part, const std::string &path)
{
    const auto call = m_calls.find(part.id);
    if (call != m_calls.end() && call->second.isAnswered) {
        m_fidelity.dropped(path, "the call that it answers has a result");
        return;
    }
    m_out.beginObject().key("call").beginObject();
    if (call != m_calls.end()) {
        call->second.isAnswered = true;
        m_out.string("name", call->second.name).raw("parameters", call->second.parameters);
    } else {
        m_fidelity.approximated(path, "the call that it answers is not in the conversation");
        m_out.string("name", part.name.empty() ? "unknown" : std::string_view(part.name));
        m_out.raw("parameters", "{}");
    }
    m_out.endObject().key("outputs").beginArray().beginObject();
    m_out.string("output", resultText(part, path, m_fidelity));
    if (part.isError) {
        m_out.boolean("isError", true);
    }
    m_out.endObject().endArray().endObject();
}

void Writer::results(std::size_t index)
{
    for (std::size_t i = 0; i < m_turns[index].parts.size(); ++i) {
        const Part &part = m_turns[index].parts[i];
        const std::string path = partPath(index, i);
        if (part.kind == Kind::ToolResult) {
            result(part, path);
        } else {
            m_fidelity.dropped(path, "it stands among the results of tools");
        }
    }
}

void Writer::entry(std::size_t index)
{
    const Turn &turn = m_turns[index];
    if (turn.role == Role::Tool) {
        m_out.beginObject().string("role", "TOOL").key("toolResults").beginArray();
        results(index);
        m_out.endArray().endObject();
        m_afterTool = true;
        return;
    }
    if (turn.role == Role::User && m_afterTool) {
        simple("CHATBOT", Silence);
    }
    m_afterTool = false;
    if (turn.role == Role::Assistant) {
        bot(index);
    } else {
        simple(isSystem(turn) ? "SYSTEM" : "USER", textOf(index));
    }
}

/// Instructions stand before the message or the results that they follow: there is no other place
/// while these are the last, and what has been told must not move when the conversation goes on.
std::vector<std::size_t> Writer::historyOrder()
{
    std::vector<std::size_t> order;
    std::vector<std::size_t> behind; // the message or the results that instructions would follow
    const auto settle = [&] {
        order.insert(order.end(), behind.begin(), behind.end());
        behind.clear();
    };
    for (std::size_t i = m_first; i < m_turns.size(); ++i) {
        if (isSystem(m_turns[i])) {
            if (!behind.empty()) {
                m_fidelity.approximated(turnPath(i), "instructions move before the message");
            }
            order.push_back(i);
            continue;
        }
        const bool areResults = m_turns[i].role == Role::Tool;
        if (behind.empty() || !areResults || m_turns[behind.back()].role != Role::Tool) {
            settle();
        }
        behind.push_back(i);
        if (m_turns[i].role == Role::Assistant) {
            settle(); // instructions stay behind it
        }
    }
    settle();
    return order;
}

void Writer::write()
{
    preamble();
    findLast();
    const bool hasLast = m_last < m_turns.size();
    const bool asksWithResults = hasLast && m_turns[m_last].role == Role::Tool;
    m_out.key("chatHistory").beginArray();
    for (const std::size_t i : historyOrder()) {
        if (i < m_lastTool || i > m_last) {
            entry(i);
        }
    }
    if (hasLast && !asksWithResults && m_afterTool) {
        simple("CHATBOT", Silence);
    }
    m_out.endArray();
    if (asksWithResults) {
        m_out.key("toolResults").beginArray();
        for (std::size_t i = m_lastTool; i <= m_last; ++i) {
            results(i);
        }
        m_out.endArray();
    }
    m_out.string("message", hasLast && !asksWithResults ? textOf(m_last) : std::string());
}

} // namespace

void writeCohereConversation(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    Writer(out, request, fidelity).write();
}

} // namespace meridian::provider::oci
