// SPDX-License-Identifier: MIT
// Writes the Prometheus text exposition format, version 0.0.4.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace meridian::observe {

/// Families in the order they are begun. The caller keeps each series unique; label values may hold
/// any bytes. Any thread, one page per object.
class PrometheusText
{
public:
    static constexpr std::string_view ContentType = "text/plain; version=0.0.4; charset=utf-8";

    using Label = std::pair<std::string_view, std::string_view>;
    using Labels = std::initializer_list<Label>;

    /// `type` is counter, gauge or histogram.
    void family(std::string_view name, std::string_view type, std::string_view help);

    /// A sample of the family begun last.
    void sample(Labels labels, std::uint64_t value);
    void sample(Labels labels, double value);

    /// The _bucket, _sum and _count lines of one series. `counts` has one element more than
    /// `bounds`: the last is beyond every bound. Neither is cumulative.
    void histogram(Labels labels,
                   std::span<const double> bounds,
                   std::span<const std::uint64_t> counts,
                   double sum);

    [[nodiscard]] std::string take() { return std::move(m_out); }

private:
    void name(std::string_view suffix, Labels labels, const Label *extra);

    std::string m_out;
    std::string m_family;
};

} // namespace meridian::observe
