// SPDX-License-Identifier: MIT
// What decoders tell an answer to: keeps the grammar of AnswerSink whatever the provider sends.
#pragma once

#include "core/provider/answer.h"
#include "core/provider/streamdefect.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider {

/// Opens, numbers and closes parts as their content comes. One per answer, one thread.
class AnswerWriter
{
public:
    /// `idSeed`: different for every answer (the exchange's id); what ids of calls are made from.
    AnswerWriter(AnswerSink &sink, StreamDefects &defects, std::string_view idSeed)
        : m_sink(sink)
        , m_defects(defects)
        , m_idSeed(idSeed)
    {
    }

    /// A second start counts as a defect and is dropped.
    void start(const AnswerStart &start);

    // --- content: opens the part it belongs to, closing what cannot be open beside it. Empty text
    // opens nothing.
    void text(std::string_view text);
    void thinking(std::string_view text);
    /// Of the thought that is open, or of one without text.
    void thinkingSignature(std::string_view signature, Vendor by);
    void redactedThinking(std::string_view data);
    void refusal(std::string_view text);
    void opaque(std::string_view json, Dialect origin);

    /// A call begins. `key` tells calls of this stream apart (the provider's index); an empty `id`
    /// is replaced by one made from the seed and the call's number.
    void openCall(std::int64_t key, std::string_view id, std::string_view name);
    /// More of the arguments; false when no call has this key.
    bool callArguments(std::int64_t key, std::string_view json);
    /// Told when the call closes; the last one counts.
    void callSignature(std::int64_t key, std::string_view signature, Vendor by);
    void closeCall(std::int64_t key);
    [[nodiscard]] bool hasCall(std::int64_t key) const noexcept;
    /// The id that openCall() gave to the sink.
    [[nodiscard]] std::string_view callId(std::int64_t key) const noexcept;

    /// Closes the open text, thought or refusal; calls stay.
    void closeContent();

    void usage(const TokenUsage &usage);
    void ping();

    /// Remembered; told at end(). The last one counts. Stop becomes ToolCalls when there were any.
    void finish(FinishReason reason, std::string_view stopSequence = {});

    /// The terminal event has come: closes parts, tells finish (guessed, and counted, if nobody
    /// said it), usage and end.
    void end();

    /// The provider's body has ended by itself: end() if the answer was finished, else an error.
    void bodyEnded();

    /// Ends with an error; nothing more is told.
    void fail(ApiError error);
    void fail(StreamDefect defect, std::string message);

    [[nodiscard]] bool hasStarted() const noexcept { return m_hasStarted; }

    [[nodiscard]] bool hasEnded() const noexcept { return m_hasEnded; }

    [[nodiscard]] bool hasFinish() const noexcept { return m_hasFinish; }

    [[nodiscard]] StreamDefects &defects() noexcept { return m_defects; }

private:
    struct Call
    {
        std::int64_t key = 0;
        std::uint32_t index = 0;
        std::string id;
        std::string signature; // told when the call closes: after its arguments
        Vendor signedBy = Vendor::Unknown;
        std::int32_t depth = 0; // of the arguments' brackets
        bool inString = false;
        bool isEscaped = false;
        bool isBalanced = false; // at least one value, and every bracket closed
        bool isOpen = true;
    };

    bool ready(); // false after the end
    void content(Part::Kind kind, std::string_view text);
    void closeAll();
    Call *find(std::int64_t key) noexcept;
    void stop(Call &call);
    static void follow(Call &call, std::string_view json) noexcept;

    AnswerSink &m_sink;
    StreamDefects &m_defects;
    const std::string m_idSeed;
    std::vector<Call> m_calls;
    TokenUsage m_usage;
    std::string m_stopSequence;
    FinishReason m_finish = FinishReason::Stop;
    std::uint32_t m_next = 0;    // number of the next part
    std::uint32_t m_content = 0; // the open text, thought or refusal
    Part::Kind m_contentKind = Part::Kind::Text;
    bool m_hasContent = false;
    bool m_isSigned = false;  // the open thought: what comes next is another one
    bool m_owesUsage = false; // told before the start
    bool m_hasStarted = false;
    bool m_hasFinish = false;
    bool m_hasEnded = false;
};

} // namespace meridian::provider
