// SPDX-License-Identifier: MIT
// Names here are our own identifiers: nothing needs escaping.
#include "tests/bench/report.h"

#include "tests/bench/histogram.h"

#include <array>
#include <cstdio>

namespace meridian::bench {

void Tally::fail(Failure failure)
{
    static constexpr std::array<std::string_view, 6> Names = {"connect",   "closed", "timeout",
                                                              "malformed", "status", "mismatch"};
    ++m_failures[Names.at(static_cast<std::size_t>(failure))];
}

std::uint64_t Tally::failures() const
{
    std::uint64_t sum = 0;
    for (const auto &[kind, count] : m_failures) {
        sum += count;
    }
    return sum;
}

void Report::key(std::string_view name)
{
    if (m_text.back() != '{') {
        m_text += ',';
    }
    m_text += '"';
    m_text += name;
    m_text += "\":";
}

Report &Report::add(std::string_view name, double value)
{
    key(name);
    std::array<char, 40> digits{};
    std::snprintf(digits.data(), digits.size(), "%.10g", value);
    m_text += digits.data();
    return *this;
}

Report &Report::add(std::string_view name, std::string_view value)
{
    key(name);
    m_text += '"';
    m_text += value;
    m_text += '"';
    return *this;
}

Report &Report::add(const Tally &tally)
{
    add("errors", static_cast<double>(tally.failures()));
    key("errors_by_kind");
    m_text += '{';
    for (const auto &[kind, count] : tally.m_failures) {
        add(kind, static_cast<double>(count));
    }
    m_text += '}';
    key("statuses");
    m_text += '{';
    for (const auto &[code, count] : tally.m_statuses) {
        add(std::to_string(code), static_cast<double>(count));
    }
    m_text += '}';
    return *this;
}

Report &Report::add(std::string_view name, const Histogram &histogram)
{
    const std::string prefix(name);
    const auto micro = [](std::uint64_t nanoseconds) {
        return static_cast<double>(nanoseconds) / 1000.0;
    };
    add(prefix + "_p50_us", micro(histogram.quantile(0.50)));
    add(prefix + "_p99_us", micro(histogram.quantile(0.99)));
    add(prefix + "_max_us", micro(histogram.max()));
    add(prefix + "_samples", static_cast<double>(histogram.count()));
    return add(prefix + "_steps_40ms", static_cast<double>(histogram.steps()));
}

void Report::print()
{
    m_text += "}\n";
    std::fwrite(m_text.data(), 1, m_text.size(), stdout);
    std::fflush(stdout);
    m_text.resize(1);
}

} // namespace meridian::bench
