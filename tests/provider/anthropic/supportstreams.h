// SPDX-License-Identifier: MIT
// Streams as Anthropic sends them, by name, and the whole answers that say the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace meridian::testing {

struct AnthropicStream
{
    std::string name;
    std::string stream;
    std::string answer; // the whole answer's JSON
    std::string events; // what both mean, as EventLog::text() says it
};

[[nodiscard]] std::vector<AnthropicStream> anthropicStreams();

/// Events, each with its name, from their data.
[[nodiscard]] std::string sseOf(const std::vector<std::string> &events);

/// message_start, then `events`, then message_delta and message_stop with `stopReason`.
[[nodiscard]] std::string messageOf(std::vector<std::string> events,
                                    const std::string &stopReason = "end_turn");

} // namespace meridian::testing
