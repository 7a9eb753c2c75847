// SPDX-License-Identifier: MIT
// Reads one usage object, whichever dialect it is of; for usage.cpp.
#pragma once

#include "core/json/usage.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meridian::json {

/// What keys of a usage object stand for.
enum class UsageField : std::uint8_t {
    Prompt,     // all of it
    Input,      // all of it, unless the cached parts are told apart
    Completion, // all of it
    Total,
    CacheRead,
    CacheWrite,
    CacheReadApart,  // beside Input
    CacheWriteApart, // beside Input
    Reasoning,       // part of Completion
    Tools,           // beside Prompt
    Candidates,      // beside Thoughts
    Thoughts,        // likewise
    None,
};
inline constexpr std::size_t UsageFieldCount = static_cast<std::size_t>(UsageField::None);

/// What one usage object tells.
class UsageCounts
{
public:
    void set(UsageField field, std::uint64_t value) noexcept
    {
        m_values[static_cast<std::size_t>(field)] = value;
        m_told |= bitOf(field);
    }

    [[nodiscard]] bool has(UsageField field) const noexcept { return (m_told & bitOf(field)) != 0; }

    /// Of a field that was told; 0 of any other.
    [[nodiscard]] std::uint64_t operator[](UsageField field) const noexcept
    {
        return has(field) ? m_values[static_cast<std::size_t>(field)] : 0;
    }

    [[nodiscard]] bool any() const noexcept { return (m_told & ~bitOf(UsageField::Total)) != 0; }

    std::size_t length = 0; // of the object

private:
    static constexpr std::uint32_t bitOf(UsageField field) noexcept
    {
        return 1U << static_cast<unsigned>(field);
    }

    std::array<std::uint64_t, UsageFieldCount> m_values; // only those told
    std::uint32_t m_told = 0;
};

/// `text` without the white space it begins with.
[[nodiscard]] inline std::string_view skipSpace(std::string_view text) noexcept
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\r' ||
                             text.front() == '\n')) {
        text.remove_prefix(1);
    }
    return text;
}

/// The length of the string literal at the start of `text`, quotes included; 0 when it does not
/// end.
[[nodiscard]] std::size_t stringLength(std::string_view text) noexcept;

/// A non-negative integer that ends where a value may end; fractions, exponents and words are none.
[[nodiscard]] std::optional<std::uint64_t> readCount(std::string_view text) noexcept;

/// The counts in the object at the start of `text` and in the objects right inside it; none when it
/// does not end.
[[nodiscard]] UsageCounts readUsageObject(std::string_view text) noexcept;

/// What mergeUsage() says of one object.
void mergeCounts(Usage &usage, const UsageCounts &counts) noexcept;

} // namespace meridian::json
