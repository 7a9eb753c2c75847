// SPDX-License-Identifier: MIT
#include "core/provider/answerwriter.h"

#include "core/base/hash.h"

#include <algorithm>

namespace meridian::provider {

namespace {

/// Of letters and digits only, and at most 40 long: every dialect takes it.
std::string madeCallId(std::string_view seed, std::size_t number)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    std::string id("call_");
    std::uint64_t hash = hashNumbers(hashBytes(seed), number + 1);
    for (int i = 0; i < 16; ++i, hash >>= 4U) {
        id.push_back(Digits[hash & 15U]);
    }
    return id;
}

} // namespace

void AnswerWriter::start(const AnswerStart &start)
{
    if (m_hasEnded) {
        m_defects.note(StreamDefect::AfterEnd);
        return;
    }
    if (m_hasStarted) {
        m_defects.note(StreamDefect::DuplicateStart);
        return;
    }
    m_hasStarted = true;
    m_sink.start(start);
}

bool AnswerWriter::ready()
{
    if (m_hasEnded) {
        m_defects.note(StreamDefect::AfterEnd);
        return false;
    }
    if (!m_hasStarted) {
        m_defects.note(StreamDefect::MissingStart);
        start({});
    }
    return true;
}

void AnswerWriter::closeContent()
{
    if (m_hasContent && !m_hasEnded) {
        m_hasContent = false;
        m_sink.partStop(m_content);
    }
}

void AnswerWriter::closeAll()
{
    closeContent();
    for (Call &call : m_calls) {
        stop(call);
    }
}

void AnswerWriter::content(Part::Kind kind, std::string_view text)
{
    if (!ready()) {
        return;
    }
    if (m_hasContent && (m_contentKind != kind || m_isSigned)) {
        closeContent();
    }
    if (!m_hasContent) {
        closeAll(); // text never overlaps with a call
        m_hasContent = true;
        m_isSigned = false;
        m_contentKind = kind;
        m_content = m_next++;
        m_sink.partStart(m_content, {kind, {}, {}, {}, Dialect::OpenAiChat});
    }
    if (!text.empty()) {
        m_sink.partDelta(m_content, text);
    }
}

void AnswerWriter::text(std::string_view text)
{
    if (!text.empty()) {
        content(Part::Kind::Text, text);
    }
}

void AnswerWriter::thinking(std::string_view text)
{
    if (!text.empty()) {
        content(Part::Kind::Thinking, text);
    }
}

void AnswerWriter::thinkingSignature(std::string_view signature, Vendor by)
{
    if (!signature.empty()) {
        content(Part::Kind::Thinking, {});
        if (m_hasContent && !m_hasEnded) {
            m_isSigned = true;
            m_sink.partSignature(m_content, signature, by);
        }
    }
}

void AnswerWriter::redactedThinking(std::string_view data)
{
    if (ready()) {
        closeAll();
        m_sink.partStart(m_next, {Part::Kind::RedactedThinking, {}, {}, data, Dialect::Anthropic});
        m_sink.partStop(m_next++);
    }
}

void AnswerWriter::refusal(std::string_view text)
{
    if (!text.empty()) {
        content(Part::Kind::Refusal, text);
    }
}

void AnswerWriter::opaque(std::string_view json, Dialect origin)
{
    if (ready()) {
        closeAll();
        m_sink.partStart(m_next, {Part::Kind::Opaque, {}, {}, json, origin});
        m_sink.partStop(m_next++);
    }
}

AnswerWriter::Call *AnswerWriter::find(std::int64_t key) noexcept
{
    const auto call = std::find_if(m_calls.rbegin(), m_calls.rend(),
                                   [key](const Call &each) { return each.key == key; });
    return call != m_calls.rend() ? &*call : nullptr;
}

bool AnswerWriter::hasCall(std::int64_t key) const noexcept
{
    return std::any_of(m_calls.begin(), m_calls.end(),
                       [key](const Call &each) { return each.key == key; });
}

std::string_view AnswerWriter::callId(std::int64_t key) const noexcept
{
    const auto call = std::find_if(m_calls.rbegin(), m_calls.rend(),
                                   [key](const Call &each) { return each.key == key; });
    return call != m_calls.rend() ? std::string_view(call->id) : std::string_view();
}

void AnswerWriter::openCall(std::int64_t key, std::string_view id, std::string_view name)
{
    if (!ready()) {
        return;
    }
    closeContent();
    for (Call &call : m_calls) { // a call whose arguments are whole gets no more of them
        if (call.isBalanced) {
            stop(call);
        }
    }
    Call call;
    call.key = key;
    call.index = m_next++;
    call.id = id;
    if (id.empty()) {
        call.id = madeCallId(m_idSeed, m_calls.size());
    }
    m_calls.push_back(std::move(call));
    const Call &opened = m_calls.back();
    m_sink.partStart(opened.index,
                     {Part::Kind::ToolCall, opened.id, name, {}, Dialect::OpenAiChat});
}

/// Are the arguments whole? Counts brackets outside strings.
void AnswerWriter::follow(Call &call, std::string_view json) noexcept
{
    for (const char c : json) {
        if (call.inString) {
            if (call.isEscaped) {
                call.isEscaped = false;
            } else if (c == '\\') {
                call.isEscaped = true;
            } else if (c == '"') {
                call.inString = false;
            }
        } else if (c == '"') {
            call.inString = true;
        } else if (c == '{' || c == '[') {
            ++call.depth;
        } else if (c == '}' || c == ']') {
            --call.depth;
            call.isBalanced = call.depth == 0;
        }
    }
}

bool AnswerWriter::callArguments(std::int64_t key, std::string_view json)
{
    Call *call = find(key);
    if (!ready() || call == nullptr || !call->isOpen) {
        return false;
    }
    if (!json.empty()) {
        follow(*call, json);
        m_sink.partDelta(call->index, json);
    }
    return true;
}

void AnswerWriter::callSignature(std::int64_t key, std::string_view signature, Vendor by)
{
    Call *call = find(key);
    if (ready() && call != nullptr && call->isOpen && !signature.empty()) {
        call->signature = signature;
        call->signedBy = by;
    }
}

void AnswerWriter::stop(Call &call)
{
    if (call.isOpen) {
        call.isOpen = false;
        if (!call.signature.empty()) {
            m_sink.partSignature(call.index, call.signature, call.signedBy);
        }
        m_sink.partStop(call.index);
    }
}

void AnswerWriter::closeCall(std::int64_t key)
{
    if (Call *call = find(key); call != nullptr && !m_hasEnded) {
        stop(*call);
    }
}

void AnswerWriter::usage(const TokenUsage &usage)
{
    m_usage.merge(usage);
    m_owesUsage = !m_hasStarted;
    if (m_hasStarted && !m_hasEnded) {
        m_sink.usage(m_usage);
    }
}

void AnswerWriter::ping()
{
    if (m_hasStarted && !m_hasEnded) {
        m_sink.ping();
    }
}

void AnswerWriter::finish(FinishReason reason, std::string_view stopSequence)
{
    if (!ready()) {
        return;
    }
    m_hasFinish = true;
    m_finish = reason;
    m_stopSequence = stopSequence;
}

void AnswerWriter::end()
{
    if (!ready()) {
        return;
    }
    closeAll();
    if (!m_hasFinish) {
        m_defects.note(StreamDefect::MissingFinish);
    }
    if (m_finish == FinishReason::Stop && !m_calls.empty()) {
        m_finish = FinishReason::ToolCalls;
    }
    if (m_owesUsage) {
        m_sink.usage(m_usage);
    }
    m_sink.finish(m_finish, m_stopSequence);
    m_hasEnded = true;
    m_sink.end();
}

void AnswerWriter::bodyEnded()
{
    if (m_hasEnded) {
        return;
    }
    if (m_hasFinish) {
        m_defects.note(StreamDefect::MissingTerminal);
        end();
        return;
    }
    fail(StreamDefect::Truncated, "the provider's stream ended early");
}

void AnswerWriter::fail(ApiError error)
{
    if (!m_hasEnded) {
        m_hasEnded = true;
        m_sink.error(error);
    }
}

void AnswerWriter::fail(StreamDefect defect, std::string message)
{
    m_defects.note(defect);
    fail(
        ApiError{ErrorClass::Upstream, 0, std::move(message), {}, {}, std::chrono::nanoseconds(0)});
}

} // namespace meridian::provider
