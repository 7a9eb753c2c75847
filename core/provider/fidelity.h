// SPDX-License-Identifier: MIT
// What a translation could not carry over, field by field: lossless or loud.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider {

/// One request's report. Paths are those of the client's body (`messages[3].content[0]`,
/// `logit_bias`). Harmless differences (a spelling, a default that is said aloud) are not entered.
class Fidelity
{
public:
    static constexpr std::size_t MaxEntries = 32; // those beyond are counted

    enum class Loss : std::uint8_t {
        Dropped,      // the provider has no such thing
        Approximated, // said in another way that may work out differently
    };

    struct Entry
    {
        Loss loss = Loss::Dropped;
        std::string path;
        std::string_view reason; // static text, may be empty
    };

    void dropped(std::string path, std::string_view reason = {})
    {
        add(Loss::Dropped, path, reason);
    }

    void approximated(std::string path, std::string_view reason)
    {
        add(Loss::Approximated, path, reason);
    }

    /// What is missing where `isHarmless(path)` makes no difference to the answer after all.
    template <typename IsHarmless>
    void forgive(IsHarmless isHarmless)
    {
        m_count -= std::erase_if(m_entries,
                                 [&](const Entry &entry) { return isHarmless(entry.path); });
    }

    [[nodiscard]] bool isLossless() const noexcept { return m_count == 0; }

    [[nodiscard]] std::size_t count() const noexcept { return m_count; }

    [[nodiscard]] const std::vector<Entry> &entries() const noexcept { return m_entries; }

    void clear() noexcept
    {
        m_entries.clear();
        m_count = 0;
    }

private:
    void add(Loss loss, std::string &path, std::string_view reason)
    {
        for (const Entry &entry : m_entries) { // the same field of forty messages is said once
            if (entry.path == path && entry.loss == loss) {
                return;
            }
        }
        ++m_count;
        if (m_entries.size() < MaxEntries) {
            m_entries.push_back({loss, std::move(path), reason});
        }
    }

    std::vector<Entry> m_entries;
    std::size_t m_count = 0;
};

} // namespace meridian::provider
