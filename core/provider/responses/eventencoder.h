// SPDX-License-Identifier: MIT
// Tells an answer as the events of a streamed response.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"
#include "core/provider/responses/itemwriter.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::responses {

/// Each part of the answer is one item. An item that has stopped is told to be done only when
/// something else happens: whether it is complete or was cut off is known with the finish. After
/// an error no open item is told to be done: clients run a call as soon as they see it done.
///
/// Holds the answer's texts until they are told whole (64 MB, then the stream fails). One per
/// answer, one thread; `out` and what `context` refers to outlive it.
class EventEncoder final : public AnswerSink
{
public:
    EventEncoder(std::string &out, const AnswerContext &context);

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
    enum class Stage : std::uint8_t { Skipped, Open, Stopped, Done };

    struct Item
    {
        Part part;
        std::string id;
        std::size_t output = 0; // its index in `output`
        Stage stage = Stage::Open;
        bool isCustom = false;   // a call of a custom tool: told whole
        bool hasSummary = false; // of a thought: its text has begun
    };

    Item *itemAt(std::uint32_t index) noexcept;
    bool hold(std::size_t bytes);
    void announce(Item &item, std::size_t number);
    void tellStopped(ItemStatus status);
    void tellDone(Item &item, std::size_t number, ItemStatus status);
    void tellMessage(const Item &item);
    void tellThought(const Item &item);
    void tellCall(const Item &item, ItemStatus status);
    void tellSignature(const Item &item, std::size_t number);
    void tellItem(std::string_view type, std::size_t output, std::string_view item);

    /// Begins an event; the writer is inside its object.
    json::JsonWriter &begin(std::string_view type);
    json::JsonWriter &beginOf(std::string_view type, const Item &item);
    void send();
    void
    tellResponse(std::string_view type, std::string_view status, const ApiError *error = nullptr);

    std::string &m_out;
    const std::string_view m_requestModel;
    const std::int64_t m_requestCreated;
    const std::string m_id;
    const std::string m_echo;
    const ItemWriter m_items;
    json::JsonWriter m_writer;
    std::string m_model;
    std::int64_t m_created = 0;
    std::int64_t m_sequence = 0;
    std::vector<Item> m_parts;            // by the part's number
    std::vector<std::string> m_output;    // items that are done, by their index
    std::optional<std::size_t> m_stopped; // the part that is not told to be done yet
    std::size_t m_bytes = 0;
    TokenUsage m_usage;
    FinishReason m_finish = FinishReason::Stop;
    bool m_hasStarted = false;
    bool m_hasEnded = false;
    bool m_hasRefusal = false;
};

} // namespace meridian::provider::responses
