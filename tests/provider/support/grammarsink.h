// SPDX-License-Identifier: MIT
// Checks that what a sink is told keeps the grammar of AnswerSink.
#pragma once

#include "core/provider/answer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace meridian::testing {

/// Passes everything on to another sink, if there is one. One per answer.
class GrammarSink final : public provider::AnswerSink
{
public:
    explicit GrammarSink(provider::AnswerSink *next = nullptr) noexcept
        : m_next(next)
    {
    }

    void start(const provider::AnswerStart &start) override;
    void partStart(std::uint32_t index, const provider::PartStart &part) override;
    void partDelta(std::uint32_t index, std::string_view text) override;
    void
    partSignature(std::uint32_t index, std::string_view signature, provider::Vendor by) override;
    void partStop(std::uint32_t index) override;
    void usage(const provider::TokenUsage &usage) override;
    void finish(provider::FinishReason reason, std::string_view stopSequence) override;
    void end() override;
    void error(const provider::ApiError &error) override;
    void ping() override;

    /// The first thing that was wrong; empty: nothing.
    [[nodiscard]] const std::string &flaw() const noexcept { return m_flaw; }

    /// end() or error() has come.
    [[nodiscard]] bool isOver() const noexcept { return m_isOver; }

    [[nodiscard]] bool hasFailed() const noexcept { return m_hasFailed; }

private:
    struct Open
    {
        provider::Part::Kind kind = provider::Part::Kind::Text;
        bool isOpen = true;
        bool isSigned = false;
    };

    void require(bool condition, const char *what);
    void live(const char *what); // between start and finish
    Open *part(std::uint32_t index);
    [[nodiscard]] bool hasOpen(bool callsToo) const;

    provider::AnswerSink *m_next;
    std::string m_flaw;
    std::vector<Open> m_parts;
    bool m_hasStarted = false;
    bool m_hasFinished = false;
    bool m_isOver = false;
    bool m_hasFailed = false;
};

} // namespace meridian::testing
