// SPDX-License-Identifier: MIT
// The bytes both bench tools agree on: what the upstream sends is what the client checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::bench {

/// Where in a content event the sender's clock stands (16 hex digits of monotonic nanoseconds),
/// so that the client can tell a token's age and leaves these bytes out of the comparison.
inline constexpr std::size_t StampWidth = 16;

/// Length of the part of an event before its stamp; the same in every event but the last.
[[nodiscard]] std::size_t stampOffset();

/// Appends SSE event `index` of a stream of `chunks` content chunks (about 200 bytes each; the
/// last one carries the usage). Index `chunks` is the closing `data: [DONE]`.
void appendEvent(std::string &out, std::uint32_t index, std::uint32_t chunks, std::uint64_t stamp);

/// The same as Anthropic sends it: the message's beginning comes with the first event, its end is
/// index `chunks`.
void appendMessageEvent(std::string &out, std::uint32_t index, std::uint32_t chunks);

/// What a translated event says of token `index`, in every dialect.
[[nodiscard]] std::string tokenText(std::uint32_t index);

/// The stamp written by appendEvent(); `digits` holds StampWidth characters.
[[nodiscard]] std::uint64_t readStamp(std::string_view digits);

/// A chat completion of about 460 bytes, with usage.
[[nodiscard]] std::string_view completionJson();

/// `GET /v1/models` of the upstream.
[[nodiscard]] std::string_view modelsJson();

/// What a streaming client asks for; travels in the body, so it passes every gateway unchanged.
struct StreamWish
{
    std::string model = "bench-model";
    std::uint32_t chunks = 100;
    std::uint32_t intervalMs = 0;
    bool isMessages = false; // in Anthropic's dialect: the upstream's own interval holds
};

/// The JSON body that asks the upstream for such a stream.
[[nodiscard]] std::string streamRequestBody(const StreamWish &wish);

/// Number after `"key":` (quoted or not) in a JSON text, or `fallback`. Enough for our own bodies.
[[nodiscard]] std::uint32_t
numberAfter(std::string_view json, std::string_view key, std::uint32_t fallback);

/// Does the body ask for a stream?
[[nodiscard]] bool wantsStream(std::string_view json);

/// Monotonic nanoseconds: one clock for both tools, they run on one machine.
[[nodiscard]] std::uint64_t monotonicNow();

} // namespace meridian::bench
