// SPDX-License-Identifier: MIT
// The composition root: builds a running gateway out of settings, top to bottom.
#pragma once

#include "core/admin/adminservice.h"
#include "core/base/result.h"
#include "core/event/loop.h"
#include "core/health/healthchecker.h"
#include "core/health/resolver.h"
#include "core/model/settings.h"
#include "core/net/acceptor.h"
#include "core/net/listener.h"
#include "core/observe/writer.h"
#include "core/proxy/worker.h"
#include "core/upstream/snapshot.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace meridian {

/// Lives on the main thread, which must run Qt's event loop. Order: start(), then drain() or
/// stop().
class Gateway final : public admin::AdminService::Mediator
{
public:
    /// `adoptControl` is called on the main thread with one end of a stream pair, which it owns:
    /// speak HTTP/1.1 on it (service/controlserver.h does).
    using AdoptControl = std::function<void(int fd)>;

    explicit Gateway(model::Settings settings, AdoptControl adoptControl);
    ~Gateway() override;

    /// Opens the log and the port and starts the workers. On an error nothing is left running.
    [[nodiscard]] Result<void> start();

    /// Accepts no more, lets what is under way end until gateway.drain_timeout_s, then ends the
    /// rest with well-formed errors. `done` is called on the main thread, once.
    void drain(std::function<void()> done);

    /// After log rotation.
    void reopenLogs();

    [[nodiscard]] std::uint16_t port() const noexcept { return m_port; }

    [[nodiscard]] std::string url() const;

    // admin::AdminService::Mediator
    [[nodiscard]] std::string strategy() const override;
    [[nodiscard]] std::vector<admin::BackendStatus> backends() const override;
    [[nodiscard]] std::span<const observe::WorkerMetrics *const> workers() const override;
    [[nodiscard]] observe::RecordWriter &recordWriter() const override;
    [[nodiscard]] bool isReady() const override;

    [[nodiscard]] bool isDraining() const override { return m_isDraining; }

    [[nodiscard]] std::vector<std::string> listenAddresses() const override;

    [[nodiscard]] admin::AdminService::SystemTime startTime() const override { return m_startTime; }

private:
    class DrainDeadline;

    [[nodiscard]] Result<std::shared_ptr<const upstream::Snapshot>> buildSnapshot() const;
    void finishDrain();

    const model::Settings m_settings;
    const AdoptControl m_adoptControl;
    const std::shared_ptr<observe::RecordWriter> m_writer;
    event::Loop m_loop; // the main thread's
    std::shared_ptr<const upstream::Snapshot> m_snapshot;
    std::unique_ptr<net::ConnectionBudget> m_budget;
    std::unique_ptr<health::HealthChecker> m_health;
    health::Resolver m_resolver;
    std::vector<std::unique_ptr<proxy::Worker>> m_workers;
    std::vector<const observe::WorkerMetrics *> m_metrics;
    std::uint16_t m_port = 0;
    bool m_isDraining = false;
    std::size_t m_undrained = 0; // workers that still have connections
    std::unique_ptr<DrainDeadline> m_deadline;
    std::function<void()> m_drained;
    const admin::AdminService::SystemTime m_startTime = std::chrono::system_clock::now();
};

} // namespace meridian
