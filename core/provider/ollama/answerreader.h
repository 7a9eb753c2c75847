// SPDX-License-Identifier: MIT
// Reads the objects of an Ollama server's answer, one at a time.
#pragma once

#include "core/provider/answerwriter.h"
#include "core/provider/codec.h"

#include <string>
#include <unordered_set>

namespace meridian::provider::ollama {

/// Tells what lines say to an AnswerWriter. One per answer.
class AnswerReader
{
public:
    AnswerReader(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
        : m_writer(sink, defects, idSeed)
    {
    }

    /// One object of the stream.
    void readLine(json::Value line);

    /// A whole answer: also without `done:true` it is the end.
    void readWhole(json::Value body);

    [[nodiscard]] AnswerWriter &writer() noexcept { return m_writer; }

    /// The sink has been told an error.
    [[nodiscard]] bool hasFailed() const noexcept { return m_hasFailed; }

private:
    /// False when it is no object of an answer.
    bool readContent(json::Value line);
    void readCalls(json::Value calls);
    void readEnd(json::Value line);
    void fail(StreamDefect defect, ApiError error);

    AnswerWriter m_writer;
    std::unordered_set<std::string> m_ids; // of the calls: parallel ones may come with equal ids
    std::int64_t m_calls = 0;
    bool m_hasFailed = false;
};

/// The error that `{"error":"…"}` tells.
[[nodiscard]] ApiError errorOf(json::Value error, ErrorClass kind);

} // namespace meridian::provider::ollama
