// SPDX-License-Identifier: MIT
// Writes an answer as a Gemini stream, in either framing.
#pragma once

#include "core/provider/codec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace meridian::provider::gemini {

/// One per answer. Text and thoughts go out as they come; calls, which Gemini tells whole, at their
/// end. The last chunk has the finish reason and the counts.
class StreamEncoder final : public AnswerSink
{
public:
    static constexpr std::size_t MaxCallBytes = 32UL * 1024 * 1024; // of all that are open

    /// `isArray`: one growing JSON array instead of server-sent events.
    StreamEncoder(std::string &out, const AnswerContext &context, bool isArray)
        : m_out(out)
        , m_context(context)
        , m_isArray(isArray)
    {
    }

    void start(const AnswerStart &start) override { m_start = start; }

    void partStart(std::uint32_t index, const PartStart &part) override;
    void partDelta(std::uint32_t index, std::string_view text) override;
    void partSignature(std::uint32_t index, std::string_view signature, Vendor by) override;
    void partStop(std::uint32_t index) override;

    void usage(const TokenUsage &usage) override { m_usage.merge(usage); }

    void finish(FinishReason reason, std::string_view) override { m_finish = reason; }

    void end() override;
    void error(const ApiError &error) override;

private:
    struct OpenPart
    {
        std::uint32_t index = 0;
        Part part;
    };

    Part *find(std::uint32_t index) noexcept;
    void chunk(const Part &part);
    void event(std::string_view json);

    std::string &m_out;
    const AnswerContext m_context;
    const bool m_isArray;
    AnswerStart m_start;
    TokenUsage m_usage;
    FinishReason m_finish = FinishReason::Stop;
    std::vector<OpenPart> m_open;
    std::size_t m_callBytes = 0;
    bool m_hasEvent = false;
    bool m_isOver = false;
};

} // namespace meridian::provider::gemini
