// SPDX-License-Identifier: MIT
// One backend in the table: the gateway's object, and what the window makes of it.
#pragma once

#include <QJsonObject>
#include <QString>
#include <QVariantList>

#include <deque>
#include <vector>

namespace meridian::ui {

struct RequestRow;

struct BackendRow
{
    static constexpr std::size_t HistoryPoints = 60; // a minute of looks

    /// healthy, unhealthy, draining, drained, idle, breaker_open, breaker_half_open, no_traffic
    [[nodiscard]] QString state() const;
    [[nodiscard]] double errorRate() const;
    [[nodiscard]] double tokensPerSecond() const;
    [[nodiscard]] int defectCount() const;
    [[nodiscard]] QVariantList defectList() const; // [{defect, count}]
    [[nodiscard]] QVariantList latencyHistory() const;
    /// Of the gateway's object; NaN for null.
    [[nodiscard]] double number(const char *field) const;

    void noteLook();
    void noteRequest(const RequestRow &request);
    void age(qint64 nowMs);

    /// An answered request, as long as it counts (a minute).
    struct Answer
    {
        qint64 atMs;
        qint64 tokens;
        bool isError;
    };

    QString name;
    QJsonObject json;
    QVariantList provenance;
    double share = 0;
    qint64 lookedAtMs = 0;
    std::vector<double> latencies; // oldest first
    std::deque<Answer> answers;    // oldest first, bounded
};

} // namespace meridian::ui
