// SPDX-License-Identifier: MIT
// Tells an answer to a client as Ollama's lines of JSON.
#pragma once

#include "core/provider/ollama/answerlines.h"

#include <map>

namespace meridian::provider::ollama {

/// Text and thoughts go out as they come, calls when they are whole. One per answer, one thread.
class StreamEncoder final : public AnswerSink
{
public:
    /// Of the arguments of all calls that are open: 64 MiB, as for a whole answer.
    static constexpr std::size_t MaxCallBytes = AnswerBuilder::MaxBytes;

    StreamEncoder(Dialect dialect, std::string &out, const AnswerContext &context)
        : m_lines(dialect, context)
        , m_out(out)
    {
    }

    void start(const AnswerStart &start) override;
    void partStart(std::uint32_t index, const PartStart &part) override;
    void partDelta(std::uint32_t index, std::string_view text) override;

    void partSignature(std::uint32_t, std::string_view, Vendor) override {}

    void partStop(std::uint32_t index) override;

    void usage(const TokenUsage &usage) override { m_usage.merge(usage); }

    void finish(FinishReason reason, std::string_view) override { m_finish = reason; }

    void end() override;
    void error(const ApiError &error) override;

private:
    AnswerLines m_lines;
    std::string &m_out;
    std::map<std::uint32_t, Part> m_calls; // open ones, by index
    std::size_t m_callBytes = 0;
    std::size_t m_told = 0; // calls
    Part::Kind m_kind = Part::Kind::Text;
    TokenUsage m_usage;
    FinishReason m_finish = FinishReason::Stop;
    bool m_hasEnded = false;
};

/// `{"error":"…"}`.
[[nodiscard]] std::string errorObject(std::string_view message);

} // namespace meridian::provider::ollama
