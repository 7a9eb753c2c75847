// SPDX-License-Identifier: MIT
// The last hour and the last day as series, for charts and sparklines.
#include "ui/historymodel.h"

#include <QDateTime>
#include <QXYSeries>

#include <algorithm>
#include <cmath>
#include <limits>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr double Gap = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t SparklinePoints = 60;
constexpr std::size_t HourMinutes = 60;

QVariantList listOf(const std::vector<double> &values)
{
    QVariantList list;
    list.reserve(qsizetype(values.size()));
    for (const double value : values) {
        list.append(value);
    }
    return list;
}

/// [first, last) of each stretch without a gap.
std::vector<std::pair<std::size_t, std::size_t>> stretchesOf(const std::vector<double> &values)
{
    std::vector<std::pair<std::size_t, std::size_t>> stretches;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            continue;
        }
        if (stretches.empty() || stretches.back().second != i) {
            stretches.emplace_back(i, i);
        }
        stretches.back().second = i + 1;
    }
    return stretches;
}

} // namespace

HistoryModel::HistoryModel(QObject *parent)
    : QObject(parent)
{
}

void HistoryModel::setRange(const QString &range)
{
    if ((range == "day"_L1) == m_isDay) {
        return;
    }
    m_isDay = !m_isDay;
    Q_EMIT rangeChanged();
    ++m_revision;
    Q_EMIT revisionChanged();
}

double HistoryModel::end() const
{
    return shown().timeOf(shown().points);
}

QVariantList HistoryModel::series(const QString &name) const
{
    return listOf(shown().values(name));
}

double HistoryModel::maxOf(const QStringList &names) const
{
    double largest = 0;
    for (const QString &name : names) {
        for (const double value : shown().values(name)) {
            largest = std::isnan(value) ? largest : std::max(largest, value);
        }
    }
    return largest;
}

int HistoryModel::fill(QAbstractSeries *series, const QString &name, int segment) const
{
    const std::vector<double> &values = shown().values(name);
    const auto stretches = stretchesOf(values);
    QList<QPointF> points;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        if (segment >= 0 && std::size_t(segment) != i) {
            continue;
        }
        for (std::size_t at = stretches[i].first; at < stretches[i].second; ++at) {
            points.append({shown().timeOf(at), values[at]});
        }
    }
    if (auto *const line = qobject_cast<QXYSeries *>(series)) {
        line->replace(points);
    }
    return int(stretches.size());
}

QVariantList HistoryModel::sparkline(const QString &name) const
{
    if (m_hour.points == 0) {
        return {};
    }
    std::vector<double> values;
    const std::size_t points = std::min(m_hour.points, SparklinePoints);
    for (std::size_t i = 0; i < points; ++i) {
        const std::size_t from = i * m_hour.points / points;
        const std::size_t to = (i + 1) * m_hour.points / points;
        values.push_back(m_hour.merged(name, from, to - from));
    }
    return listOf(values);
}

double HistoryModel::changeAgainstHourBefore(const QString &name) const
{
    if (m_day.stepSeconds != 60 || m_day.points < 2 * HourMinutes) {
        return Gap;
    }
    const double now = m_day.merged(name, m_day.points - HourMinutes, HourMinutes);
    const double before = m_day.merged(name, m_day.points - 2 * HourMinutes, HourMinutes);
    return before > 0 ? (now - before) / before : Gap; // NaN stays NaN
}

QString HistoryModel::csv(const QStringList &names) const
{
    QString text = u"time"_s;
    for (const QString &name : names) {
        text += u',' + name;
    }
    text += u"\r\n"_s;
    for (std::size_t i = 0; i < shown().points; ++i) {
        text += QDateTime::fromMSecsSinceEpoch(qint64(shown().timeOf(i)), Qt::UTC)
                    .toString(Qt::ISODate);
        for (const QString &name : names) {
            const std::vector<double> &values = shown().values(name);
            const bool isKnown = i < values.size() && !std::isnan(values[i]);
            text += u',' + (isKnown ? QString::number(values[i], 'g', 12) : QString());
        }
        text += u"\r\n"_s;
    }
    return text;
}

QVariantMap HistoryModel::at(double timeMs, const QStringList &names) const
{
    QVariantMap map;
    const double step = shown().stepSeconds * 1000.0;
    const double index = std::floor((timeMs - start()) / step + 0.5);
    if (!(index >= 0 && index < double(shown().points))) {
        return map;
    }
    map.insert(u"time"_s, shown().timeOf(std::size_t(index)));
    for (const QString &name : names) {
        const std::vector<double> &values = shown().values(name);
        map.insert(name, values.empty() ? Gap : values[std::size_t(index)]);
    }
    return map;
}

void HistoryModel::setActive(bool isActive)
{
    if (m_isActive != isActive) {
        m_isActive = isActive;
        Q_EMIT activeChanged();
    }
}

void HistoryModel::take(const QJsonObject &history)
{
    (history["range"_L1].toString() == "day"_L1 ? m_day : m_hour) = HistorySeries::of(history);
    ++m_revision;
    Q_EMIT revisionChanged();
}

void HistoryModel::reset()
{
    m_hour = {};
    m_day = {};
    ++m_revision;
    Q_EMIT revisionChanged();
}

} // namespace meridian::ui
