// SPDX-License-Identifier: MIT
#include "core/provider/timestamps.h"

#include <charconv>
#include <chrono>
#include <optional>

namespace meridian::provider {

namespace {

using namespace std::chrono;

constexpr std::int64_t EndOfCalendar = 253402300800; // the year 10000

void appendPadded(std::string &out, std::int64_t number, std::size_t width)
{
    const std::string digits = std::to_string(number);
    out.append(width > digits.size() ? width - digits.size() : 0, '0').append(digits);
}

/// The digits at `text`'s beginning, which are taken off together with what follows them.
std::optional<int> take(std::string_view &text, std::size_t digits, std::string_view ends) noexcept
{
    int number = 0;
    if (text.size() < digits) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc() || end != text.data() + digits || number < 0) {
        return std::nullopt;
    }
    text.remove_prefix(digits);
    if (!ends.empty()) {
        if (text.empty() || ends.find(text.front()) == std::string_view::npos) {
            return std::nullopt;
        }
        text.remove_prefix(1);
    }
    return number;
}

} // namespace

std::string timestamp(std::int64_t seconds)
{
    const std::int64_t inside = seconds < 0 || seconds >= EndOfCalendar ? 0 : seconds;
    const sys_seconds time{std::chrono::seconds(inside)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::string out;
    appendPadded(out, int(date.year()), 4);
    out.push_back('-');
    appendPadded(out, unsigned(date.month()), 2);
    out.push_back('-');
    appendPadded(out, unsigned(date.day()), 2);
    out.push_back('T');
    appendPadded(out, clock.hours().count(), 2);
    out.push_back(':');
    appendPadded(out, clock.minutes().count(), 2);
    out.push_back(':');
    appendPadded(out, clock.seconds().count(), 2);
    return out.append("Z");
}

std::int64_t secondsOf(std::string_view text) noexcept
{
    const auto year = take(text, 4, "-");
    const auto month = year ? take(text, 2, "-") : std::nullopt;
    const auto day = month ? take(text, 2, "Tt ") : std::nullopt;
    const auto hour = day ? take(text, 2, ":") : std::nullopt;
    const auto minute = hour ? take(text, 2, ":") : std::nullopt;
    const auto second = minute ? take(text, 2, "") : std::nullopt;
    if (!second) {
        return 0;
    }
    const year_month_day date{std::chrono::year(*year),
                              std::chrono::month(static_cast<unsigned>(*month)),
                              std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) {
        return 0;
    }
    std::int64_t seconds = sys_days(date).time_since_epoch().count() * 86400LL + *hour * 3600LL +
                           *minute * 60LL + *second;
    const std::size_t zone = text.find_first_not_of(".0123456789");
    text.remove_prefix(zone == std::string_view::npos ? text.size() : zone);
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        const int sign = text.front() == '-' ? -1 : 1;
        text.remove_prefix(1);
        const auto hours = take(text, 2, ":");
        const auto minutes = hours ? take(text, 2, "") : std::nullopt;
        seconds -= minutes ? sign * (*hours * 3600LL + *minutes * 60LL) : 0;
    }
    return seconds < 0 ? 0 : seconds;
}

} // namespace meridian::provider
