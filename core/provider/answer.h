// SPDX-License-Identifier: MIT
// A model's answer in nobody's dialect: as events while it streams, or whole.
#pragma once

#include "core/provider/apierror.h"
#include "core/provider/conversation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider {

enum class FinishReason : std::uint8_t {
    Stop,
    StopSequence,
    MaxTokens,
    ContextExceeded,
    ToolCalls,
    Filtered, // the provider's filter, or the model refused
    Pause,    // Anthropic's pause_turn
};

/// Token counts; what was not told stays empty. Cumulative in streams.
struct TokenUsage
{
    std::optional<std::uint64_t> input;        // all of it: cached and cache-written included
    std::optional<std::uint64_t> cacheRead;    // part of input
    std::optional<std::uint64_t> cacheWrite;   // part of input
    std::optional<std::uint64_t> cacheWrite1h; // part of cacheWrite: Anthropic's hour-long entries
    std::optional<std::uint64_t> output;       // reasoning included
    std::optional<std::uint64_t> reasoning;    // part of output

    /// What `later` tells replaces what was known.
    void merge(const TokenUsage &later);

    bool operator==(const TokenUsage &) const = default;
};

/// How an answer begins.
struct AnswerStart
{
    std::string id;           // the provider's; empty: none
    std::string model;        // as the provider calls it; empty: not told
    std::int64_t created = 0; // seconds since 1970; 0: not told
};

/// How a part begins. Kinds: Text, Thinking, RedactedThinking (whole, in `data`), ToolCall,
/// Refusal, Opaque (whole: `data` is its JSON, `origin` its dialect).
struct PartStart
{
    Part::Kind kind = Part::Kind::Text;
    std::string_view id;   // ToolCall; never empty
    std::string_view name; // ToolCall
    std::string_view data;
    Dialect origin = Dialect::OpenAiChat;
};

/// Receives an answer. The grammar that the caller keeps (AnswerWriter does it for decoders):
///
///     start (partStart partDelta* signature? partStop)* … usage* finish end
///
/// or, from any point on, one error() and nothing more. Parts are numbered 0, 1, 2 …; text and
/// thinking parts never overlap with anything; tool calls may (their deltas then carry the index).
/// usage() may come anywhere between start and end. Views end with the call.
class AnswerSink
{
public:
    virtual ~AnswerSink() = default;

    virtual void start(const AnswerStart &start) = 0;
    virtual void partStart(std::uint32_t index, const PartStart &part) = 0;
    /// More of the text, the thought, or the arguments' JSON text.
    virtual void partDelta(std::uint32_t index, std::string_view text) = 0;
    /// Of a thought, or (Gemini) of a call.
    virtual void partSignature(std::uint32_t index, std::string_view signature, Vendor by) = 0;
    virtual void partStop(std::uint32_t index) = 0;
    virtual void usage(const TokenUsage &usage) = 0;
    /// `stopSequence`: the one that was met, if told.
    virtual void finish(FinishReason reason, std::string_view stopSequence) = 0;
    virtual void end() = 0;
    virtual void error(const ApiError &error) = 0;

    /// The provider is alive and has nothing to say (Anthropic's ping). Between start and end.
    virtual void ping() {}
};

/// A whole answer.
struct Answer
{
    AnswerStart start;
    std::vector<Part> parts;
    FinishReason finish = FinishReason::Stop;
    std::string stopSequence;
    TokenUsage usage;

    bool operator==(const Answer &other) const;
};

/// Puts a whole answer together.
class AnswerBuilder final : public AnswerSink
{
public:
    static constexpr std::size_t MaxBytes = 64UL * 1024 * 1024; // of all texts; beyond: error

    void start(const AnswerStart &start) override;
    void partStart(std::uint32_t index, const PartStart &part) override;
    void partDelta(std::uint32_t index, std::string_view text) override;
    void partSignature(std::uint32_t index, std::string_view signature, Vendor by) override;
    void partStop(std::uint32_t index) override;
    void usage(const TokenUsage &usage) override;
    void finish(FinishReason reason, std::string_view stopSequence) override;

    void end() override { m_isComplete = true; }

    void error(const ApiError &error) override { m_error = error; }

    [[nodiscard]] const Answer &answer() const noexcept { return m_answer; }

    /// end() has come.
    [[nodiscard]] bool isComplete() const noexcept { return m_isComplete && !m_error; }

    [[nodiscard]] const std::optional<ApiError> &failure() const noexcept { return m_error; }

private:
    Answer m_answer;
    std::optional<ApiError> m_error;
    std::size_t m_bytes = 0;
    bool m_isComplete = false;
};

/// Plays a whole answer into a sink, for a client that wants a stream of a provider that gave none.
void replay(const Answer &answer, AnswerSink &sink);

} // namespace meridian::provider
