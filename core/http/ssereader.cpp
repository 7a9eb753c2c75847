// SPDX-License-Identifier: MIT
#include "core/http/ssereader.h"

namespace meridian::http {

namespace {

/// Finds line ends from left to right. Remembers where the next LF is: two searches over a line are
/// faster than one loop that knows both ends, but a text of many CR and few LF must not be searched
/// to its end for each line.
class LineEnds
{
public:
    explicit LineEnds(std::string_view text) noexcept
        : m_text(text)
        , m_feed(text.find('\n'))
    {
    }

    /// The first line end at or behind `from`, npos when there is none.
    std::size_t next(std::size_t from) noexcept
    {
        if (m_feed < from) {
            m_feed = m_text.find('\n', from);
        }
        const std::size_t ret = m_text.substr(from, m_feed - from).find('\r');
        return ret != std::string_view::npos ? from + ret : m_feed;
    }

private:
    const std::string_view m_text;
    std::size_t m_feed;
};

} // namespace

SseReader::Status SseReader::feed(std::string_view chunk)
{
    if (m_skipLineFeed && !chunk.empty()) {
        m_skipLineFeed = false;
        if (chunk.front() == '\n') {
            chunk.remove_prefix(1);
        }
    }
    LineEnds ends(chunk);
    std::size_t at = 0;
    while (m_status == Status::Ok && at < chunk.size()) {
        const std::size_t end = ends.next(at);
        const std::string_view part = chunk.substr(at, end - at);
        if (part.size() > m_limit - m_line.size()) {
            m_status = Status::TooLarge;
            break;
        }
        if (end == std::string_view::npos) {
            m_line.append(part);
            break;
        }
        const bool isReturn = chunk[end] == '\r';
        at = end + 1;
        m_skipLineFeed = isReturn && at == chunk.size();
        if (isReturn && at < chunk.size() && chunk[at] == '\n') {
            ++at;
        }
        bool fits = true;
        if (m_line.empty()) {
            fits = takeLine(part);
        } else {
            m_line.append(part);
            fits = takeLine(m_line);
            keepViews(); // of m_line, which is about to change
            m_line.clear();
        }
        if (!fits) {
            m_status = Status::TooLarge;
        }
    }
    keepViews();
    return m_status;
}

bool SseReader::takeLine(std::string_view line)
{
    if (m_isFirstLine) {
        m_isFirstLine = false;
        constexpr std::string_view ByteOrderMark = "\xEF\xBB\xBF";
        if (line.starts_with(ByteOrderMark)) {
            line.remove_prefix(ByteOrderMark.size());
        }
    }
    if (line.empty()) {
        dispatch();
        return true;
    }
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    if (field == "data") {
        return takeData(value);
    }
    if (field == "event") {
        m_name.assign(value);
    } else {
        m_handler.sseLine(field, value);
    }
    return true;
}

bool SseReader::takeData(std::string_view value)
{
    if (!m_hasData) {
        m_hasData = true;
        m_dataView = value;
        return value.size() <= m_limit;
    }
    keepViews();
    if (value.size() + 1 > m_limit - m_data.size()) {
        return false;
    }
    m_data += '\n';
    m_data += value;
    return true;
}

void SseReader::dispatch()
{
    if (m_hasData) {
        m_handler.sseEvent(m_name, m_dataView.empty() ? std::string_view(m_data) : m_dataView);
    }
    m_name.clear();
    m_data.clear();
    m_dataView = {};
    m_hasData = false;
}

void SseReader::keepViews()
{
    if (!m_dataView.empty()) {
        m_data.assign(m_dataView);
        m_dataView = {};
    }
}

} // namespace meridian::http
