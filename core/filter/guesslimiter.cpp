// SPDX-License-Identifier: MIT
// How often one address may be wrong about the admin token.
#include "core/filter/guesslimiter.h"

#include <algorithm>

namespace meridian::filter {

bool GuessLimiter::mayGuess(const net::SocketAddress &peer, Time now) const noexcept
{
    const Key key = keyOf(peer);
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry &known) { return known.key == key; });
    return entry == m_entries.end() || entry->free <= now + (Burst - 1) * PerGuess;
}

void GuessLimiter::noteWrong(const net::SocketAddress &peer, Time now)
{
    const Key key = keyOf(peer);
    auto entry = std::find_if(m_entries.begin(), m_entries.end(),
                              [&](const Entry &known) { return known.key == key; });
    if (entry == m_entries.end()) {
        if (m_entries.size() >= MaxAddresses) {
            m_entries.erase(std::min_element(
                m_entries.begin(), m_entries.end(),
                [](const Entry &left, const Entry &right) { return left.free < right.free; }));
        }
        entry = m_entries.insert(m_entries.end(), Entry{key, now});
    }
    entry->free = std::max(entry->free, now) + PerGuess;
}

GuessLimiter::Key GuessLimiter::keyOf(const net::SocketAddress &peer) noexcept
{
    Key key{};
    unsigned char bytes[16];
    peer.toBytes(bytes);
    // whoever has one IPv6 address has 2^64 of them
    const std::size_t counted = peer.host().find(':') == std::string::npos ? 16 : 8;
    std::copy_n(bytes, counted, key.begin());
    return key;
}

} // namespace meridian::filter
