// SPDX-License-Identifier: MIT
// Reads the messages of /api/chat into turns.
#pragma once

#include "core/provider/codec.h"
#include "core/provider/ollama/callids.h"

namespace meridian::provider::ollama {

/// Reads messages in order; results that follow each other become one turn. One per request.
class MessageReader
{
public:
    explicit MessageReader(std::vector<Turn> &turns)
        : m_turns(turns)
    {
    }

    /// `path`: where it stands. The error names the field.
    [[nodiscard]] Decoded<bool> read(json::Value message, const std::string &path);

private:
    [[nodiscard]] Decoded<bool>
    readResult(json::Value message, std::string content, const std::string &path);
    [[nodiscard]] Decoded<bool> readCalls(Turn &turn, json::Value calls, const std::string &path);
    [[nodiscard]] Decoded<bool>
    readCall(Turn &turn, std::size_t index, json::Value call, const std::string &path);

    std::vector<Turn> &m_turns;
    CallIds m_ids;
};

} // namespace meridian::provider::ollama
