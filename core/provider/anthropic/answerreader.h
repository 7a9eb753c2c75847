// SPDX-License-Identifier: MIT
// Reads the pieces of an answer, whole or streamed, and tells an AnswerWriter.
#pragma once

#include "core/json/checker.h"
#include "core/json/value.h"
#include "core/provider/answerwriter.h"
#include "core/provider/anthropic/usagefields.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace meridian::provider::anthropic {

/// Knows which blocks are open and mends what providers do wrong with their indexes. One per
/// answer, one thread. Values are views into a text that need only outlive the call.
class AnswerReader
{
public:
    static constexpr std::size_t MaxHeldBytes = 32UL * 1024 * 1024; // of blocks told at their end
    static constexpr std::int64_t MaxBlocks = 10000;

    AnswerReader(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
        : m_writer(sink, defects, idSeed)
    {
    }

    void start(json::Value message);
    void openBlock(std::int64_t index, json::Value block);
    void delta(std::int64_t index, json::Value delta);
    void closeBlock(std::int64_t index);
    void usage(json::Value usage);

    /// `said` holds stop_reason, stop_sequence and stop_details.
    void finish(json::Value said);

    /// message_stop.
    void end();
    void bodyEnded();

    [[nodiscard]] AnswerWriter &writer() noexcept { return m_writer; }

private:
    enum class Kind : std::uint8_t { Text, Thinking, Call, Whole, Opaque };

    struct Block
    {
        std::int64_t index = 0;
        Kind kind = Kind::Text;
        std::int64_t key = 0;  // of a call
        std::string held;      // Call: the input, Thinking: the signature, Opaque: the block, as
                               // they stood in the start
        std::string later;     // Opaque: its input, from deltas
        bool hasDelta = false; // so that what is held does not count
    };

    Block *find(std::int64_t index, Kind kind) noexcept;
    Block *blockFor(std::int64_t index, Kind kind);
    void openCall(Block &block, json::Value start);
    void inputDelta(std::int64_t index, json::Value piece);
    void closeOthers(Kind coming, std::int64_t index);
    void close(Block &block);
    void closeAll();
    void hold(std::string &held, std::string_view more);
    [[nodiscard]] std::string opaqueOf(const Block &block);

    AnswerWriter m_writer;
    UsageReader m_usage;
    json::Checker m_checker;
    std::vector<Block> m_open;
    std::unordered_set<std::string> m_callIds;
    std::int64_t m_seen = 0; // blocks so far
    std::size_t m_held = 0;
};

} // namespace meridian::provider::anthropic
