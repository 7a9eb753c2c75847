// SPDX-License-Identifier: MIT
// A planned answer on its way through a dialect's stream encoder, token by token.
#pragma once

#include "core/provider/codec.h"
#include "service/simulate/dialects/answerplan.h"

#include <cstdint>
#include <memory>
#include <string>

namespace meridian::simulate {

/// Keeps the plan and the encoder's state; the conversation is let go. One thread; `text` and the
/// codec outlive it.
class StreamedAnswer
{
public:
    StreamedAnswer(const provider::ClientCodec &codec,
                   provider::ChatRequest request,
                   AnswerPlan plan,
                   const AnswerText &text);

    /// Of the whole stream. Each appendToken() tells one.
    [[nodiscard]] std::uint32_t tokens() const noexcept { return m_tokens; }

    [[nodiscard]] std::string_view contentType() const noexcept { return m_codec.streamType(); }

    void appendOpening(std::string &out);
    void appendToken(std::string &out);
    void appendEnding(std::string &out);

private:
    void openPart();
    void closePart();
    void flushTo(std::string &out);

    const provider::ClientCodec &m_codec;
    const AnswerText &m_text;
    provider::ChatRequest m_request;
    AnswerPlan m_plan;
    std::string m_requestId;
    std::string m_bytes; // that the encoder has written and nobody has taken
    std::unique_ptr<provider::AnswerSink> m_sink;
    std::uint32_t m_tokens = 0;
    std::uint32_t m_part = 0;   // of the plan
    std::size_t m_told = 0;     // bytes of the part
    std::uint32_t m_madeUp = 0; // tokens told
    bool m_isOpen = false;
};

} // namespace meridian::simulate
