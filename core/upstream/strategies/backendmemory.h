// SPDX-License-Identifier: MIT
// What a strategy remembers of each backend it has seen.
#pragma once

#include "core/upstream/backend.h"

#include <cstdint>
#include <unordered_map>

namespace meridian::upstream {

/// Keyed by the server and not by its settings, so that a reload loses nothing. The key is never
/// followed: when a server is gone, its entry is forgotten after a while, and should another
/// server get its address before, it starts with the other's entry, which every user can bear.
template <typename T>
class BackendMemory
{
public:
    static constexpr std::uint64_t SweepEvery = 4096;   // picks
    static constexpr std::uint64_t ForgetAfter = 16384; // picks without being seen

    /// Once per pick.
    void beginPick()
    {
        if (++m_pick % SweepEvery == 0) {
            std::erase_if(m_entries,
                          [this](const auto &entry) { return isForgotten(entry.second); });
        }
    }

    [[nodiscard]] std::uint64_t picks() const noexcept { return m_pick; }

    /// The entry, made when there is none; valid until the next beginPick().
    [[nodiscard]] T &at(const Backend &backend)
    {
        Entry &entry = m_entries[backend.state().get()];
        entry.seen = m_pick;
        return entry.value;
    }

    /// Null when there is none.
    [[nodiscard]] const T *find(const Backend &backend) const
    {
        const auto found = m_entries.find(backend.state().get());
        return found == m_entries.end() ? nullptr : &found->second.value;
    }

    [[nodiscard]] std::size_t size() const noexcept { return m_entries.size(); }

private:
    struct Entry
    {
        T value{};
        std::uint64_t seen = 0;
    };

    [[nodiscard]] bool isForgotten(const Entry &entry) const noexcept
    {
        return m_pick - entry.seen > ForgetAfter;
    }

    std::unordered_map<const BackendState *, Entry> m_entries;
    std::uint64_t m_pick = 0;
};

} // namespace meridian::upstream
