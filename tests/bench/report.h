// SPDX-License-Identifier: MIT
// What a client mode found out, printed as one line of JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace meridian::bench {

class Histogram;

/// What can go wrong with a request, as its client sees it.
enum class Failure : std::uint8_t { Connect, Closed, Timeout, Malformed, Status, Mismatch };

/// Failures by kind and responses by status. Single thread.
class Tally
{
public:
    void fail(Failure failure);

    void status(int code) { ++m_statuses[code]; }

    [[nodiscard]] std::uint64_t failures() const;

private:
    friend class Report;
    std::map<std::string_view, std::uint64_t> m_failures;
    std::map<int, std::uint64_t> m_statuses;
};

/// Collects fields in order. print() ends the line and flushes stdout.
class Report
{
public:
    Report &add(std::string_view name, double value);
    Report &add(std::string_view name, std::string_view value);
    /// `errors`, `errors_by_kind`, `statuses`.
    Report &add(const Tally &tally);
    /// `<name>_p50_us`, `_p99_us`, `_max_us`, `_samples`, `_steps_40ms`.
    Report &add(std::string_view name, const Histogram &histogram);
    void print();

private:
    void key(std::string_view name);

    std::string m_text = "{";
};

} // namespace meridian::bench
