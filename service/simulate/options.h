// SPDX-License-Identifier: MIT
// How one simulated backend behaves; the only place that holds the defaults.
#pragma once

#include "service/simulate/dialects/protocol.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace meridian::simulate {

/// No answer is longer, whatever a client asks for: a whole answer is built in memory.
inline constexpr std::uint32_t MaxTokens = 131072;

struct SimulatorOptions
{
    Protocol protocol = Protocol::OpenAi;
    std::string name{"simulated"};
    std::string model{"demo-model"}; // empty: any model is served
    std::string host{"127.0.0.1"};
    std::uint16_t port = 0;                // 0: the kernel chooses
    std::chrono::milliseconds latency{50}; // before the head
    std::chrono::milliseconds jitter{0};   // the latency is up to this much shorter or longer
    double errorRate = 0;                  // share of model calls answered with 500, 0 to 1
    std::uint32_t tokens = 32;             // of an answer when the request gives no maximum
    double tokensPerSecond = 0;            // of a stream; 0: as fast as the client reads
    std::size_t chunkBytes = 0;            // most bytes per HTTP chunk; 0: as they are made
    std::optional<std::uint64_t> disconnectAfter; // body bytes; 0: before the head
    std::string apiKey;                           // that callers must know; empty: anybody may call
    std::size_t connections = 20000;
};

} // namespace meridian::simulate
