// SPDX-License-Identifier: MIT
// Keeps the backends' addresses current, so that no worker ever waits for a name server.
#pragma once

#include "core/upstream/snapshot.h"

#include <QBasicTimer>
#include <QObject>

#include <memory>
#include <vector>

namespace meridian::health {

/// Looks every host name up at once, on threads that may outlive the wait, and then every
/// RefreshInterval (Qt's lookup caches for 60 s and knows no TTL). A failed lookup keeps the
/// addresses known before. Literal addresses need nothing. Main thread.
class Resolver final : public QObject
{
public:
    static constexpr std::chrono::seconds RefreshInterval{30};

    /// Returns when every name has been looked up, or after FirstWait: requests that come at once
    /// should find addresses, and a name server that is down should not keep the gateway down.
    void watch(const std::shared_ptr<const upstream::Snapshot> &snapshot);

    static constexpr std::chrono::milliseconds FirstWait{1000};

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void lookUpFirst();
    void lookUpAll();

    std::vector<std::shared_ptr<upstream::Backend>> m_backends; // those with a name
    QBasicTimer m_timer;
};

} // namespace meridian::health
