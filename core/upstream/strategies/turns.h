// SPDX-License-Identifier: MIT
// Who is next among backends that are equally good.
#pragma once

#include "core/upstream/strategies/backendmemory.h"

#include <optional>
#include <span>
#include <utility>

namespace meridian::upstream {

/// Of equals the one that was not chosen for longest. That goes round in whatever sets the
/// candidates come; a counter would not: where requests for two models take turns, its parity
/// gives each model always the same backend.
class Turns
{
public:
    /// The index of the candidate with the lowest key; `keyOf` is called once for each.
    template <typename KeyOf>
    [[nodiscard]] std::size_t lowest(std::span<Backend *const> candidates, const KeyOf &keyOf)
    {
        m_last.beginPick();
        std::size_t best = 0;
        auto bestKey = keyOf(*candidates[0]);
        for (std::size_t i = 1; i < candidates.size(); ++i) {
            auto key = keyOf(*candidates[i]);
            if (key < bestKey ||
                (!(bestKey < key) && lastTurn(*candidates[i]) < lastTurn(*candidates[best]))) {
                best = i;
                bestKey = std::move(key);
            }
        }
        m_last.at(*candidates[best]) = m_last.picks();
        return best;
    }

private:
    [[nodiscard]] std::uint64_t lastTurn(const Backend &backend) const
    {
        const std::uint64_t *turn = m_last.find(backend);
        return turn != nullptr ? *turn : 0;
    }

    BackendMemory<std::uint64_t> m_last;
};

} // namespace meridian::upstream
