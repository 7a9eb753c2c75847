// SPDX-License-Identifier: MIT
// The numbers behind FakeLink: five backends in different states, and a busy hour of requests.
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <cstdint>
#include <deque>

namespace meridian::ui {

/// The same numbers in every run: its dice are its own and start from a fixed seed.
class FakeWorld
{
public:
    static constexpr std::size_t KeptRequests = 2'000;

    explicit FakeWorld(qint64 nowMs);

    void step(qint64 nowMs, int newRequests);
    void clear();

    void setPaused(bool isPaused) { m_isPaused = isPaused; }

    [[nodiscard]] QJsonObject status() const;
    /// Null where there is no such backend.
    [[nodiscard]] QJsonValue backend(const QString &name) const;
    /// drain, enable, probe; weight with a body. False: no such backend.
    bool act(const QString &name, const QString &action, const QJsonObject &body);
    [[nodiscard]] QJsonObject requests(qint64 after, int limit) const;
    [[nodiscard]] QJsonObject history(bool isDay, int points) const;

private:
    struct Entry
    {
        qint64 seq;
        QJsonObject record;
    };

    [[nodiscard]] double random();

    [[nodiscard]] double random(double low, double high) { return low + random() * (high - low); }

    void addRequest(qint64 atMs);
    [[nodiscard]] QJsonObject record(qint64 atMs);

    QJsonArray m_backends;
    QJsonArray m_attention;
    std::deque<Entry> m_requests; // oldest first
    qint64 m_nowMs;
    qint64 m_seq = 0;
    qint64 m_totalRequests = 652'140;
    qint64 m_totalFailures = 3'115;
    qint64 m_promptTokens = 411'208'331;
    qint64 m_completionTokens = 96'410'877;
    std::uint64_t m_dice = 0x5eed;
    bool m_isPaused = false;
};

} // namespace meridian::ui
