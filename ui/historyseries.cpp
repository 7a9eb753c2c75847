// SPDX-License-Identifier: MIT
// The series of one range of the history, equally long, NaN where there is a gap.
#include "ui/historyseries.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <cmath>
#include <limits>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr double Gap = std::numeric_limits<double>::quiet_NaN();

} // namespace

bool isCount(const QString &seriesName)
{
    return !seriesName.endsWith("_ms"_L1) && seriesName != "inflight"_L1;
}

HistorySeries HistorySeries::of(const QJsonObject &history)
{
    HistorySeries result;
    result.startMs = QDateTime::fromString(history["start"_L1].toString(), Qt::ISODateWithMs)
                         .toMSecsSinceEpoch();
    result.stepSeconds = std::max(history["step_s"_L1].toInt(1), 1);
    const QJsonObject series = history["series"_L1].toObject();
    for (auto entry = series.begin(); entry != series.end(); ++entry) {
        const QJsonArray array = entry.value().toArray();
        std::vector<double> &values = result.series[entry.key()];
        values.reserve(std::min(std::size_t(array.size()), MaxPoints));
        for (const QJsonValue &value : array) {
            if (values.size() == MaxPoints) {
                break;
            }
            values.push_back(value.toDouble(Gap));
        }
        result.points = std::max(result.points, values.size());
    }
    for (auto &[name, values] : result.series) {
        values.resize(result.points, Gap);
    }
    return result;
}

const std::vector<double> &HistorySeries::values(const QString &name) const
{
    static const std::vector<double> None;
    const auto found = series.find(name);
    return found == series.end() ? None : found->second;
}

double HistorySeries::merged(const QString &name, std::size_t from, std::size_t count) const
{
    const std::vector<double> &all = values(name);
    double sum = 0;
    std::size_t known = 0;
    for (std::size_t i = from; i < std::min(from + count, all.size()); ++i) {
        if (!std::isnan(all[i])) {
            sum += all[i];
            ++known;
        }
    }
    if (known == 0) {
        return Gap;
    }
    return isCount(name) ? sum : sum / double(known);
}

} // namespace meridian::ui
