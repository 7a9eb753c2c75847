// SPDX-License-Identifier: MIT
#include "core/http/headscanner.h"

#include <cstring>

namespace meridian::http {

namespace {

/// A CR anywhere but at the end of (this piece of) a line.
bool holdsBareCr(std::string_view line) noexcept
{
    return line.size() > 1 && std::memchr(line.data(), '\r', line.size() - 1) != nullptr;
}

} // namespace

HeadScanner::Outcome HeadScanner::scan(std::string_view piece) noexcept
{
    std::size_t position = 0;
    while (position < piece.size()) {
        if (m_atLineStart && m_hasLine && (piece[position] == ' ' || piece[position] == '\t')) {
            return Outcome::Folded;
        }
        if (m_atLineStart && piece[position] == ':') {
            return Outcome::EmptyName;
        }
        m_atLineStart = false;
        if (m_lastWasCr && piece[position] != '\n') {
            return Outcome::BareCarriageReturn;
        }
        const void *found = std::memchr(piece.data() + position, '\n', piece.size() - position);
        if (found == nullptr) {
            if (holdsBareCr(piece.substr(position))) {
                return Outcome::BareCarriageReturn;
            }
            m_lineLength += piece.size() - position;
            m_lastWasCr = piece.back() == '\r';
            return Outcome::NeedMore;
        }
        const auto lineEnd =
            static_cast<std::size_t>(static_cast<const char *>(found) - piece.data());
        const bool hasCr = lineEnd > position ? piece[lineEnd - 1] == '\r' : m_lastWasCr;
        if (!hasCr) {
            return Outcome::BareLineFeed;
        }
        if (holdsBareCr(piece.substr(position, lineEnd - position))) {
            return Outcome::BareCarriageReturn;
        }
        const std::size_t length = m_lineLength + (lineEnd - position);
        position = lineEnd + 1;
        m_lineLength = 0;
        m_lastWasCr = false;
        m_atLineStart = true;
        if (length > 1) {
            m_hasLine = true;
        } else if (m_hasLine) {
            m_end = position;
            return Outcome::Complete;
        }
    }
    return Outcome::NeedMore;
}

} // namespace meridian::http
