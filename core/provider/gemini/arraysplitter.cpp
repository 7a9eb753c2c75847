// SPDX-License-Identifier: MIT
#include "core/provider/gemini/arraysplitter.h"

namespace meridian::provider::gemini {

namespace {

constexpr std::string_view White = " \t\r\n";

} // namespace

/// A byte outside elements.
ArraySplitter::Status ArraySplitter::between(char c)
{
    if (White.find(c) != std::string_view::npos) {
        return Status::Open;
    }
    if (!m_hasBegun && c == '[') {
        m_hasBegun = true;
        m_isArray = true;
    } else if (m_isArray && c == ']') {
        return Status::Closed;
    } else if (m_isArray && m_needsComma && c == ',') {
        m_needsComma = false;
    } else if (c == '{' && !m_needsComma) {
        m_hasBegun = true;
        m_depth = 1;
    } else {
        return Status::NotJson;
    }
    return Status::Open;
}

bool ArraySplitter::inside(char c)
{
    if (m_inString) {
        m_inString = m_isEscaped || c != '"';
        m_isEscaped = !m_isEscaped && c == '\\';
    } else if (c == '"') {
        m_inString = true;
    } else if (c == '{' || c == '[') {
        ++m_depth;
    } else if (c == '}' || c == ']') {
        --m_depth;
    }
    return m_depth == 0;
}

ArraySplitter::Status ArraySplitter::feed(std::string_view bytes)
{
    std::size_t begin = 0; // of the element, in this piece
    std::size_t i = 0;
    for (; i < bytes.size() && m_status == Status::Open; ++i) {
        if (m_depth == 0) {
            m_status = between(bytes[i]);
            begin = i;
        } else if (inside(bytes[i])) {
            m_text.append(bytes.substr(begin, i + 1 - begin));
            m_needsComma = true;
            if (m_text.size() > m_limit) {
                m_status = Status::TooLarge;
                break;
            }
            m_element(m_text);
            m_text.clear();
            m_status = m_isArray ? Status::Open : Status::Closed;
        }
    }
    if (m_depth > 0 && m_status == Status::Open) {
        m_text.append(bytes.substr(begin));
        m_status = m_text.size() > m_limit ? Status::TooLarge : Status::Open;
    }
    if (m_status == Status::Closed) {
        m_hasExcess = m_hasExcess || bytes.find_first_not_of(White, i) != std::string_view::npos;
    }
    return m_status;
}

} // namespace meridian::provider::gemini
