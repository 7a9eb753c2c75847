// SPDX-License-Identifier: MIT
// Reads a stream of chat.completion.chunk, as OpenAI and its many imitators send it.
#pragma once

#include "core/http/ssereader.h"
#include "core/provider/codec.h"
#include "core/provider/openai/deltareader.h"

#include <cstddef>
#include <string_view>

namespace meridian::provider::openai {

/// Reads the first choice; others are dropped, as nobody can be told about them.
class ChatStreamDecoder final : public AnswerDecoder, private http::SseHandler
{
public:
    static constexpr std::size_t MaxEvent = 4UL * 1024 * 1024; // whole calls come in one event

    ChatStreamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
        : m_writer(sink, defects, idSeed)
        , m_delta(m_writer)
        , m_reader(*this, MaxEvent)
    {
    }

    void feed(std::string_view bytes) override;
    void bodyEnded() override;

private:
    void sseEvent(std::string_view name, std::string_view data) override;
    void sseLine(std::string_view field, std::string_view value) override;

    void chunk(json::Value chunk);
    void choice(json::Value choice);
    void begin(json::Value chunk);
    void done();

    AnswerWriter m_writer;
    DeltaReader m_delta;
    http::SseReader m_reader;
    AnswerStart m_start;
    bool m_isFlushing = false; // the body has ended; what is left may be half an event
};

} // namespace meridian::provider::openai
