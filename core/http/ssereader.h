// SPDX-License-Identifier: MIT
// Takes an event stream apart into events, by the rules of the HTML standard (§9.2.6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::http {

/// Told what an event stream holds, in order. The views end with the call.
class SseHandler
{
public:
    virtual ~SseHandler() = default;

    /// One event; `name` is empty when the stream gives none (the standard then says "message").
    /// Data lines are joined by LF.
    virtual void sseEvent(std::string_view name, std::string_view data) = 0;

    /// A line that is not part of an event's name or data: `id`, `retry`, an unknown field, or a
    /// comment (empty `field`). For whoever passes a stream on in another form and wants to lose
    /// nothing.
    virtual void sseLine(std::string_view /*field*/, std::string_view /*value*/) {}
};

/// An event stream cut into events; lines may end in LF, CRLF or CR, and pieces may be cut
/// anywhere. An event that stands in one piece on one data line is handed over without a copy. One
/// per stream, one thread.
class SseReader
{
public:
    static constexpr std::size_t DefaultLimit =
        1024UL * 1024; // of one line, and of one event's data

    enum class Status : std::uint8_t { Ok, TooLarge };

    explicit SseReader(SseHandler &handler, std::size_t limit = DefaultLimit) noexcept
        : m_handler(handler)
        , m_limit(limit)
    {
    }

    /// The next piece. TooLarge: a line or an event's data exceeds the limit; what came before it
    /// has been handed over, nothing after it will be. The handler must not feed or destroy the
    /// reader. What follows the last blank line when the stream ends is no event, by the standard.
    [[nodiscard]] Status feed(std::string_view chunk);

private:
    [[nodiscard]] bool takeLine(std::string_view line);
    [[nodiscard]] bool takeData(std::string_view value);
    void dispatch();
    void keepViews();

    SseHandler &m_handler;
    const std::size_t m_limit;
    std::string m_line; // the part of a line that earlier pieces brought
    std::string m_name;
    std::string m_data;          // data lines but for one that is still in the piece
    std::string_view m_dataView; // the only data line so far, in the piece being read
    bool m_hasData = false;
    bool m_isFirstLine = true;
    bool m_skipLineFeed = false; // the last piece ended in CR
    Status m_status = Status::Ok;
};

} // namespace meridian::http
