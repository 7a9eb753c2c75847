// SPDX-License-Identifier: MIT
// Reads Anthropic's event stream.
#pragma once

#include "core/http/ssereader.h"
#include "core/json/checker.h"
#include "core/provider/anthropic/answerreader.h"
#include "core/provider/codec.h"

#include <string_view>

namespace meridian::provider::anthropic {

/// One per answer, one thread.
class StreamDecoder final : public AnswerDecoder, private http::SseHandler
{
public:
    static constexpr std::size_t MaxEventBytes = 16UL * 1024 * 1024; // a fetched page is one event

    StreamDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed);

    void feed(std::string_view bytes) override;
    void bodyEnded() override;

private:
    void sseEvent(std::string_view name, std::string_view data) override;
    void event(json::Value type, json::Value data);

    AnswerReader m_reader;
    http::SseReader m_events;
    json::Checker m_checker;
    bool m_isEnding = false; // what comes now was not ended by a blank line
};

} // namespace meridian::provider::anthropic
