// SPDX-License-Identifier: MIT
#include "core/health/telemetryjson.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace meridian::health {

namespace {

/// A number from 0 to `most`; true and "1" are none, and QJson never yields NaN or infinity.
std::optional<double> numberUpTo(const QJsonValue &value, double most)
{
    const double number = value.toDouble(-1.0);
    return value.isDouble() && number >= 0.0 && number <= most ? std::optional(number)
                                                               : std::nullopt;
}

} // namespace

std::optional<upstream::CapacitySignals> parseTelemetryJson(std::string_view body)
{
    if (body.size() > MaxTelemetryJson) {
        return std::nullopt;
    }
    const auto document = QJsonDocument::fromJson(
        QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size())));
    if (!document.isObject()) {
        return std::nullopt;
    }
    const QJsonObject object = document.object();
    upstream::CapacitySignals signals;
    // of 1.5, 1e308, true and "4" toInteger() says -1; 4.0 is as whole as 4
    const std::int64_t depth = object.value(QLatin1String("queue_depth")).toInteger(-1);
    if (depth >= 0) {
        signals.queueDepth = std::min(depth, upstream::MaxRequestCount);
    }
    signals.tokensPerSec =
        numberUpTo(object.value(QLatin1String("tokens_per_sec")), upstream::MaxTokensPerSec);
    signals.memUtil = numberUpTo(object.value(QLatin1String("gpu_mem_util")), 1.0);
    return signals;
}

} // namespace meridian::health
