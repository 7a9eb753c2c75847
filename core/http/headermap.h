// SPDX-License-Identifier: MIT
// The header fields of one message, in order, as they came.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::http {

/// equalsIgnoreCase() of two texts that are equally long.
[[nodiscard]] bool equalsSameSize(std::string_view text, std::string_view lower) noexcept;

/// ASCII case-insensitive comparison; `lower` must be lower case already.
[[nodiscard]] inline bool equalsIgnoreCase(std::string_view text, std::string_view lower) noexcept
{
    return text.size() == lower.size() && equalsSameSize(text, lower);
}

/// True when the comma-separated list holds the token (RFC 9110 §5.6.1), ignoring case.
[[nodiscard]] bool listContains(std::string_view list, std::string_view lowerToken) noexcept;

struct HeaderField
{
    std::string_view name;
    std::string_view value;
};

/// Fields as offsets into the raw head they were parsed from, which the owner keeps: nothing is
/// copied.
class HeaderMap
{
public:
    void clear() noexcept
    {
        m_entries.clear();
        m_present = 0;
    }

    /// `base` is the raw head; it may move as a whole (rebase) but must not change.
    void rebase(const char *base) noexcept { m_base = base; }

    void add(std::string_view name, std::string_view value);

    [[nodiscard]] std::size_t size() const noexcept { return m_entries.size(); }

    [[nodiscard]] HeaderField operator[](std::size_t index) const noexcept;

    /// The field as it came, `name: value` and the line's end, when it is spelt just so; else
    /// empty.
    [[nodiscard]] std::string_view line(std::size_t index) const noexcept;

    /// The first field of that (lower-case) name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view lowerName) const noexcept;
    [[nodiscard]] std::size_t count(std::string_view lowerName) const noexcept;

private:
    struct Entry
    {
        std::uint32_t nameOffset;
        std::uint32_t nameSize;
        std::uint32_t valueOffset;
        std::uint32_t valueSize;
    };

    [[nodiscard]] static std::uint64_t markOf(std::string_view name) noexcept;

    const char *m_base = nullptr;
    std::uint64_t m_present = 0; // markOf() of every name: without its mark a name is not there
    std::vector<Entry> m_entries;
};

} // namespace meridian::http
