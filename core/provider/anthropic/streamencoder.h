// SPDX-License-Identifier: MIT
// Writes an answer as Anthropic's event stream.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace meridian::provider::anthropic {

/// Blocks of the stream never overlap: what comes for a call while another one is open waits until
/// that one stops. The first event waits until there is content, so that it may hold the count of
/// input tokens where the provider tells it early. One per answer, one thread.
class StreamEncoder final : public AnswerSink
{
public:
    static constexpr std::size_t MaxWaitingBytes = 16UL * 1024 * 1024;

    StreamEncoder(std::string &out, const AnswerContext &context)
        : m_out(out)
        , m_context(context)
    {
    }

    void start(const AnswerStart &start) override;
    void partStart(std::uint32_t index, const PartStart &part) override;
    void partDelta(std::uint32_t index, std::string_view text) override;
    void partSignature(std::uint32_t index, std::string_view signature, Vendor by) override;
    void partStop(std::uint32_t index) override;
    void usage(const TokenUsage &usage) override;
    void finish(FinishReason reason, std::string_view stopSequence) override;
    void end() override;
    void error(const ApiError &error) override;
    void ping() override;

private:
    struct Block
    {
        std::uint32_t index = 0; // the sink's, not the stream's
        Part::Kind kind = Part::Kind::Text;
        std::string id;
        std::string name;
        std::string text;      // not written yet
        std::string signature; // written when the block stops; of a call: before it
        Vendor signedBy = Vendor::Unknown;
        Dialect origin = Dialect::OpenAiChat;
        bool isOpen = false; // its start is written
        bool isStopped = false;
    };

    void begin();
    void event(std::string_view name);
    json::JsonWriter &blockEvent(std::string_view type);
    void delta(std::string_view type, std::string_view member, std::string_view text);
    void writeWhole(const Block &block);
    void openContent();
    void writeThought(std::string_view signature);
    void open(Block &block);
    void append(Block &block, std::string_view text);
    void stop(Block &block);
    void goOn();
    Block *find(std::uint32_t index) noexcept;

    std::string &m_out;
    const AnswerContext m_context;
    json::JsonWriter m_json;
    AnswerStart m_start;
    TokenUsage m_usage;
    std::deque<Block> m_blocks; // the first one is being written, the others wait
    std::string m_stopSequence;
    std::size_t m_waiting = 0; // bytes
    std::int64_t m_number = 0; // of the block in the stream
    FinishReason m_finish = FinishReason::Stop;
    bool m_hasBegun = false;
    bool m_isRefused = false;
    bool m_isOver = false;
};

} // namespace meridian::provider::anthropic
