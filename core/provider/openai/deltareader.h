// SPDX-License-Identifier: MIT
// Reads a delta or a whole message of an assistant, and the reason why a choice ended.
#pragma once

#include "core/json/value.h"
#include "core/provider/answerwriter.h"
#include "core/provider/openai/calltracker.h"

namespace meridian::provider::openai {

/// What is of a wrong type fails the answer. One per answer.
class DeltaReader
{
public:
    explicit DeltaReader(AnswerWriter &writer) noexcept
        : m_writer(writer)
        , m_calls(writer)
    {
    }

    void delta(json::Value delta) { read(delta, false); }

    void message(json::Value message) { read(message, true); }

    /// Of a choice that has ended; does nothing as long as it has not.
    void finish(json::Value choice);

    /// Something has been said.
    [[nodiscard]] bool hasContent() const noexcept { return m_hasContent; }

private:
    void read(json::Value message, bool isWhole);
    void thoughts(json::Value message);
    void content(json::Value content);
    void contentPart(json::Value part);
    void calls(json::Value calls, bool isWhole);
    void wrongType(std::string_view field);

    AnswerWriter &m_writer;
    CallTracker m_calls;
    bool m_hasContent = false;
};

} // namespace meridian::provider::openai
