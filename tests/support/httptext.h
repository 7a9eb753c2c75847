// SPDX-License-Identifier: MIT
// A small HTTP/1.1 reader for tests: heads, header lookup, chunked bodies. It shares no code with
// the program under test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::support {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Case-insensitive; null when absent. The first of several.
[[nodiscard]] const std::string *findHeader(const Headers &headers, std::string_view name);
[[nodiscard]] std::size_t countHeader(const Headers &headers, std::string_view name);
[[nodiscard]] bool equalsIgnoreCase(std::string_view a, std::string_view b);
[[nodiscard]] std::string headerLines(const Headers &headers);

/// A parsed head: three words of the first line (the third may hold spaces), then fields.
struct HttpHead
{
    std::string first;  // method or version
    std::string second; // target or status
    std::string third;  // version or reason
    Headers headers;
    std::size_t size = 0; // bytes, the empty line included

    [[nodiscard]] const std::string *header(std::string_view name) const
    {
        return findHeader(headers, name);
    }
};

/// Empty until the head is complete, or when it cannot be read (then `isMalformed` is set).
[[nodiscard]] std::optional<HttpHead> parseHead(std::string_view bytes,
                                                bool *isMalformed = nullptr);

/// Takes chunked bytes as they come; strict.
class ChunkReader
{
public:
    enum class State : std::uint8_t { NeedMore, Done, Broken };

    /// Consumes what it can from the front of `bytes`.
    State feed(std::string &bytes);

    [[nodiscard]] const std::string &body() const { return m_body; }

    [[nodiscard]] std::string takeBody() { return std::move(m_body); }

    [[nodiscard]] const std::vector<std::size_t> &sizes() const { return m_sizes; }

    /// Lines after the last chunk.
    [[nodiscard]] const std::vector<std::string> &trailers() const { return m_trailers; }

private:
    enum class Expect : std::uint8_t { Size, Data, DataEnd, Trailer };
    Expect m_expect = Expect::Size;
    std::size_t m_left = 0;
    std::string m_body;
    std::vector<std::size_t> m_sizes;
    std::vector<std::string> m_trailers;
};

/// `bytes` as one chunk; empty gives the last chunk.
[[nodiscard]] std::string chunk(std::string_view bytes);
/// `bytes` cut into chunks of `size`, with the last chunk.
[[nodiscard]] std::string chunked(std::string_view bytes, std::size_t size);

/// What a client got.
struct HttpResponse
{
    int status = 0;
    std::string version;
    std::string reason;
    Headers headers;
    std::string body;                    // de-chunked
    std::vector<std::size_t> chunkSizes; // empty when not chunked
    std::vector<std::string> trailers;
    std::vector<int> interim; // 1xx heads before this one
    bool isChunked = false;
    bool endedByClose = false;
    std::string problem; // empty: complete and well-formed

    [[nodiscard]] bool isComplete() const { return problem.empty(); }

    [[nodiscard]] std::string header(std::string_view name) const
    {
        const std::string *value = findHeader(headers, name);
        return value == nullptr ? std::string() : *value;
    }

    [[nodiscard]] bool has(std::string_view name) const
    {
        return findHeader(headers, name) != nullptr;
    }
};

} // namespace meridian::support
