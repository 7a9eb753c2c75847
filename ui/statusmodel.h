// SPDX-License-Identifier: MIT
// Is it working? The gateway as a whole, for the header, the tiles and the tray.
#pragma once

#include "ui/ratewindow.h"

#include <QElapsedTimer>
#include <QJsonObject>
#include <QObject>
#include <QQmlEngine>
#include <QStringList>
#include <QVariantList>

namespace meridian::ui {

class GatewayLink;
struct RequestRow;

/// Main thread. Rates are differences of the gateway's totals over the last seconds, quantiles come
/// from the requests of the last minute; NaN where nothing is known.
class StatusModel final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Desktop has it")
    /// connected, connecting, reconnecting, refused, stopped
    Q_PROPERTY(QString connection READ connection NOTIFY connectionChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY connectionChanged)
    Q_PROPERTY(QString address READ address NOTIFY connectionChanged)
    Q_PROPERTY(bool isLocal READ isLocal NOTIFY connectionChanged)
    Q_PROPERTY(QStringList listen READ listen NOTIFY changed)
    Q_PROPERTY(bool ready READ ready NOTIFY changed)
    Q_PROPERTY(bool draining READ draining NOTIFY changed)
    Q_PROPERTY(bool paused READ paused NOTIFY changed)
    Q_PROPERTY(QString strategy READ strategy NOTIFY changed)
    Q_PROPERTY(qint64 uptimeSeconds READ uptimeSeconds NOTIFY changed)
    Q_PROPERTY(int generation READ generation NOTIFY changed)
    Q_PROPERTY(QString version READ version NOTIFY changed)
    Q_PROPERTY(double requestsPerSecond READ requestsPerSecond NOTIFY changed)
    Q_PROPERTY(double errorRate READ errorRate NOTIFY changed)
    Q_PROPERTY(double tokensPerSecond READ tokensPerSecond NOTIFY changed)
    Q_PROPERTY(double p50Ms READ p50Ms NOTIFY changed)
    Q_PROPERTY(double p95Ms READ p95Ms NOTIFY changed)
    Q_PROPERTY(double ttfbMs READ ttfbMs NOTIFY changed)
    Q_PROPERTY(int inflight READ inflight NOTIFY changed)
    Q_PROPERTY(double todayTokens READ todayTokens NOTIFY changed)
    Q_PROPERTY(double todayRequests READ todayRequests NOTIFY changed)
    Q_PROPERTY(bool stale READ stale NOTIFY ageChanged)
    Q_PROPERTY(int ageSeconds READ ageSeconds NOTIFY ageChanged)
    /// [{severity, subject, page, message, cure}], worst first
    Q_PROPERTY(QVariantList attention READ attention NOTIFY attentionChanged)
    Q_PROPERTY(int attentionCount READ attentionCount NOTIFY attentionChanged)

public:
    static constexpr int StaleSeconds = 5;

    /// `link` outlives the model.
    explicit StatusModel(GatewayLink &link, QObject *parent = nullptr);

    [[nodiscard]] QString connection() const;
    [[nodiscard]] QString problem() const;
    [[nodiscard]] QString address() const;
    [[nodiscard]] bool isLocal() const;

    [[nodiscard]] QStringList listen() const { return m_listen; }

    [[nodiscard]] bool ready() const { return m_ready; }

    [[nodiscard]] bool draining() const { return m_draining; }

    [[nodiscard]] bool paused() const { return m_paused; }

    [[nodiscard]] QString strategy() const { return m_strategy; }

    [[nodiscard]] qint64 uptimeSeconds() const { return m_uptimeSeconds; }

    [[nodiscard]] int generation() const { return m_generation; }

    [[nodiscard]] QString version() const { return m_version; }

    [[nodiscard]] double requestsPerSecond() const { return m_requestsPerSecond; }

    [[nodiscard]] double errorRate() const { return m_errorRate; }

    [[nodiscard]] double tokensPerSecond() const { return m_tokensPerSecond; }

    [[nodiscard]] double p50Ms() const { return m_p50Ms; }

    [[nodiscard]] double p95Ms() const { return m_p95Ms; }

    [[nodiscard]] double ttfbMs() const { return m_ttfbMs; }

    [[nodiscard]] int inflight() const { return m_inflight; }

    [[nodiscard]] double todayTokens() const { return m_todayTokens; }

    [[nodiscard]] double todayRequests() const { return m_todayRequests; }

    [[nodiscard]] bool stale() const { return m_stale; }

    [[nodiscard]] int ageSeconds() const { return m_ageSeconds; }

    [[nodiscard]] int attentionCount() const;

    [[nodiscard]] QVariantList attention() const { return m_attention; }

    /// How many things on `page` need a look: the number in the rail.
    Q_INVOKABLE [[nodiscard]] int attentionOn(const QString &page) const;

    /// GET /meridian/status has answered.
    void take(const QJsonObject &status);
    void noteVersion(const QString &version);
    void noteRequests(const std::vector<RequestRow> &newestFirst);

    /// Once a second, also when nobody answers; `staleAfter` in seconds.
    void tick(int staleAfter = StaleSeconds);

    /// Another gateway: nothing is known.
    void reset();

Q_SIGNALS:
    void changed();
    void connectionChanged();
    void ageChanged();
    void attentionChanged();
    /// Another configuration is in force.
    void generationChanged();

private:
    void takeAttention(const QJsonObject &status);
    void takeTotals(const QJsonObject &status);
    void measure();

    GatewayLink &m_link;
    RateWindow m_rates;
    LatencyWindow m_latencies;
    QElapsedTimer m_sinceAnswer;
    QStringList m_listen;
    QString m_strategy;
    QString m_version;
    QVariantList m_attention;
    qint64 m_uptimeSeconds = 0;
    int m_generation = 0;
    int m_inflight = 0, m_ageSeconds = 0;
    double m_requestsPerSecond = 0, m_tokensPerSecond = 0, m_errorRate = 0;
    double m_p50Ms, m_p95Ms, m_ttfbMs, m_todayTokens = 0, m_todayRequests = 0;
    bool m_ready = false, m_draining = false, m_paused = false, m_stale = false;
};

} // namespace meridian::ui
