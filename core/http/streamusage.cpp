// SPDX-License-Identifier: MIT
#include "core/http/streamusage.h"

#include <cstring>

namespace meridian::http {

namespace {

bool isLineEnd(char byte) noexcept
{
    return byte == '\n' || byte == '\r';
}

/// Is the text `[DONE]` at `at` a data line of its own?
bool isDoneLine(std::string_view events, std::size_t at, std::size_t size) noexcept
{
    constexpr std::string_view Field = "data:";
    if (at + size < events.size() && !isLineEnd(events[at + size])) {
        return false;
    }
    std::string_view before = events.substr(0, at);
    if (before.ends_with(' ')) {
        before.remove_suffix(1);
    }
    if (!before.ends_with(Field)) {
        return false;
    }
    before.remove_suffix(Field.size());
    return before.empty() || isLineEnd(before.back());
}

} // namespace

void StreamUsage::feed(std::string_view events) noexcept
{
    constexpr std::string_view Done = "[DONE]";
    json::mergeUsage(m_usage, events, m_form);
    std::string_view rest = events;
    while (!m_isDone && !rest.empty()) {
        const void *hit = memmem(rest.data(), rest.size(), Done.data(), Done.size());
        if (hit == nullptr) {
            break;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char *>(hit) - events.data());
        m_isDone = isDoneLine(events, at, Done.size());
        rest = events.substr(at + Done.size());
    }
}

} // namespace meridian::http
