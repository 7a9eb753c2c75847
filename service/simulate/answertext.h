// SPDX-License-Identifier: MIT
// The words of every answer: which backend speaks, then made-up text, one token after the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::simulate {

/// `Hello from fast. Every word …`, without end. Each token can be made again at any time, so that
/// a stream keeps nothing but a number. Immutable.
class AnswerText
{
public:
    explicit AnswerText(std::string_view backendName);

    [[nodiscard]] std::string_view token(std::uint32_t index) const noexcept;

    /// The first `count` tokens in a row.
    [[nodiscard]] std::string first(std::uint32_t count) const;

private:
    std::string m_name; // as a token: with the space before it
};

} // namespace meridian::simulate
