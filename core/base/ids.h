// SPDX-License-Identifier: MIT
// Names for requests: short, unique enough to find one in a log, made without a lock or allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian {

/// `mrdn-` and twelve lower-case hexadecimal digits (48 random bits: among a million requests the
/// chance of one collision is below 0.2 %). A value; not a secret and not unpredictable.
class RequestId
{
public:
    static constexpr std::size_t Size = 17;

    /// A fresh id. Any thread; each has its own generator, seeded from the kernel on first use.
    [[nodiscard]] static RequestId next() noexcept;

    /// The id made of the low 48 bits of `bits`.
    [[nodiscard]] static RequestId fromBits(std::uint64_t bits) noexcept;

    [[nodiscard]] std::string_view view() const noexcept { return {m_text.data(), m_text.size()}; }

    friend bool operator==(const RequestId &, const RequestId &) noexcept = default;

private:
    RequestId() = default;

    std::array<char, Size> m_text{'m', 'r', 'd', 'n', '-'};
};

/// A fast pseudo-random 64-bit number from this thread's generator (splitmix64): for ids, jitter
/// and tie-breaking, never for keys.
[[nodiscard]] std::uint64_t randomBits() noexcept;

} // namespace meridian
