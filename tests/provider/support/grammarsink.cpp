// SPDX-License-Identifier: MIT
#include "tests/provider/support/grammarsink.h"

#include <algorithm>

namespace meridian::testing {

using namespace provider;

void GrammarSink::require(bool condition, const char *what)
{
    if (!condition && m_flaw.empty()) {
        m_flaw = what;
    }
}

void GrammarSink::live(const char *what)
{
    require(m_hasStarted && !m_hasFinished && !m_isOver, what);
}

GrammarSink::Open *GrammarSink::part(std::uint32_t index)
{
    require(index < m_parts.size() && m_parts[index].isOpen, "a part that is not open");
    return index < m_parts.size() ? &m_parts[index] : nullptr;
}

bool GrammarSink::hasOpen(bool callsToo) const
{
    return std::any_of(m_parts.begin(), m_parts.end(), [callsToo](const Open &each) {
        return each.isOpen && (callsToo || each.kind != Part::Kind::ToolCall);
    });
}

void GrammarSink::start(const AnswerStart &start)
{
    require(!m_hasStarted && !m_isOver, "a second start, or one after the end");
    m_hasStarted = true;
    if (m_next != nullptr) {
        m_next->start(start);
    }
}

void GrammarSink::partStart(std::uint32_t index, const PartStart &start)
{
    live("a part outside the answer");
    require(index == m_parts.size(), "parts are not numbered one by one");
    require(!hasOpen(start.kind != Part::Kind::ToolCall), "parts overlap");
    if (start.kind == Part::Kind::ToolCall) {
        require(!start.id.empty(), "a call without id");
    }
    m_parts.push_back({start.kind});
    if (m_next != nullptr) {
        m_next->partStart(index, start);
    }
}

void GrammarSink::partDelta(std::uint32_t index, std::string_view text)
{
    live("a delta outside the answer");
    const Open *open = part(index);
    require(open == nullptr || !open->isSigned, "a delta after the signature");
    require(open == nullptr ||
                (open->kind != Part::Kind::RedactedThinking && open->kind != Part::Kind::Opaque),
            "a delta of a part that comes whole");
    require(!text.empty(), "an empty delta");
    if (m_next != nullptr) {
        m_next->partDelta(index, text);
    }
}

void GrammarSink::partSignature(std::uint32_t index, std::string_view signature, Vendor by)
{
    live("a signature outside the answer");
    if (Open *open = part(index)) {
        require(!open->isSigned, "a second signature");
        require(open->kind == Part::Kind::Thinking || open->kind == Part::Kind::ToolCall,
                "a signature of neither thought nor call");
        open->isSigned = true;
    }
    if (m_next != nullptr) {
        m_next->partSignature(index, signature, by);
    }
}

void GrammarSink::partStop(std::uint32_t index)
{
    live("a stop outside the answer");
    if (Open *open = part(index)) {
        open->isOpen = false;
    }
    if (m_next != nullptr) {
        m_next->partStop(index);
    }
}

void GrammarSink::usage(const TokenUsage &usage)
{
    require(m_hasStarted && !m_isOver, "usage outside the answer");
    if (m_next != nullptr) {
        m_next->usage(usage);
    }
}

void GrammarSink::finish(FinishReason reason, std::string_view stopSequence)
{
    live("finish outside the answer");
    require(!hasOpen(true), "finish while a part is open");
    m_hasFinished = true;
    if (m_next != nullptr) {
        m_next->finish(reason, stopSequence);
    }
}

void GrammarSink::end()
{
    require(m_hasFinished && !m_isOver, "end without finish, or after the end");
    m_isOver = true;
    if (m_next != nullptr) {
        m_next->end();
    }
}

void GrammarSink::error(const ApiError &error)
{
    require(!m_isOver, "an error after the end");
    m_isOver = true;
    m_hasFailed = true;
    if (m_next != nullptr) {
        m_next->error(error);
    }
}

void GrammarSink::ping()
{
    require(m_hasStarted && !m_isOver, "a ping outside the answer");
    if (m_next != nullptr) {
        m_next->ping();
    }
}

} // namespace meridian::testing
