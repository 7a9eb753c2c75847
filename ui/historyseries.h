// SPDX-License-Identifier: MIT
// The series of one range of the history, equally long, NaN where there is a gap.
#pragma once

#include <QJsonObject>
#include <QString>

#include <map>
#include <vector>

namespace meridian::ui {

struct HistorySeries
{
    static constexpr std::size_t MaxPoints = 4'000; // an hour of seconds, and a bit

    [[nodiscard]] static HistorySeries of(const QJsonObject &history);

    /// Empty when there is no such series.
    [[nodiscard]] const std::vector<double> &values(const QString &name) const;

    [[nodiscard]] double timeOf(std::size_t index) const
    {
        return double(startMs) + double(index) * stepSeconds * 1000.0;
    }

    /// Sums of counts, means of the rest, over [from, from + count); NaN when all are gaps.
    [[nodiscard]] double merged(const QString &name, std::size_t from, std::size_t count) const;

    std::map<QString, std::vector<double>> series;
    qint64 startMs = 0;
    int stepSeconds = 1;
    std::size_t points = 0;
};

/// A number per step that adds up (requests, tokens), not a state (latency, inflight).
[[nodiscard]] bool isCount(const QString &seriesName);

} // namespace meridian::ui
