// SPDX-License-Identifier: MIT
#include "core/http/headermap.h"

#include <array>

namespace meridian::http {

namespace {

constexpr auto Lower = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = static_cast<char>(i >= 'A' && i <= 'Z' ? i | 0x20U : i);
    }
    return table;
}();

constexpr char lower(char c) noexcept
{
    return Lower[static_cast<unsigned char>(c)];
}

std::string_view trim(std::string_view text) noexcept
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace

bool equalsSameSize(std::string_view text, std::string_view lowerText) noexcept
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (lower(text[i]) != lowerText[i]) {
            return false;
        }
    }
    return true;
}

bool listContains(std::string_view list, std::string_view lowerToken) noexcept
{
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (equalsIgnoreCase(trim(list.substr(0, comma)), lowerToken)) {
            return true;
        }
        if (comma == std::string_view::npos) {
            break;
        }
        list.remove_prefix(comma + 1);
    }
    return false;
}

void HeaderMap::add(std::string_view name, std::string_view value)
{
    value = trim(value);
    m_present |= markOf(name);
    m_entries.push_back({static_cast<std::uint32_t>(name.data() - m_base),
                         static_cast<std::uint32_t>(name.size()),
                         static_cast<std::uint32_t>(value.data() - m_base),
                         static_cast<std::uint32_t>(value.size())});
}

HeaderField HeaderMap::operator[](std::size_t index) const noexcept
{
    const Entry &entry = m_entries[index];
    return {{m_base + entry.nameOffset, entry.nameSize},
            {m_base + entry.valueOffset, entry.valueSize}};
}

std::string_view HeaderMap::line(std::size_t index) const noexcept
{
    const Entry &entry = m_entries[index];
    const char *name = m_base + entry.nameOffset;
    const char *separator = name + entry.nameSize;
    const char *value = m_base + entry.valueOffset;
    const char *end = value + entry.valueSize;
    // a field without value may point anywhere behind its colon
    const bool isUsual = entry.valueSize > 0 && value == separator + 2 && separator[1] == ' ' &&
                         end[0] == '\r' && end[1] == '\n';
    return isUsual ? std::string_view(name, static_cast<std::size_t>(end + 2 - name))
                   : std::string_view();
}

/// One bit of 64 that a name's shape chooses.
std::uint64_t HeaderMap::markOf(std::string_view name) noexcept
{
    if (name.empty()) {
        return 0;
    }
    const auto first = static_cast<unsigned char>(lower(name.front()));
    const auto last = static_cast<unsigned char>(lower(name.back()));
    return std::uint64_t{1} << ((name.size() * 5 + first + 3 * last) % 64);
}

std::optional<std::string_view> HeaderMap::find(std::string_view lowerName) const noexcept
{
    if ((m_present & markOf(lowerName)) == 0) {
        return std::nullopt; // most of what is asked for is not there
    }
    for (const Entry &entry : m_entries) {
        if (entry.nameSize == lowerName.size() &&
            equalsIgnoreCase({m_base + entry.nameOffset, entry.nameSize}, lowerName)) {
            return std::string_view(m_base + entry.valueOffset, entry.valueSize);
        }
    }
    return std::nullopt;
}

std::size_t HeaderMap::count(std::string_view lowerName) const noexcept
{
    std::size_t total = 0;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        total += equalsIgnoreCase((*this)[i].name, lowerName) ? 1U : 0U;
    }
    return total;
}

} // namespace meridian::http
