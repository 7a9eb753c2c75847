// SPDX-License-Identifier: MIT
// Rates out of counters, and quantiles out of the requests of the last minute.
#include "ui/ratewindow.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace meridian::ui {

void RateWindow::add(qint64 atMs, const Totals &totals)
{
    if (!m_samples.empty() &&
        (totals.requests < m_samples.back().totals.requests || atMs < m_samples.back().atMs)) {
        m_samples.clear();
    }
    m_samples.push_back({atMs, totals});
    while (m_samples.front().atMs < atMs - KeptMs) {
        m_samples.pop_front();
    }
}

double RateWindow::perSecond(double Totals::*total) const
{
    if (m_samples.size() < 2) {
        return 0;
    }
    const Sample &last = m_samples.back();
    auto first = m_samples.rbegin() + 1;
    while (std::next(first) != m_samples.rend() && last.atMs - first->atMs < RateSpanMs) {
        ++first;
    }
    const double seconds = double(std::max<qint64>(last.atMs - first->atMs, 1)) / 1000.0;
    return std::max(0.0, (last.totals.*total - first->totals.*total) / seconds);
}

double RateWindow::requestsPerSecond() const
{
    return perSecond(&Totals::requests);
}

double RateWindow::tokensPerSecond() const
{
    return perSecond(&Totals::tokens);
}

double RateWindow::errorRate() const
{
    if (m_samples.size() < 2) {
        return 0;
    }
    const double requests = m_samples.back().totals.requests - m_samples.front().totals.requests;
    const double failures = m_samples.back().totals.failures - m_samples.front().totals.failures;
    return requests > 0 ? std::clamp(failures / requests, 0.0, 1.0) : 0.0;
}

void LatencyWindow::add(const std::vector<RequestRow> &newestFirst)
{
    const std::size_t taken = std::min(newestFirst.size(), MaxSamples);
    for (std::size_t i = taken; i-- > 0;) {
        const RequestRow &row = newestFirst[i];
        m_samples.push_back({row.timestampMs, row.totalMs, row.ttfbMs});
    }
    if (m_samples.size() > MaxSamples) {
        m_samples.erase(m_samples.begin(),
                        m_samples.end() - static_cast<std::ptrdiff_t>(MaxSamples));
    }
}

void LatencyWindow::age(qint64 nowMs)
{
    constexpr qint64 KeptMs = 60'000;
    while (!m_samples.empty() && m_samples.front().atMs < nowMs - KeptMs) {
        m_samples.pop_front();
    }
}

double LatencyWindow::total(double quantile) const
{
    return quantileOf(&Sample::totalMs, quantile);
}

double LatencyWindow::firstByte(double quantile) const
{
    return quantileOf(&Sample::firstByteMs, quantile);
}

double LatencyWindow::quantileOf(double Sample::*value, double quantile) const
{
    std::vector<double> values;
    values.reserve(m_samples.size());
    for (const Sample &sample : m_samples) {
        if (!std::isnan(sample.*value)) {
            values.push_back(sample.*value);
        }
    }
    if (values.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const auto rank = static_cast<std::ptrdiff_t>(quantile * double(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[std::size_t(rank)];
}

} // namespace meridian::ui
