// SPDX-License-Identifier: MIT
// Several workers' histograms added up, and printed over fewer bounds than they were counted with.
#pragma once

#include "core/observe/cell.h"
#include "core/observe/prometheus.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace meridian::observe {

/// How many counted units one printed unit has.
inline constexpr double Seconds = 1e6;
inline constexpr double Milliseconds = 1e3;
inline constexpr double Whole = 1;

template <const auto &Counted>
class HistogramSum
{
public:
    void add(const Histogram<Counted> &histogram)
    {
        for (std::size_t i = 0; i < m_counts.size(); ++i) {
            m_counts[i] += histogram.bucket(i);
        }
        m_sum += histogram.sum();
    }

    [[nodiscard]] bool isEmpty() const { return m_counts == decltype(m_counts){}; }

    /// The family's series over `Printed`, whose bounds are all among `Counted`: nothing is
    /// estimated.
    template <const auto &Printed>
    void print(PrometheusText &page, PrometheusText::Labels labels, double unit) const
    {
        static_assert(
            std::includes(Counted.begin(), Counted.end(), Printed.begin(), Printed.end()));
        std::array<double, Printed.size()> bounds{};
        std::transform(Printed.begin(), Printed.end(), bounds.begin(),
                       [unit](std::uint32_t bound) { return bound / unit; });
        std::array<std::uint64_t, Printed.size() + 1> counts{};
        std::size_t to = 0;
        for (std::size_t from = 0; from < m_counts.size(); ++from) {
            while (to < Printed.size() && (from == Counted.size() || Printed[to] < Counted[from])) {
                ++to;
            }
            counts[to] += m_counts[from];
        }
        page.histogram(labels, bounds, counts, static_cast<double>(m_sum) / unit);
    }

    void print(PrometheusText &page, PrometheusText::Labels labels, double unit) const
    {
        print<Counted>(page, labels, unit);
    }

private:
    std::array<std::uint64_t, Histogram<Counted>::BucketCount> m_counts{};
    std::uint64_t m_sum = 0;
};

} // namespace meridian::observe
