// SPDX-License-Identifier: MIT
// A small HTTP/1.1 reader for tests: heads, header lookup, chunked bodies.
#include "tests/support/httptext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace meridian::support {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

bool equalsIgnoreCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

const std::string *findHeader(const Headers &headers, std::string_view name)
{
    for (const auto &[key, value] : headers) {
        if (equalsIgnoreCase(key, name)) {
            return &value;
        }
    }
    return nullptr;
}

std::size_t countHeader(const Headers &headers, std::string_view name)
{
    return static_cast<std::size_t>(
        std::count_if(headers.begin(), headers.end(),
                      [name](const auto &field) { return equalsIgnoreCase(field.first, name); }));
}

std::string headerLines(const Headers &headers)
{
    std::string text;
    for (const auto &[key, value] : headers) {
        text += key + ": " + value + "\r\n";
    }
    return text;
}

std::optional<HttpHead> parseHead(std::string_view bytes, bool *isMalformed)
{
    const auto broken = [isMalformed]() -> std::optional<HttpHead> {
        if (isMalformed != nullptr) {
            *isMalformed = true;
        }
        return std::nullopt;
    };
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    HttpHead head;
    head.size = end + 4;
    std::string_view rest = bytes.substr(0, end + 2);
    const auto lineEnd = rest.find("\r\n");
    const std::string_view line = rest.substr(0, lineEnd);
    const auto space = line.find(' ');
    if (space == std::string_view::npos) {
        return broken();
    }
    const auto second = line.find(' ', space + 1);
    head.first = line.substr(0, space);
    head.second =
        line.substr(space + 1, second == std::string_view::npos ? second : second - space - 1);
    head.third = second == std::string_view::npos ? std::string_view() : line.substr(second + 1);
    rest.remove_prefix(lineEnd + 2);
    while (!rest.empty()) {
        const auto stop = rest.find("\r\n");
        const std::string_view field = rest.substr(0, stop);
        const auto colon = field.find(':');
        if (colon == std::string_view::npos || colon == 0 ||
            field.find_first_of("\r\n") != std::string_view::npos) {
            return broken();
        }
        head.headers.emplace_back(field.substr(0, colon), trimmed(field.substr(colon + 1)));
        rest.remove_prefix(stop + 2);
    }
    return head;
}

ChunkReader::State ChunkReader::feed(std::string &bytes)
{
    std::size_t at = 0;
    State state = State::NeedMore;
    while (state == State::NeedMore) {
        const std::string_view rest = std::string_view(bytes).substr(at);
        if (m_expect == Expect::Data) {
            const std::size_t take = std::min(m_left, rest.size());
            m_body.append(rest.substr(0, take));
            m_left -= take;
            at += take;
            if (m_left > 0) {
                break;
            }
            m_expect = Expect::DataEnd;
            continue;
        }
        const auto end = rest.find("\r\n");
        if (end == std::string_view::npos) {
            break;
        }
        const std::string_view line = rest.substr(0, end);
        at += end + 2;
        if (m_expect == Expect::DataEnd) {
            m_expect = Expect::Size;
            state = line.empty() ? State::NeedMore : State::Broken;
        } else if (m_expect == Expect::Size) {
            const std::string_view digits = line.substr(0, line.find(';'));
            const auto [last, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), m_left, 16);
            if (error != std::errc() || last != digits.data() + digits.size() || digits.empty()) {
                state = State::Broken;
            }
            m_expect = m_left == 0 ? Expect::Trailer : Expect::Data;
            if (m_left > 0) {
                m_sizes.push_back(m_left);
            }
        } else if (line.empty()) {
            state = State::Done;
        } else {
            m_trailers.emplace_back(line);
        }
    }
    bytes.erase(0, at);
    return state;
}

std::string chunk(std::string_view bytes)
{
    std::array<char, 24> size{};
    const int length = std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
    return std::string(size.data(), static_cast<std::size_t>(length)).append(bytes).append("\r\n");
}

std::string chunked(std::string_view bytes, std::size_t size)
{
    std::string text;
    while (!bytes.empty()) {
        text += chunk(bytes.substr(0, size));
        bytes.remove_prefix(std::min(size, bytes.size()));
    }
    return text + chunk({});
}

} // namespace meridian::support
