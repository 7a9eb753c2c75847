// SPDX-License-Identifier: MIT
// How one exchange ended, as a flat value: what the log, the ring and the metrics are made from.
#pragma once

#include "core/model/requesttrail.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace meridian::model {

/// A short string held in place, cut at N bytes, so that a record crosses threads without an
/// allocation. A cut never splits a UTF-8 sequence.
template <std::size_t N>
class InlineString
{
public:
    void assign(std::string_view text) noexcept
    {
        std::size_t size = text.size() < N ? text.size() : N;
        if (size < text.size()) {
            while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
                --size;
            }
        }
        std::copy_n(text.begin(), size, m_bytes.begin());
        m_size = static_cast<std::uint8_t>(size);
    }

    [[nodiscard]] std::string_view view() const noexcept { return {m_bytes.data(), m_size}; }

    [[nodiscard]] bool isEmpty() const noexcept { return m_size == 0; }

private:
    static_assert(N < 256);
    std::uint8_t m_size = 0;
    std::array<char, N> m_bytes;
};

/// The stages of an exchange, in order (docs/architecture.md). Log words, histogram labels, spans.
enum class Stage : std::uint8_t {
    Accept,
    ReadHead,
    Admit,
    Identify,
    Collect,
    Scan,
    Filter,
    Route,
    Lease,
    Send,
    Relay,
    Settle,
};
inline constexpr std::size_t StageCount = 12;

[[nodiscard]] constexpr std::string_view stageName(Stage stage) noexcept
{
    constexpr std::array<std::string_view, StageCount> Names{
        "accept", "read_head", "admit", "identify", "collect", "scan",
        "filter", "route",     "lease", "send",     "relay",   "settle"};
    return Names[static_cast<std::size_t>(stage)];
}

/// One settled exchange. Written once by a worker, read by the writer thread.
struct RequestRecord
{
    static constexpr std::size_t MaxAttempts = 6; // those beyond are counted, not described

    std::uint64_t seq = 0; // RecentRequests counts them; 0 = never came there
    std::chrono::system_clock::time_point timestamp; // when it settled
    std::chrono::nanoseconds latency{0};   // first byte of the request to the last of the response
    std::chrono::nanoseconds firstByte{0}; // to the upstream's response head; 0 = none came
    std::uint64_t promptTokens = 0;
    std::uint64_t completionTokens = 0;
    std::uint64_t cacheReadTokens = 0;  // part of promptTokens: the provider had them in its cache
    std::uint64_t cacheWriteTokens = 0; // part of promptTokens: it has put them there
    std::uint64_t reasoningTokens = 0;  // part of completionTokens
    std::uint64_t requestBytes = 0;     // body bytes from the client
    std::uint64_t responseBytes = 0;    // body bytes to the client
    std::uint16_t status = 0;  // 499 = the client left; may differ from the status line sent
    std::uint8_t attempts = 0; // upstream attempts
    bool stream = false;
    bool hasUsage = false;
    Stage lastStage = Stage::Settle; // where the exchange was when it was decided
    bool isHedged = false;           // a second attempt raced the first
    bool isContinued = false;        // another backend finished the stream
    bool isTranslated = false;       // the backend spoke another dialect than the client
    std::uint16_t streamDefects = 0; // a bit for each provider::StreamDefect that was seen
    std::string_view dialect;        // static text: the client's (provider::dialectName)
    std::string_view provider;       // static text: of the backend; empty = none chosen
    std::string_view errorType;      // static text, empty = none
    std::string_view tier;           // static text: long_prompt, long_decode, default; empty = none
    std::string_view sessionRoute;   // static text: new, pinned, remapped; empty = none
    std::chrono::nanoseconds queued{0};                  // waited for a free backend
    std::array<std::uint32_t, StageCount> stageMicros{}; // wall time spent in each stage
    InlineString<32> requestId;
    InlineString<64> surface;           // the path, without query
    InlineString<48> client;            // peer address
    InlineString<64> backend;           // empty = none chosen
    InlineString<128> model;            // as asked; empty = none
    InlineString<128> fidelity;         // of a translation: "lossless", or what was lost
    InlineString<64> upstreamRequestId; // the backend's own, of the attempt that answered
    TraceContext trace;
    RouteTrail route;
    std::uint8_t attemptRecords = 0; // of attemptTrail
    std::array<AttemptRecord, MaxAttempts> attemptTrail;
};

} // namespace meridian::model
