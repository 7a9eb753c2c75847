// SPDX-License-Identifier: MIT
// Asks the gateway regularly and hands what it says to the models.
#pragma once

#include <QJsonDocument>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace meridian::ui {

class BackendsModel;
class GatewayLink;
class HistoryModel;
class RequestsModel;
class StatusModel;
struct RequestRow;

/// Main thread. Never more than one call of a kind under way. Status and new requests once a second
/// while a window is to be seen, every five in the tray; the history every five seconds while it is
/// looked at; where settings stand, once per configuration.
class Poller final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds Pace{1};
    static constexpr int RequestsPerCall = 2'000;     // what the gateway keeps
    static constexpr int RequestsPerRemoteCall = 700; // below what a remote answer may hold

    struct Models
    {
        StatusModel &status;
        BackendsModel &backends;
        RequestsModel &requests;
        HistoryModel &history;
    };

    /// All outlive the poller.
    Poller(GatewayLink &link, Models models, QObject *parent = nullptr);

    /// Told of the requests that each round brings, newest first; once at most.
    void setSeen(std::function<void(const std::vector<RequestRow> &newestFirst)> seen)
    {
        m_seen = std::move(seen);
    }

    void start();
    void stop();
    void setWindowVisible(bool isVisible);
    /// One round now: after an action, or in a test.
    void poll();
    /// As poll(), and the history.
    void refresh();

Q_SIGNALS:
    /// A second has passed.
    void ticked();
    /// A status came.
    void polled();

private:
    void onTick();
    void pollHistory();
    void askHistory(const char *query);
    void pollRequests();
    void askProvenance();
    void forget();
    /// One call of this path (its query aside) at a time.
    template <typename Taker>
    void get(const std::string &path, const std::string &query, Taker &&take);
    void takeRequests(const QJsonDocument &answer);

    GatewayLink &m_link;
    Models m_models;
    QTimer m_timer;
    std::function<void(const std::vector<RequestRow> &)> m_seen;
    std::set<std::string> m_underWay;
    qint64 m_seq = -1; // of the last request taken; -1: none yet
    quint64 m_ticks = 0;
    int m_provenanceOf = -1; // the generation
    bool m_isVisible = true;
};

} // namespace meridian::ui
