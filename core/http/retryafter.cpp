// SPDX-License-Identifier: MIT
#include "core/http/retryafter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string>

namespace meridian::http {

namespace {

constexpr std::array<std::string_view, 12> Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> number(std::string_view text, int max)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > max) {
        return std::nullopt;
    }
    return value;
}

/// The one form that may be sent: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7). In seconds:
/// the clock's own unit is too fine for the year 9999.
std::optional<std::chrono::sys_seconds> parseDate(std::string_view text)
{
    constexpr std::size_t Size = 29;
    if (text.size() != Size || !text.ends_with(" GMT") || text.substr(3, 2) != ", ") {
        return std::nullopt;
    }
    const auto *const month = std::find(Months.begin(), Months.end(), text.substr(8, 3));
    const auto day = number(text.substr(5, 2), 31);
    const auto year = number(text.substr(12, 4), 9999);
    const auto hour = number(text.substr(17, 2), 23);
    const auto minute = number(text.substr(20, 2), 59);
    const auto second = number(text.substr(23, 2), 60);
    if (month == Months.end() || !day || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    std::tm date{};
    date.tm_year = *year - 1900;
    date.tm_mon = static_cast<int>(month - Months.begin());
    date.tm_mday = *day;
    date.tm_hour = *hour;
    date.tm_min = *minute;
    date.tm_sec = *second;
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&date)));
}

} // namespace

std::optional<std::chrono::nanoseconds> parseRetryAfter(std::string_view value,
                                                        std::chrono::system_clock::time_point now)
{
    using Seconds = std::chrono::duration<double>;
    double seconds = 0;
    const char *const last = value.data() + value.size();
    const auto [end, error] =
        std::from_chars(value.data(), last, seconds, std::chars_format::fixed);
    if (error != std::errc() || end != last || !std::isfinite(seconds)) {
        const auto date = parseDate(value);
        if (!date) {
            return std::nullopt;
        }
        seconds =
            Seconds(date->time_since_epoch()).count() - Seconds(now.time_since_epoch()).count();
    }
    const double longest = Seconds(LongestRetryAfter).count();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        Seconds(std::clamp(seconds, 0.0, longest)));
}

} // namespace meridian::http
