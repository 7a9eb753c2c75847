// SPDX-License-Identifier: MIT
// Comparing with files that hold what is right, and reading streams cut at every byte.
#pragma once

#include "core/provider/codec.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::testing {

/// The content of tests/golden/<path>; fails the test when it cannot be read.
[[nodiscard]] std::string goldenFile(const std::string &path);

/// Compares `actual` with tests/golden/<path> as JSON texts whose white space between tokens does
/// not count, and whose order of members and spelling of numbers do. With MERIDIAN_GOLDEN=write in
/// the environment the file is written instead (and must then be read by a person). Empty when
/// equal; else what differs.
[[nodiscard]] std::string differsFromGolden(const std::string &path, std::string_view actual);

/// What a sink was told, a line each: `start id=… model=…`, `part 0 text`, `delta 0 "…"`,
/// `signature 0 google "…"`, `stop 0`, `usage input=…`, `finish tool_calls`, `end`,
/// `error rate_limited "…"`, `ping`. Neighbouring deltas of a part are joined, and repeated usage
/// lines merged into the last, so that the text does not depend on how a stream was cut.
class EventLog final : public provider::AnswerSink
{
public:
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

    [[nodiscard]] std::string text();

private:
    void line(std::string text);
    void flush();

    std::string m_text;
    std::string m_delta;
    std::uint32_t m_deltaIndex = 0;
    bool m_hasDelta = false;
    provider::TokenUsage m_usage;
    bool m_hasUsage = false;
};

struct Reading
{
    std::string events; // EventLog::text()
    provider::StreamDefects defects;
};

/// Reads a whole stream, in pieces that end at `cuts` (offsets, ascending).
[[nodiscard]] Reading readStream(const provider::ProviderCodec &codec,
                                 std::string_view stream,
                                 const std::vector<std::size_t> &cuts = {});

/// Reads the stream cut in two at every offset, and byte by byte: empty when every reading equals
/// the whole one; else the first cut that does not, and both texts.
[[nodiscard]] std::string differsWhenCut(const provider::ProviderCodec &codec,
                                         std::string_view stream);

/// Reads a whole answer's body; "not json" when it is none.
[[nodiscard]] std::string readAnswer(const provider::ProviderCodec &codec, std::string_view body);

/// Reads a client's request; its error's message instead when it is refused.
[[nodiscard]] tl::expected<provider::ChatRequest, std::string> readRequest(
    const provider::ClientCodec &codec, std::string_view body, std::string_view target = {});

/// The fidelity's entries, a line each: `dropped logit_bias: reason`.
[[nodiscard]] std::string textOf(const provider::Fidelity &fidelity);

} // namespace meridian::testing
