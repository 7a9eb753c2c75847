// SPDX-License-Identifier: MIT
// Remembers what the backends of recent snapshots were called: records know them by number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::observe {

/// One thread.
class BackendNames
{
public:
    /// Reloads come at most once a second, exchanges settle within minutes.
    static constexpr std::size_t KeptGenerations = 128;

    /// The names in the snapshot's order; the oldest generation is forgotten for it.
    void remember(std::uint32_t generation, std::vector<std::string> names);

    /// Empty when the generation is forgotten or the number is none of its backends'. Valid until
    /// the next remember().
    [[nodiscard]] std::string_view find(std::uint32_t generation,
                                        std::size_t backend) const noexcept;

private:
    std::deque<std::pair<std::uint32_t, std::vector<std::string>>> m_generations;
};

} // namespace meridian::observe
