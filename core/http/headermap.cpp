// SPDX-License-Identifier: MIT
#include "core/http/headermap.h"

namespace meridian::http {

namespace {

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
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

bool equalsIgnoreCase(std::string_view text, std::string_view lowerText) noexcept
{
    if (text.size() != lowerText.size()) {
        return false;
    }
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

std::optional<std::string_view> HeaderMap::find(std::string_view lowerName) const noexcept
{
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
