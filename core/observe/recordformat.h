// SPDX-License-Identifier: MIT
// One settled exchange as a line of the request log.
#pragma once

#include "core/model/requestrecord.h"

#include <chrono>
#include <cstddef>
#include <string>

namespace meridian::observe {

/// Longest line formatLine() can make: every byte of every inline string as \uXXXX, and the rest.
inline constexpr std::size_t MaxLineBytes = 6144;

/// `2026-01-31T12:00:00.000001+00:00`, UTC. Remembers the last second, so that a busy log pays for
/// the calendar once a second. One thread.
class TimestampFormat
{
public:
    void append(std::string &out, std::chrono::system_clock::time_point time);

private:
    std::chrono::sys_seconds m_second{std::chrono::seconds::min()};
    std::string m_prefix; // date and time to the second
};

/// Appends one JSON object and a newline. Keys, order and spaces are those of Python's json.dumps
/// over Meridian's log record; our own keys follow after `pii`.
void formatLine(std::string &out, const model::RequestRecord &record, TimestampFormat &timestamps);

/// Whole hundredths of a millisecond, rounded half up: what "latency_ms, 2 dp" prints.
[[nodiscard]] std::int64_t hundredthsOfMs(std::chrono::nanoseconds duration) noexcept;

} // namespace meridian::observe
