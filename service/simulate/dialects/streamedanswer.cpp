// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/streamedanswer.h"

namespace meridian::simulate {

using provider::Part;

StreamedAnswer::StreamedAnswer(const provider::ClientCodec &codec,
                               provider::ChatRequest request,
                               AnswerPlan plan,
                               const AnswerText &text)
    : m_codec(codec)
    , m_text(text)
    , m_request(std::move(request))
    , m_plan(std::move(plan))
    , m_requestId(m_plan.start.id)
    , m_tokens(m_plan.madeUp)
{
    if (m_request.origin != provider::Dialect::OpenAiResponses) { // which says the request again
        m_request.turns = {};
    }
    for (const Part &part : m_plan.parts) {
        std::string_view rest = part.text;
        for (; !rest.empty(); rest.remove_prefix(firstToken(rest).size())) {
            ++m_tokens;
        }
    }
    const provider::AnswerContext context{m_requestId, m_plan.start.model, m_plan.start.created,
                                          &m_request};
    m_sink = m_codec.streamEncoder(m_bytes, context);
}

void StreamedAnswer::flushTo(std::string &out)
{
    out.append(m_bytes);
    m_bytes.clear();
}

void StreamedAnswer::appendOpening(std::string &out)
{
    m_sink->start(m_plan.start);
    provider::TokenUsage prompt = m_plan.usage;
    prompt.output = 1; // as Anthropic's message_start says it
    prompt.reasoning.reset();
    m_sink->usage(prompt);
    flushTo(out);
}

void StreamedAnswer::openPart()
{
    provider::PartStart start;
    if (m_part < m_plan.parts.size()) {
        const Part &part = m_plan.parts[m_part];
        start.kind = part.kind;
        start.id = part.id;
        start.name = part.name;
    }
    m_sink->partStart(m_part, start);
    m_isOpen = true;
    m_told = 0;
}

void StreamedAnswer::closePart()
{
    if (m_part < m_plan.parts.size()) {
        const Part &part = m_plan.parts[m_part];
        if (!part.signature.empty()) {
            m_sink->partSignature(m_part, part.signature, part.signedBy);
        }
    }
    m_sink->partStop(m_part++);
    m_isOpen = false;
}

void StreamedAnswer::appendToken(std::string &out)
{
    if (!m_isOpen) {
        openPart();
    }
    if (m_part < m_plan.parts.size()) {
        const std::string_view text = m_plan.parts[m_part].text;
        const std::string_view token = firstToken(text.substr(m_told));
        m_sink->partDelta(m_part, token);
        m_told += token.size();
        if (m_told == text.size()) {
            closePart();
        }
    } else {
        m_sink->partDelta(m_part, m_text.token(m_madeUp++));
        if (m_madeUp == m_plan.madeUp) {
            closePart();
        }
    }
    flushTo(out);
}

void StreamedAnswer::appendEnding(std::string &out)
{
    m_sink->finish(m_plan.finish, m_plan.stopSequence);
    m_sink->usage(m_plan.usage);
    m_sink->end();
    flushTo(out);
}

} // namespace meridian::simulate
