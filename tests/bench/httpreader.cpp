// SPDX-License-Identifier: MIT
// Content-Length, chunked and read-until-close bodies; bare LF and bad sizes are malformed.
#include "tests/bench/httpreader.h"

#include <algorithm>
#include <charconv>
#include <strings.h>

namespace meridian::bench {
namespace {

constexpr std::size_t MaxHead = 65536;
constexpr std::size_t MaxLine = 8192;
constexpr std::string_view Blank = "\r\n\r\n";

/// Value of a header field in a head that starts with its start line; empty if absent.
std::string_view fieldValue(std::string_view head, std::string_view name)
{
    std::size_t at = head.find("\r\n");
    while (at != std::string_view::npos && at + 2 < head.size()) {
        const std::size_t start = at + 2;
        at = head.find("\r\n", start);
        const std::string_view line = head.substr(start, at - start);
        if (line.size() > name.size() && line[name.size()] == ':' &&
            strncasecmp(line.data(), name.data(), name.size()) == 0) {
            const std::size_t value = line.find_first_not_of(" \t", name.size() + 1);
            return value == std::string_view::npos ? std::string_view() : line.substr(value);
        }
    }
    return {};
}

} // namespace

void HttpReader::reset()
{
    m_state = State::Head;
    m_keepAlive = true;
    m_status = 0;
    m_left = 0;
    m_head.clear();
    m_line.clear();
}

void HttpReader::finish()
{
    m_keepAlive = false;
    if (m_state == State::UntilClose) {
        m_state = State::Complete;
    }
}

std::size_t HttpReader::feed(std::string_view bytes, BodySink &sink)
{
    std::size_t used = 0;
    while (used < bytes.size() && m_state != State::Complete && m_state != State::Malformed) {
        const std::string_view rest = bytes.substr(used);
        switch (m_state) {
        case State::Head:
            used += takeHead(rest);
            break;
        case State::Length:
        case State::UntilClose:
        case State::ChunkData:
            used += takeData(rest, sink);
            break;
        default:
            used += takeLine(rest);
            break;
        }
    }
    return used;
}

std::size_t HttpReader::takeHead(std::string_view bytes)
{
    const std::size_t before = m_head.size();
    const std::size_t searchFrom = before > 3 ? before - 3 : 0;
    m_head.append(bytes.substr(0, MaxHead - before));
    const std::size_t end = m_head.find(Blank, searchFrom);
    if (end == std::string::npos) {
        if (m_head.size() >= MaxHead) {
            m_state = State::Malformed;
        }
        return bytes.size();
    }
    m_head.resize(end + Blank.size());
    readHead();
    return end + Blank.size() - before;
}

void HttpReader::readHead()
{
    const std::string_view head = std::string_view(m_head).substr(0, m_head.size() - 2);
    if (m_kind == Kind::Response) {
        const bool isHttp = head.starts_with("HTTP/1.1 ") || head.starts_with("HTTP/1.0 ");
        if (!isHttp || head.size() < 14) {
            m_state = State::Malformed;
            return;
        }
        std::from_chars(head.data() + 9, head.data() + 12, m_status);
        if (m_status >= 100 && m_status < 200) {
            reset();
            return;
        }
    }
    const std::string_view connection = fieldValue(head, "connection");
    m_keepAlive =
        strncasecmp(connection.data(), "close", std::min<std::size_t>(connection.size(), 5)) != 0 ||
        connection.size() < 5;
    const std::string_view length = fieldValue(head, "content-length");
    const std::string_view coding = fieldValue(head, "transfer-encoding");
    if (m_status == 204 || m_status == 304) {
        m_state = State::Complete;
    } else if (coding.size() == 7 && strncasecmp(coding.data(), "chunked", 7) == 0) {
        m_state = State::ChunkSize;
    } else if (!length.empty()) {
        const auto parsed = std::from_chars(length.data(), length.data() + length.size(), m_left);
        const bool isClean =
            parsed.ec == std::errc() && parsed.ptr == length.data() + length.size();
        m_state = !isClean ? State::Malformed : m_left == 0 ? State::Complete : State::Length;
    } else {
        m_state = m_kind == Kind::Request ? State::Complete : State::UntilClose;
    }
}

std::size_t HttpReader::takeData(std::string_view bytes, BodySink &sink)
{
    if (m_state == State::UntilClose) {
        sink.onBody(bytes);
        return bytes.size();
    }
    const std::size_t count = std::min<std::uint64_t>(bytes.size(), m_left);
    sink.onBody(bytes.substr(0, count));
    m_left -= count;
    if (m_left == 0) {
        m_state = m_state == State::Length ? State::Complete : State::ChunkEnd;
    }
    return count;
}

std::size_t HttpReader::takeLine(std::string_view bytes)
{
    const std::size_t feed = bytes.find('\n');
    const std::size_t used = feed == std::string_view::npos ? bytes.size() : feed + 1;
    m_line.append(bytes.substr(0, used));
    if (m_line.size() > MaxLine) {
        m_state = State::Malformed;
    } else if (feed != std::string_view::npos) {
        endOfLine();
        m_line.clear();
    }
    return used;
}

void HttpReader::endOfLine()
{
    if (!m_line.ends_with("\r\n")) {
        m_state = State::Malformed;
        return;
    }
    const std::size_t length = m_line.size() - 2;
    if (m_state == State::ChunkEnd) {
        m_state = length == 0 ? State::ChunkSize : State::Malformed;
    } else if (m_state == State::Trailers) {
        m_state = length == 0 ? State::Complete : State::Trailers;
    } else {
        const auto parsed = std::from_chars(m_line.data(), m_line.data() + length, m_left, 16);
        const bool isClean = parsed.ec == std::errc() && length > 0 &&
                             (parsed.ptr == m_line.data() + length || *parsed.ptr == ';');
        m_state = !isClean ? State::Malformed : m_left == 0 ? State::Trailers : State::ChunkData;
    }
}

} // namespace meridian::bench
