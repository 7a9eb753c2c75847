// SPDX-License-Identifier: MIT
// Is it working? The gateway as a whole, for the header, the tiles and the tray.
#include "ui/statusmodel.h"

#include "ui/gatewaylink.h"

#include <QJsonArray>

#include <algorithm>
#include <limits>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();
constexpr qsizetype MaxAttention = 200;

} // namespace

StatusModel::StatusModel(GatewayLink &link, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_p50Ms(Unknown)
    , m_p95Ms(Unknown)
    , m_ttfbMs(Unknown)
{
    connect(&m_link, &GatewayLink::changed, this, &StatusModel::connectionChanged);
}

QString StatusModel::connection() const
{
    switch (m_link.connection()) {
    case GatewayLink::Connection::Connecting:
        return u"connecting"_s;
    case GatewayLink::Connection::Connected:
        return u"connected"_s;
    case GatewayLink::Connection::Reconnecting:
        return u"reconnecting"_s;
    case GatewayLink::Connection::Refused:
        return u"refused"_s;
    case GatewayLink::Connection::Stopped:
        break;
    }
    return u"stopped"_s;
}

QString StatusModel::problem() const
{
    return m_link.problem();
}

QString StatusModel::address() const
{
    return m_link.address();
}

bool StatusModel::isLocal() const
{
    return m_link.isLocal();
}

int StatusModel::attentionCount() const
{
    return int(m_attention.size());
}

int StatusModel::attentionOn(const QString &page) const
{
    return int(std::count_if(m_attention.begin(), m_attention.end(), [&](const QVariant &entry) {
        return entry.toMap().value(u"page"_s).toString() == page;
    }));
}

void StatusModel::take(const QJsonObject &status)
{
    m_sinceAnswer.start();
    m_listen.clear();
    for (const QJsonValue &address : status["listen"_L1].toArray()) {
        m_listen.append(address.toString());
    }
    m_ready = status["ready"_L1].toBool();
    m_draining = status["draining"_L1].toBool();
    m_paused = status["paused"_L1].toBool();
    m_strategy = status["strategy"_L1].toString();
    m_uptimeSeconds = status["uptime_s"_L1].toInteger();
    m_inflight = 0;
    for (const QJsonValue &backend : status["backends"_L1].toArray()) {
        m_inflight += backend["inflight"_L1].toInt();
    }
    takeTotals(status);
    takeAttention(status);
    const int generation = status["generation"_L1].toInt();
    const bool isAnother = generation != m_generation;
    m_generation = generation;
    tick();
    Q_EMIT changed();
    if (isAnother) {
        Q_EMIT generationChanged();
    }
}

void StatusModel::takeTotals(const QJsonObject &status)
{
    const QJsonObject totals = status["totals"_L1].toObject();
    m_rates.add(m_link.now(), {totals["requests"_L1].toDouble(), totals["failures"_L1].toDouble(),
                               totals["completion_tokens"_L1].toDouble()});
    m_requestsPerSecond = m_rates.requestsPerSecond();
    m_tokensPerSecond = m_rates.tokensPerSecond();
    m_errorRate = m_rates.errorRate();
    const QJsonObject today = status["today"_L1].toObject();
    m_todayRequests = today["requests"_L1].toDouble();
    m_todayTokens = today["prompt_tokens"_L1].toDouble() + today["completion_tokens"_L1].toDouble();
    measure();
}

void StatusModel::measure()
{
    m_latencies.age(m_link.now());
    m_p50Ms = m_latencies.total(0.5);
    m_p95Ms = m_latencies.total(0.95);
    m_ttfbMs = m_latencies.firstByte(0.5);
}

void StatusModel::takeAttention(const QJsonObject &status)
{
    QVariantList attention;
    for (const QJsonValue &entry : status["attention"_L1].toArray()) {
        if (attention.size() == MaxAttention) {
            break;
        }
        attention.append(entry.toObject().toVariantMap());
    }
    if (attention != m_attention) {
        m_attention = attention;
        Q_EMIT attentionChanged();
    }
}

void StatusModel::noteVersion(const QString &version)
{
    if (m_version != version) {
        m_version = version;
        Q_EMIT changed();
    }
}

void StatusModel::noteRequests(const std::vector<RequestRow> &newestFirst)
{
    const bool isFirst = m_latencies.isEmpty() && !newestFirst.empty();
    m_latencies.add(newestFirst);
    if (isFirst) { // later ones count with the next status
        measure();
        Q_EMIT changed();
    }
}

void StatusModel::tick(int staleAfter)
{
    const int age = m_sinceAnswer.isValid() ? int(m_sinceAnswer.elapsed() / 1000) : 0;
    const bool isStale = age >= staleAfter;
    if (age != m_ageSeconds || isStale != m_stale) {
        m_ageSeconds = age;
        m_stale = isStale;
        Q_EMIT ageChanged();
    }
}

void StatusModel::reset()
{
    m_sinceAnswer.invalidate();
    m_rates.clear();
    m_latencies.clear();
    m_version.clear();
    take({});
    m_sinceAnswer.invalidate();
    m_rates.clear();
    Q_EMIT connectionChanged();
}

} // namespace meridian::ui
