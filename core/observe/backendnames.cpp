// SPDX-License-Identifier: MIT
// Remembers what the backends of recent snapshots were called: records know them by number.
#include "core/observe/backendnames.h"

namespace meridian::observe {

void BackendNames::remember(std::uint32_t generation, std::vector<std::string> names)
{
    m_generations.emplace_front(generation, std::move(names)); // the newest is asked for most
    if (m_generations.size() > KeptGenerations) {
        m_generations.pop_back();
    }
}

std::string_view BackendNames::find(std::uint32_t generation, std::size_t backend) const noexcept
{
    for (const auto &[number, names] : m_generations) {
        if (number == generation) {
            return backend < names.size() ? std::string_view(names[backend]) : std::string_view();
        }
    }
    return {};
}

} // namespace meridian::observe
