// SPDX-License-Identifier: MIT
// Reads GenerateContentResponse objects: a stream's chunks, or one that is the whole answer.
#pragma once

#include "core/json/value.h"
#include "core/provider/answerwriter.h"

#include <cstdint>

namespace meridian::provider::gemini {

/// One per answer. Of several candidates the first one is told.
class ChunkReader
{
public:
    static constexpr std::int64_t MaxCalls = 1024; // of one answer

    ChunkReader(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
        : m_writer(sink, defects, idSeed)
    {
    }

    /// The next object; anything else ends the answer with an error.
    void read(json::Value chunk);

    [[nodiscard]] AnswerWriter &writer() noexcept { return m_writer; }

    /// A candidate or a reason why there is none has come.
    [[nodiscard]] bool hasAnswer() const noexcept { return m_hasAnswer; }

private:
    void candidate(json::Value candidate);
    void part(json::Value part);
    void call(json::Value call, std::string_view signature);
    void usage(json::Value usage);

    AnswerWriter m_writer;
    std::int64_t m_calls = 0;
    bool m_hasAnswer = false;
};

} // namespace meridian::provider::gemini
