// SPDX-License-Identifier: MIT
// Reads a Gemini stream in either framing: server-sent events, or one growing JSON array.
#pragma once

#include "core/http/ssereader.h"
#include "core/json/checker.h"
#include "core/provider/codec.h"
#include "core/provider/gemini/arraysplitter.h"
#include "core/provider/gemini/chunkreader.h"

#include <cstdint>

namespace meridian::provider::gemini {

/// The first byte that is no white space tells the framing. The stream ends with the body: a reason
/// to finish must have come before it.
class StreamDecoder final : public AnswerDecoder, private http::SseHandler
{
public:
    static constexpr std::size_t MaxChunk = 32UL * 1024 * 1024; // one may hold a whole image

    StreamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed);

    void feed(std::string_view bytes) override;
    void bodyEnded() override;

private:
    enum class Framing : std::uint8_t { Unknown, Events, Array };

    void sseEvent(std::string_view name, std::string_view data) override;
    void chunk(std::string_view text);
    void feedArray(std::string_view bytes);

    StreamDefects &m_defects;
    ChunkReader m_chunks;
    http::SseReader m_events;
    ArraySplitter m_array;
    json::Checker m_checker;
    Framing m_framing = Framing::Unknown;
    bool m_isBodyOver = false;
    bool m_isArrayClosed = false;
};

} // namespace meridian::provider::gemini
