// SPDX-License-Identifier: MIT
// The composition root: builds a running gateway out of settings, top to bottom.
#pragma once

#include "core/admin/adminservice.h"
#include "core/config/configloader.h"
#include "core/event/loop.h"
#include "core/export/traceexporter.h"
#include "core/health/healthchecker.h"
#include "core/health/resolver.h"
#include "core/health/telemetryscraper.h"
#include "core/json/bodyscanner.h"
#include "core/net/listener.h"
#include "core/observe/spanqueue.h"
#include "core/observe/writer.h"
#include "core/proxy/worker.h"
#include "core/routing/canary.h"
#include "core/upstream/snapshot.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace meridian::credentials {
class CredentialStore;
} // namespace meridian::credentials

namespace meridian {

/// Lives on the main thread, which must run Qt's event loop. Order: start(), then drain().
class Gateway final : public admin::AdminService::Mediator
{
public:
    struct Setup
    {
        model::Settings settings;
        /// Called on the main thread with one end of a stream pair, which it owns: speak HTTP/1.1
        /// on it (service/controlserver.h does).
        std::function<void(int fd)> adoptControl;
        /// Reads the configuration again; null: there is nothing to reload.
        std::function<config::LoadResult()> load;
        /// What load() would read is another than what it last read; null: there is no file.
        std::function<bool()> isConfigChanged;
        /// Called after a reload with the settings now in force.
        std::function<void(const model::Settings &)> reloaded;
    };

    explicit Gateway(Setup setup);
    ~Gateway() override;

    [[nodiscard]] static int workerCount(const model::GatewaySettings &settings);

    /// Opens the log and the port and starts the workers. On an error nothing is left running.
    /// `listeners`: sockets that listen already (another process's, systemd's), a worker for each.
    [[nodiscard]] Result<void> start(std::optional<net::ListenerSet> listeners = std::nullopt);

    /// Accepts no more, lets what is under way end until gateway.drain_timeout_s, then ends the
    /// rest with well-formed errors. `done` is called on the main thread, once.
    void drain(std::function<void()> done);

    /// After log rotation.
    void reopenLogs();

    /// Puts these settings in force, whole or not at all; nothing in flight is touched.
    [[nodiscard]] admin::ReloadOutcome apply(const model::Settings &settings);

    /// Model traffic is refused until it is taken back; what is in flight goes on.
    void setPaused(bool isPaused);
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// The sockets that a successor could accept from too; still the gateway's. None before
    /// start() and while draining.
    [[nodiscard]] const std::vector<int> &listeningDescriptors() const noexcept;
    [[nodiscard]] std::string url() const;

    // admin::AdminService::Mediator
    [[nodiscard]] const model::Settings &settings() const override;
    [[nodiscard]] std::vector<admin::BackendStatus> backends() const override;
    [[nodiscard]] std::span<const observe::WorkerMetrics *const> workers() const override;
    [[nodiscard]] observe::RecordWriter &recordWriter() const override;
    [[nodiscard]] bool isReady() const override;
    [[nodiscard]] bool isDraining() const override;
    [[nodiscard]] bool isConfigChanged() const override;
    [[nodiscard]] observe::EventLog &events() const override;
    [[nodiscard]] bool isPaused() const override;
    [[nodiscard]] std::vector<std::string> listenAddresses() const override;
    [[nodiscard]] admin::AdminService::SystemTime startTime() const override;
    void addFigures(observe::MetricsSources &sources) const override;
    [[nodiscard]] std::optional<admin::CanaryView> canary() const override;

    [[nodiscard]] std::uint32_t generation() const override;
    [[nodiscard]] observe::ReloadFigures reloads() const override;
    [[nodiscard]] std::vector<std::string> backendNames(std::uint32_t generation) const override;
    admin::ReloadOutcome reload() override;
    [[nodiscard]] admin::ReloadOutcome preview(const model::Settings &settings) const override;
    bool act(std::string_view backend, const admin::BackendAction &action) override;
    [[nodiscard]] Result<std::string> explain(std::string_view body,
                                              std::string_view session) override;
    [[nodiscard]] admin::DryRun dryRun(const model::Settings &edited,
                                       std::vector<model::RequestRecord> records) const override;

private:
    class DrainDeadline;
    class Housekeeping;

    [[nodiscard]] Result<std::shared_ptr<net::TlsContext>>
    listenerTls(const model::GatewaySettings &settings) const;
    [[nodiscard]] Result<std::shared_ptr<upstream::Snapshot>>
    build(const model::Settings &settings);
    void shareStates(upstream::Snapshot &snapshot);
    void adopt(std::shared_ptr<const upstream::Snapshot> snapshot);
    void startWorkers(net::ListenerSet &listeners, int count, std::shared_ptr<net::TlsContext> tls);
    [[nodiscard]] proxy::Worker::Limits workerLimits() const;
    void tick();
    void finishDrain();

    const Setup m_setup;
    const std::shared_ptr<observe::RecordWriter> m_writer;
    const std::shared_ptr<observe::EventLog> m_events;
    event::Loop m_loop; // the main thread's
    const std::unique_ptr<credentials::CredentialStore> m_credentials;
    const std::shared_ptr<provider::ResponseStore> m_responses;
    std::shared_ptr<const upstream::Snapshot> m_snapshot;
    const std::shared_ptr<upstream::AdmissionQueue> m_admission;
    std::shared_ptr<routing::SessionStore> m_sessions;
    std::unique_ptr<routing::CanaryController> m_canary;
    std::unique_ptr<net::ConnectionBudget> m_budget;
    std::unique_ptr<health::HealthChecker> m_health;
    std::unique_ptr<health::TelemetryScraper> m_telemetry;
    health::Resolver m_resolver;
    observe::SpanQueue m_spans;
    std::unique_ptr<exporter::TraceExporter> m_exporter;
    std::vector<std::unique_ptr<proxy::Worker>> m_workers;
    std::vector<const observe::WorkerMetrics *> m_metrics;
    std::unique_ptr<Housekeeping> m_housekeeping;
    std::deque<std::pair<std::uint32_t, std::vector<std::string>>> m_backendNames;
    observe::ReloadFigures m_reloads;
    json::BodyScanner m_scanner;  // explain()
    net::ListenerSet m_listening; // duplicates: the workers own theirs
    std::uint16_t m_port = 0;
    const std::shared_ptr<std::atomic<bool>> m_isPaused;
    bool m_isDraining = false;
    mutable bool m_wasReady = false;
    std::size_t m_undrained = 0; // workers that still have connections
    std::unique_ptr<DrainDeadline> m_deadline;
    std::function<void()> m_drained;
    const admin::AdminService::SystemTime m_startTime = std::chrono::system_clock::now();
};

} // namespace meridian
