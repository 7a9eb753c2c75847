// SPDX-License-Identifier: MIT
// The last hour and the last day as series, for charts and sparklines.
#pragma once

#include "ui/historyseries.h"

#include <QAbstractSeries>
#include <QJsonObject>
#include <QObject>
#include <QQmlEngine>
#include <QVariantList>

namespace meridian::ui {

/// Main thread. Names of series: docs/admin-api.md, History. NaN = a gap.
class HistoryModel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Desktop has it")
    /// "hour" or "day": what series(), fill(), maxOf(), csv(), start and stepSeconds are about.
    Q_PROPERTY(QString range READ range WRITE setRange NOTIFY rangeChanged)
    Q_PROPERTY(int stepSeconds READ stepSeconds NOTIFY revisionChanged)
    /// Milliseconds since the epoch of the first and after the last point.
    Q_PROPERTY(double start READ start NOTIFY revisionChanged)
    Q_PROPERTY(double end READ end NOTIFY revisionChanged)
    Q_PROPERTY(int revision READ revision NOTIFY revisionChanged)
    /// Somebody looks: only then is the gateway asked every few seconds.
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged)

public:
    explicit HistoryModel(QObject *parent = nullptr);

    [[nodiscard]] QString range() const
    {
        return m_isDay ? QStringLiteral("day") : QStringLiteral("hour");
    }

    void setRange(const QString &range);

    [[nodiscard]] int stepSeconds() const { return shown().stepSeconds; }

    [[nodiscard]] double start() const { return double(shown().startMs); }

    [[nodiscard]] double end() const;

    [[nodiscard]] int revision() const { return m_revision; }

    [[nodiscard]] bool isActive() const { return m_isActive; }

    void setActive(bool isActive);

    Q_INVOKABLE [[nodiscard]] QVariantList series(const QString &name) const;
    /// The largest value of these series together, 0 when there is none: the axis' end.
    Q_INVOKABLE [[nodiscard]] double maxOf(const QStringList &names) const;
    /// Puts a series into a line of Qt Charts at once; x = milliseconds since the epoch. A line has
    /// no gaps, so with `segment` >= 0 only that stretch between two gaps is put in. Returns how
    /// many stretches there are.
    Q_INVOKABLE int fill(QAbstractSeries *series, const QString &name, int segment = -1) const;
    /// The last hour in 60 values (a minute each), whatever `range` is.
    Q_INVOKABLE [[nodiscard]] QVariantList sparkline(const QString &name) const;
    /// The last hour's total (counts) or mean (the others) against the hour before: 0.1 = a tenth
    /// more. NaN while there is no hour before.
    Q_INVOKABLE [[nodiscard]] double changeAgainstHourBefore(const QString &name) const;
    Q_INVOKABLE [[nodiscard]] QString csv(const QStringList &names) const;
    /// All values at a point in time, for the crosshair: {time, name: value…}.
    Q_INVOKABLE [[nodiscard]] QVariantMap at(double timeMs, const QStringList &names) const;

    /// GET /meridian/history has answered.
    void take(const QJsonObject &history);
    void reset();

Q_SIGNALS:
    void rangeChanged();
    void revisionChanged();
    void activeChanged();

private:
    [[nodiscard]] const HistorySeries &shown() const { return m_isDay ? m_day : m_hour; }

    HistorySeries m_hour;
    HistorySeries m_day;
    int m_revision = 0;
    bool m_isDay = false;
    bool m_isActive = true;
};

} // namespace meridian::ui
