// SPDX-License-Identifier: MIT
// How often one address may be wrong about the admin token.
#pragma once

#include "core/net/socketaddress.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace meridian::filter {

/// An address (of IPv6 its /64) may present Burst wrong tokens at once and then one a second. What
/// it presents beyond that is not even looked at, right or wrong. One thread; bounded: when
/// MaxAddresses are remembered, the one that has been quiet longest is forgotten.
class GuessLimiter
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr int Burst = 10;
    static constexpr std::chrono::seconds PerGuess{1};
    static constexpr std::size_t MaxAddresses = 256;

    [[nodiscard]] bool mayGuess(const net::SocketAddress &peer, Time now) const noexcept;

    void noteWrong(const net::SocketAddress &peer, Time now);

private:
    using Key = std::array<std::uint8_t, 16>;

    struct Entry
    {
        Key key;
        Time free; // when every guess so far is paid for
    };

    [[nodiscard]] static Key keyOf(const net::SocketAddress &peer) noexcept;

    std::vector<Entry> m_entries;
};

} // namespace meridian::filter
