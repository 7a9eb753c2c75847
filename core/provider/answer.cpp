// SPDX-License-Identifier: MIT
#include "core/provider/answer.h"

namespace meridian::provider {

namespace {

void take(std::optional<std::uint64_t> &known, const std::optional<std::uint64_t> &later)
{
    if (later) {
        known = later;
    }
}

/// False: the answer is too large, or was before.
bool holds(std::size_t more, std::size_t &bytes, std::optional<ApiError> &error)
{
    bytes += more;
    if (bytes > AnswerBuilder::MaxBytes && !error) {
        error =
            ApiError{ErrorClass::Upstream,       0, "the provider's answer is too large", {}, {},
                     std::chrono::nanoseconds(0)};
    }
    return !error;
}

} // namespace

void TokenUsage::merge(const TokenUsage &later)
{
    take(input, later.input);
    take(cacheRead, later.cacheRead);
    take(cacheWrite, later.cacheWrite);
    take(cacheWrite1h, later.cacheWrite1h);
    take(output, later.output);
    take(reasoning, later.reasoning);
}

bool Answer::operator==(const Answer &other) const
{
    return start.id == other.start.id && start.model == other.start.model &&
           start.created == other.start.created && parts == other.parts && finish == other.finish &&
           stopSequence == other.stopSequence && usage == other.usage;
}

void AnswerBuilder::start(const AnswerStart &start)
{
    m_answer.start = start;
}

void AnswerBuilder::partStart(std::uint32_t index, const PartStart &part)
{
    const std::size_t size = part.data.size() + part.id.size() + part.name.size();
    if (!holds(sizeof(Part) + size, m_bytes, m_error)) {
        return;
    }
    if (index >= m_answer.parts.size()) {
        m_answer.parts.resize(index + 1);
    }
    Part &made = m_answer.parts[index];
    made.kind = part.kind;
    made.id = part.id;
    made.name = part.name;
    made.origin = part.origin;
    if (part.kind == Part::Kind::Opaque) {
        made.json = part.data;
    } else {
        made.text = part.data;
    }
}

void AnswerBuilder::partDelta(std::uint32_t index, std::string_view text)
{
    if (holds(text.size(), m_bytes, m_error)) {
        m_answer.parts[index].text.append(text);
    }
}

void AnswerBuilder::partSignature(std::uint32_t index, std::string_view signature, Vendor by)
{
    if (holds(signature.size(), m_bytes, m_error)) {
        m_answer.parts[index].signature.append(signature);
        m_answer.parts[index].signedBy = by;
    }
}

void AnswerBuilder::partStop(std::uint32_t) {}

void AnswerBuilder::usage(const TokenUsage &usage)
{
    m_answer.usage.merge(usage);
}

void AnswerBuilder::finish(FinishReason reason, std::string_view stopSequence)
{
    m_answer.finish = reason;
    m_answer.stopSequence = stopSequence;
}

void replay(const Answer &answer, AnswerSink &sink)
{
    sink.start(answer.start);
    std::uint32_t index = 0;
    for (const Part &part : answer.parts) {
        const bool isWhole =
            part.kind == Part::Kind::RedactedThinking || part.kind == Part::Kind::Opaque;
        const std::string_view data = part.kind == Part::Kind::Opaque ? part.json : part.text;
        sink.partStart(index, {part.kind, part.id, part.name, isWhole ? data : std::string_view(),
                               part.origin});
        if (!isWhole && !part.text.empty()) {
            sink.partDelta(index, part.text);
        }
        if (!part.signature.empty()) {
            sink.partSignature(index, part.signature, part.signedBy);
        }
        sink.partStop(index);
        ++index;
    }
    sink.usage(answer.usage);
    sink.finish(answer.finish, answer.stopSequence);
    sink.end();
}

} // namespace meridian::provider
