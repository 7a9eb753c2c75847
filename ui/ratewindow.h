// SPDX-License-Identifier: MIT
// Rates out of counters, and quantiles out of the requests of the last minute.
#pragma once

#include "ui/requestrow.h"

#include <QtGlobal>

#include <deque>
#include <vector>

namespace meridian::ui {

/// Keeps a gateway's totals of the last minute. A total that falls (the gateway began anew) starts
/// over. Times are monotonic milliseconds.
class RateWindow
{
public:
    struct Totals
    {
        double requests = 0;
        double failures = 0;
        double tokens = 0;
    };

    void add(qint64 atMs, const Totals &totals);

    void clear() { m_samples.clear(); }

    /// Over the last RateSpan.
    [[nodiscard]] double requestsPerSecond() const;
    [[nodiscard]] double tokensPerSecond() const;
    /// Of the requests of the last minute, 0 to 1; 0 without requests.
    [[nodiscard]] double errorRate() const;

private:
    static constexpr qint64 RateSpanMs = 5'000;
    static constexpr qint64 KeptMs = 60'000;

    struct Sample
    {
        qint64 atMs;
        Totals totals;
    };

    [[nodiscard]] double perSecond(double Totals::*total) const;

    std::deque<Sample> m_samples; // oldest first
};

/// Latencies of the last minute's requests by their own timestamps, at most MaxSamples of them.
class LatencyWindow
{
public:
    static constexpr std::size_t MaxSamples = 4'096;

    void add(const std::vector<RequestRow> &newestFirst);
    /// Forgets what is older than a minute.
    void age(qint64 nowMs);

    void clear() { m_samples.clear(); }

    [[nodiscard]] bool isEmpty() const { return m_samples.empty(); }

    /// In milliseconds; NaN when nothing was asked.
    [[nodiscard]] double total(double quantile) const;
    [[nodiscard]] double firstByte(double quantile) const;

private:
    struct Sample
    {
        qint64 atMs;
        double totalMs;
        double firstByteMs; // NaN: none came
    };

    [[nodiscard]] double quantileOf(double Sample::*value, double quantile) const;

    std::deque<Sample> m_samples; // oldest first
};

} // namespace meridian::ui
