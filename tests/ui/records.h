// SPDX-License-Identifier: MIT
// Requests as GET /meridian/requests tells them, for the models' tests.
#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QTimeZone>

namespace meridian::ui {

inline constexpr qint64 FirstRecordMs = 1'772'445'600'000;

/// The number decides everything that is not set afterwards; higher is newer.
[[nodiscard]] inline QJsonObject recordOf(int number)
{
    const auto at = QDateTime::fromMSecsSinceEpoch(FirstRecordMs + number, QTimeZone::utc());
    return {
        {QStringLiteral("request_id"),
         QStringLiteral("mrdn-%1").arg(number, 12, 16, QLatin1Char('0'))},
        {QStringLiteral("timestamp"), at.toString(Qt::ISODateWithMs)},
        {QStringLiteral("model"), number % 2 == 0 ? QStringLiteral("even") : QStringLiteral("odd")},
        {QStringLiteral("stream"), number % 3 == 0},
        {QStringLiteral("chosen_backend"), QStringLiteral("backend-%1").arg(number % 4)},
        {QStringLiteral("status_code"), number % 10 == 0 ? 502 : 200},
        {QStringLiteral("latency_ms"), 100.0 + number % 100},
        {QStringLiteral("error_type"),
         number % 10 == 0 ? QJsonValue(QStringLiteral("backend_error")) : QJsonValue()},
        {QStringLiteral("surface"), QStringLiteral("/v1/chat/completions")},
        {QStringLiteral("ttfb_ms"), 20.5},
        {QStringLiteral("prompt_tokens"), 100},
        {QStringLiteral("completion_tokens"), 10},
        {QStringLiteral("client"), QStringLiteral("127.0.0.1")},
        {QStringLiteral("attempts"), 1},
        {QStringLiteral("stages"),
         QJsonObject{{QStringLiteral("relay"), 80.0}, {QStringLiteral("scan"), 0.5}}},
        {QStringLiteral("route"),
         QJsonObject{{QStringLiteral("generation"), 1},
                     {QStringLiteral("verdicts"),
                      QJsonObject{{QStringLiteral("a"), QStringLiteral("chosen")}}}}},
        {QStringLiteral("attempts_detail"), QJsonArray{}},
        {QStringLiteral("stream_defects"), QJsonArray{}},
        {QStringLiteral("seq"), number}};
}

/// Those from `first` to `last`, newest first.
[[nodiscard]] inline QJsonArray recordsOf(int first, int last)
{
    QJsonArray records;
    for (int number = last; number >= first; --number) {
        records.append(recordOf(number));
    }
    return records;
}

} // namespace meridian::ui
