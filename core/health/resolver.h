// SPDX-License-Identifier: MIT
// Keeps the backends' addresses current, so that no worker ever waits for a name server.
#pragma once

#include "core/upstream/snapshot.h"

#include <QBasicTimer>
#include <QObject>

#include <memory>
#include <vector>

namespace meridian::health {

/// Looks every host name up at once and then every RefreshInterval (Qt's lookup caches for 60 s and
/// knows no TTL). A failed lookup keeps the addresses known before. Literal addresses need nothing.
/// Main thread.
class Resolver final : public QObject
{
public:
    static constexpr std::chrono::seconds RefreshInterval{30};

    void watch(const std::shared_ptr<const upstream::Snapshot> &snapshot);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void lookUpAll();

    std::vector<std::shared_ptr<upstream::Backend>> m_backends; // those with a name
    QBasicTimer m_timer;
};

} // namespace meridian::health
