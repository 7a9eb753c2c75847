// SPDX-License-Identifier: MIT
// What is kept of a token that callers present: enough to recognise it, not to read it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace meridian {

/// The SHA-256 of a token. How long a comparison takes depends on the presented text's length
/// alone, so that nobody learns a token byte by byte. A value; any thread.
class TokenDigest
{
public:
    explicit TokenDigest(std::string_view token) noexcept;

    [[nodiscard]] bool matches(std::string_view presented) const noexcept;

private:
    std::array<std::uint8_t, 32> m_bytes{};
    bool m_isUsable = false; // false when no digest could be made: then nothing matches
};

} // namespace meridian
