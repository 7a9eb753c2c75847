// SPDX-License-Identifier: MIT
// gzip for what browsers fetch: whether one wants it, and the bytes.
#include "service/contentcoding.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>

namespace meridian::service {

namespace {

std::string_view trimmed(std::string_view text) noexcept
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isWord(std::string_view text, std::string_view lower) noexcept
{
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                      [](unsigned char a, char b) { return std::tolower(a) == b; });
}

/// "q=0", "q=0.0", "q=0.000": the only weights that refuse.
bool refuses(std::string_view parameter) noexcept
{
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !isWord(trimmed(parameter.substr(0, equals)), "q")) {
        return false;
    }
    const std::string_view weight = trimmed(parameter.substr(equals + 1));
    return weight.find_first_not_of("0.") == std::string_view::npos;
}

/// The text up to `separator`; `rest` goes on behind it.
std::string_view nextPart(std::string_view &rest, char separator) noexcept
{
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view part = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

} // namespace

bool acceptsGzip(std::string_view acceptEncoding) noexcept
{
    bool takesAny = false;
    while (!acceptEncoding.empty()) {
        std::string_view parameters = nextPart(acceptEncoding, ',');
        const std::string_view coding = nextPart(parameters, ';');
        bool isRefused = false;
        while (!parameters.empty()) {
            isRefused = refuses(nextPart(parameters, ';')) || isRefused;
        }
        if (isWord(coding, "gzip") || isWord(coding, "x-gzip")) {
            return !isRefused; // named: what `*` says does not count
        }
        takesAny = takesAny || (coding == "*" && !isRefused);
    }
    return takesAny;
}

std::string gzip(std::string_view text)
{
    constexpr int GzipWindow = 15 + 16; // the largest window; 16 asks for gzip's frame
    constexpr int MemoryLevel = 9;
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GzipWindow, MemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        return {};
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    // zlib does not write through next_in; its older interface lacks the const
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(isWhole ? stream.total_out : 0);
    deflateEnd(&stream);
    return out;
}

} // namespace meridian::service
