// SPDX-License-Identifier: MIT
// The gateway as the admin service knows it.
#pragma once

#include "core/admin/backendstatus.h"
#include "core/admin/dryrun.h"
#include "core/admin/operations.h"
#include "core/base/result.h"
#include "core/model/settings.h"
#include "core/observe/metricspage.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::observe {
class EventLog;
class RecordWriter;
class WorkerMetrics;
} // namespace meridian::observe

namespace meridian::admin {

/// What the service must ask the gateway. Called on the main thread, must not call back.
class Mediator
{
public:
    using SystemTime = std::chrono::system_clock::time_point;

    Mediator() = default;
    virtual ~Mediator() = default;
    Mediator(const Mediator &) = delete;
    Mediator &operator=(const Mediator &) = delete;

    [[nodiscard]] virtual const model::Settings &settings() const = 0;
    /// In the order of the configuration.
    [[nodiscard]] virtual std::vector<BackendStatus> backends() const = 0;
    /// Valid as long as the gateway runs.
    [[nodiscard]] virtual std::span<const observe::WorkerMetrics *const> workers() const = 0;
    [[nodiscard]] virtual observe::RecordWriter &recordWriter() const = 0;
    /// All workers accept connections.
    [[nodiscard]] virtual bool isReady() const = 0;
    [[nodiscard]] virtual bool isDraining() const = 0;
    /// Model traffic is refused because somebody wants it so.
    [[nodiscard]] virtual bool isPaused() const { return false; }
    /// As URLs, http://127.0.0.1:8080.
    [[nodiscard]] virtual std::vector<std::string> listenAddresses() const = 0;
    [[nodiscard]] virtual SystemTime startTime() const = 0;
    /// What the metrics page shows beside backends and workers.
    virtual void addFigures(observe::MetricsSources &sources) const = 0;
    [[nodiscard]] virtual std::optional<CanaryView> canary() const = 0;
    [[nodiscard]] virtual std::uint32_t generation() const = 0;
    [[nodiscard]] virtual observe::ReloadFigures reloads() const = 0;
    /// Names of the backends of a configuration, in order; empty when it is too long ago.
    [[nodiscard]] virtual std::vector<std::string> backendNames(std::uint32_t generation) const = 0;

    /// What has happened lately; the data plane tells it to those who follow.
    [[nodiscard]] virtual observe::EventLog &events() const = 0;
    /// The configuration on disk is another than the one that was read last. Reads the file.
    [[nodiscard]] virtual bool isConfigChanged() const = 0;

    virtual ReloadOutcome reload() = 0;
    /// What putting these settings in force would change; nothing is touched.
    [[nodiscard]] virtual ReloadOutcome preview(const model::Settings &settings) const = 0;
    /// False: no such backend.
    virtual bool act(std::string_view backend, const BackendAction &action) = 0;
    /// Where a request with this body would go, as JSON; or why it would not be routed.
    [[nodiscard]] virtual Result<std::string> explain(std::string_view body,
                                                      std::string_view session) = 0;
    /// Settled exchanges, newest first, as `edited` would have routed them.
    [[nodiscard]] virtual DryRun dryRun(const model::Settings &edited,
                                        std::vector<model::RequestRecord> records) const = 0;
};

} // namespace meridian::admin
