// SPDX-License-Identifier: MIT
#include "core/http/sseboundary.h"

#include <cstring>

namespace meridian::http {

namespace {

constexpr std::size_t None = std::string_view::npos;

bool isLineEnd(char byte) noexcept
{
    return byte == '\n' || byte == '\r';
}

/// The last `byte` in the first `size` bytes of `text`.
std::size_t lastOf(std::string_view text, char byte, std::size_t size) noexcept
{
    const void *hit = memrchr(text.data(), byte, size);
    return hit == nullptr ? None
                          : static_cast<std::size_t>(static_cast<const char *>(hit) - text.data());
}

} // namespace

std::size_t SseBoundary::completePrefix(std::string_view chunk) noexcept
{
    if (chunk.empty()) {
        return 0;
    }
    if (chunk.ends_with("\n\n")) { // whatever came before, the second one ends an empty line
        m_last = Last::LineFeed;
        m_isBetweenEvents = true;
        return chunk.size();
    }

    // Does the line end at `i` end an empty line? A CR and the LF behind it are one line end.
    const auto endsBlankLine = [&](std::size_t i) {
        if (chunk[i] == '\r') {
            return i == 0 ? m_last != Last::Other : isLineEnd(chunk[i - 1]);
        }
        if (i == 0) {
            return m_last == Last::LineFeed || m_last == Last::ReturnAfterBlank;
        }
        if (chunk[i - 1] == '\r') {
            return i == 1 ? m_last != Last::Other : isLineEnd(chunk[i - 2]);
        }
        return chunk[i - 1] == '\n';
    };

    // Walk back over the line ends; a text without CR is searched for one only once.
    std::size_t complete = 0;
    std::size_t feed = lastOf(chunk, '\n', chunk.size());
    std::size_t ret = lastOf(chunk, '\r', chunk.size());
    while (feed != None || ret != None) {
        const bool isFeed = ret == None || (feed != None && feed > ret);
        std::size_t &at = isFeed ? feed : ret;
        if (endsBlankLine(at)) {
            complete = at + 1;
            break;
        }
        at = lastOf(chunk, chunk[at], at);
    }

    const std::size_t end = chunk.size() - 1;
    if (chunk[end] == '\n') {
        m_last = Last::LineFeed;
    } else if (chunk[end] == '\r') {
        m_last = complete == chunk.size() ? Last::ReturnAfterBlank : Last::Return;
    } else {
        m_last = Last::Other;
    }
    m_isBetweenEvents = complete == chunk.size();
    return complete;
}

} // namespace meridian::http
