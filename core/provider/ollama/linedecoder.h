// SPDX-License-Identifier: MIT
// Cuts an Ollama server's stream into lines of JSON.
#pragma once

#include "core/json/checker.h"
#include "core/provider/ollama/answerreader.h"

namespace meridian::provider::ollama {

/// Takes bytes cut anywhere. A line is kept until its end has come. One per answer.
class LineDecoder final : public AnswerDecoder
{
public:
    static constexpr std::size_t MaxLine = 4UL * 1024 * 1024; // a call comes whole, in one line

    LineDecoder(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
        : m_reader(sink, defects, idSeed)
        , m_defects(defects)
    {
    }

    void feed(std::string_view bytes) override;
    void bodyEnded() override;

private:
    void takeLine(std::string_view line);
    /// False when it is not whole JSON.
    bool takeObject(std::string_view line);
    void fail(StreamDefect defect, const char *message);

    AnswerReader m_reader;
    StreamDefects &m_defects;
    json::Checker m_checker;
    std::string m_line; // what has come of it
    bool m_hasFailed = false;
};

} // namespace meridian::provider::ollama
