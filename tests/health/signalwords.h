// SPDX-License-Identifier: MIT
// Capacity signals as a line to compare, and files to read them from.
#pragma once

#include "core/upstream/capacitysignals.h"

#include <QByteArray>
#include <QFile>
#include <QString>

#include <optional>
#include <string>

namespace meridian::health {

/// "queue running tokens/s memory", each "-" when not told; "none" for nothing at all.
inline QByteArray inShort(const std::optional<upstream::CapacitySignals> &signals)
{
    if (!signals) {
        return "none";
    }
    const auto count = [](const std::optional<std::int64_t> &value) {
        return value ? QByteArray::number(static_cast<qlonglong>(*value)) : QByteArray("-");
    };
    const auto number = [](const std::optional<double> &value) {
        return value ? QByteArray::number(*value, 'g', 6) : QByteArray("-");
    };
    return count(signals->queueDepth) + ' ' + count(signals->running) + ' ' +
           number(signals->tokensPerSec) + ' ' + number(signals->memUtil);
}

/// A recording of tests/health/data; empty when there is no such file.
inline std::string recording(const char *name)
{
    QFile file(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/health/data/") +
               QString::fromLatin1(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

} // namespace meridian::health
