// SPDX-License-Identifier: MIT
// Remembers what a chat stream has said, so that another backend can say the rest.
#pragma once

#include "core/http/ssereader.h"
#include "core/json/bodyscanner.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::proxy {

/// Watches the whole events of one `/v1/chat/completions` stream as they pass. Only plain text of a
/// single choice can be continued: a tool call, a reasoning or a finished answer cannot. One per
/// exchange, on its worker's thread, and only where continuation is configured.
class StreamContinuation final : private http::SseHandler
{
public:
    static constexpr std::size_t MaxText = 256 * 1024; // beyond it a stream is not continued

    StreamContinuation();
    ~StreamContinuation() override;

    void feed(std::string_view events);

    [[nodiscard]] bool canContinue() const noexcept { return m_isContinuable && !m_isFinished; }

    /// The text so far.
    [[nodiscard]] const std::string &text() const noexcept { return m_text; }

    /// The request that asks for the rest: the same with the text so far as the beginning of the
    /// assistant's message, in the form vLLM and SGLang take (`continue_final_message`). The body's
    /// other bytes stay as they are. A different `model` replaces the value at `modelValue`, unless
    /// it is empty. Empty when `body` has no list of messages.
    [[nodiscard]] std::string request(std::string_view body,
                                      const json::Extent &messages,
                                      const json::Extent &modelValue,
                                      std::string_view model) const;

private:
    struct Parser; // simdjson's, kept out of the header

    void sseEvent(std::string_view name, std::string_view data) override;

    const std::unique_ptr<Parser> m_parser;
    http::SseReader m_reader;
    std::string m_text;
    bool m_isContinuable = true;
    bool m_isFinished = false;
};

} // namespace meridian::proxy
