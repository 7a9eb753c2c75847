// SPDX-License-Identifier: MIT
// Asks the gateway regularly and hands what it says to the models.
#include "ui/poller.h"

#include "ui/backendsmodel.h"
#include "ui/gatewaylink.h"
#include "ui/historymodel.h"
#include "ui/requestsmodel.h"
#include "ui/statusmodel.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr quint64 TrayEvery = 5;    // ticks
constexpr int StaleInTray = 15;     // seconds
constexpr quint64 HistoryEvery = 5; // for a chart that is looked at
constexpr quint64 DayEvery = 60;    // the day's steps are minutes
constexpr const char *HourQuery = "range=hour&points=720";
constexpr const char *DayQuery = "range=day&points=1440";

} // namespace

Poller::Poller(GatewayLink &link, Models models, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_models(models)
{
    m_timer.setInterval(Pace);
    connect(&m_timer, &QTimer::timeout, this, &Poller::onTick);
    connect(&m_link, &GatewayLink::replaced, this, &Poller::forget);
    connect(&models.status, &StatusModel::generationChanged, this, [this] { m_provenanceOf = -1; });
    connect(&models.history, &HistoryModel::rangeChanged, this, [this] { pollHistory(); });
    connect(&models.history, &HistoryModel::activeChanged, this, [this] {
        if (m_models.history.isActive()) {
            pollHistory();
        }
    });
}

void Poller::start()
{
    m_timer.start();
    refresh();
}

void Poller::stop()
{
    m_timer.stop();
}

void Poller::setWindowVisible(bool isVisible)
{
    if (isVisible && !std::exchange(m_isVisible, isVisible) && m_timer.isActive()) {
        refresh();
    }
    m_isVisible = isVisible;
}

void Poller::onTick()
{
    ++m_ticks;
    // in the tray an answer is five seconds old when the next one is asked for
    m_models.status.tick(m_isVisible ? StatusModel::StaleSeconds : StaleInTray);
    Q_EMIT ticked();
    if (!m_isVisible && m_ticks % TrayEvery != 0) {
        return;
    }
    poll();
    if (!m_isVisible || !m_models.history.isActive()) {
        return;
    }
    if (m_ticks % HistoryEvery == 0) {
        askHistory(HourQuery);
    }
    if (m_ticks % DayEvery == 0) {
        askHistory(DayQuery);
    }
}

void Poller::poll()
{
    get("/meridian/status", {}, [this](const QJsonDocument &answer) {
        m_models.status.take(answer.object());
        m_models.backends.take(answer["backends"_L1].toArray());
        Q_EMIT polled();
        if (m_provenanceOf != m_models.status.generation()) {
            m_provenanceOf = m_models.status.generation();
            askProvenance();
        }
    });
    pollRequests();
    if (m_models.status.version().isEmpty()) {
        get("/meridian/version", {}, [this](const QJsonDocument &answer) {
            m_models.status.noteVersion(answer["version"_L1].toString());
        });
    }
}

void Poller::refresh()
{
    poll();
    pollHistory();
}

void Poller::pollHistory()
{
    askHistory(HourQuery);
    askHistory(DayQuery);
}

void Poller::askHistory(const char *query)
{
    // each range is a kind of its own
    get("/meridian/history?" + std::string(query), {},
        [this](const QJsonDocument &answer) { m_models.history.take(answer.object()); });
}

void Poller::pollRequests()
{
    std::string query =
        "limit=" + std::to_string(m_link.isLocal() ? RequestsPerCall : RequestsPerRemoteCall);
    if (m_seq >= 0) {
        query += "&after=" + std::to_string(m_seq);
    }
    get("/meridian/requests", query, [this](const QJsonDocument &answer) { takeRequests(answer); });
}

void Poller::takeRequests(const QJsonDocument &answer)
{
    const QJsonArray requests = answer["requests"_L1].toArray();
    const qint64 next = answer["next"_L1].toInteger(-1);
    if (next < m_seq) { // the gateway has begun anew
        m_seq = -1;
        return;
    }
    // more than one call may bring, or more than the gateway keeps
    const qint64 missed = m_seq < 0 ? 0 : next - m_seq - requests.size();
    m_seq = next;
    const auto rows = m_models.requests.take(requests, int(std::clamp<qint64>(missed, 0, INT_MAX)));
    m_models.status.noteRequests(rows);
    m_models.backends.noteRequests(rows);
    if (m_seen) {
        m_seen(rows);
    }
}

/// Where each setting stands: the document in force, validated.
void Poller::askProvenance()
{
    get("/meridian/config", {}, [this](const QJsonDocument &config) {
        const QJsonObject body{{u"text"_s, config["text"_L1]}};
        m_link.ask(*this, "POST", "/meridian/config/validate",
                   QJsonDocument(body).toJson(QJsonDocument::Compact).toStdString(),
                   [this](int status, const QJsonDocument &answer) {
                       if (status == 200) {
                           m_models.backends.takeProvenance(answer["values"_L1].toArray());
                       }
                   });
    });
}

template <typename Taker>
void Poller::get(const std::string &path, const std::string &query, Taker &&take)
{
    if (!m_underWay.insert(path).second) {
        return;
    }
    m_link.ask(
        *this, "GET", query.empty() ? path : path + "?" + query, {},
        [this, path, take = std::forward<Taker>(take)](int status, const QJsonDocument &answer) {
            m_underWay.erase(path);
            if (status == 200) {
                take(answer);
            }
        });
}

void Poller::forget()
{
    m_underWay.clear();
    m_seq = -1;
    m_provenanceOf = -1;
    m_models.status.reset();
    m_models.backends.reset();
    m_models.requests.clear();
    m_models.history.reset();
    if (m_timer.isActive()) {
        refresh();
    }
}

} // namespace meridian::ui
