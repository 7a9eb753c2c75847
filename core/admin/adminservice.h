// SPDX-License-Identifier: MIT
// The one way to look at a running gateway; the HTTP API and the dashboards are skins on it.
#pragma once

#include "core/admin/backendstatus.h"
#include "core/model/requestrecord.h"
#include "core/observe/metricspage.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::observe {
class RecordWriter;
class WorkerMetrics;
} // namespace meridian::observe

namespace meridian::admin {

/// Main thread only. Every call returns a value made at that moment; none fails, none blocks longer
/// than RingDeadline.
class AdminService
{
public:
    using SystemTime = std::chrono::system_clock::time_point;

    static constexpr std::size_t DefaultRequests = 100;
    static constexpr std::chrono::milliseconds RingDeadline{20};

    /// What the service must ask the gateway. Called on the main thread, must not call back.
    class Mediator
    {
    public:
        Mediator() = default;
        virtual ~Mediator() = default;
        Mediator(const Mediator &) = delete;
        Mediator &operator=(const Mediator &) = delete;

        [[nodiscard]] virtual std::string strategy() const = 0;
        /// In the order of the configuration.
        [[nodiscard]] virtual std::vector<BackendStatus> backends() const = 0;
        /// Valid as long as the gateway runs.
        [[nodiscard]] virtual std::span<const observe::WorkerMetrics *const> workers() const = 0;
        [[nodiscard]] virtual observe::RecordWriter &recordWriter() const = 0;
        /// All workers accept connections.
        [[nodiscard]] virtual bool isReady() const = 0;
        [[nodiscard]] virtual bool isDraining() const = 0;
        /// As URLs, http://127.0.0.1:8080.
        [[nodiscard]] virtual std::vector<std::string> listenAddresses() const = 0;
        [[nodiscard]] virtual SystemTime startTime() const = 0;
    };

    struct Version
    {
        std::string_view name;
        std::string_view version;
        std::string_view api; // the Meridian admin API this one is compatible with
    };

    struct Status
    {
        std::string strategy;
        std::vector<BackendStatus> backends;
        bool ready = false;
        bool draining = false;
        std::vector<std::string> listen;
        std::chrono::seconds uptime{0};
        std::size_t workers = 0;
        observe::Totals totals;
    };

    /// May this gateway get traffic? `reason` says why not, in one word for machines.
    struct Readiness
    {
        bool ready = false;
        std::string_view reason;
    };

    struct Model
    {
        std::string id;
        SystemTime created;
    };

    /// `mediator` outlives the service.
    explicit AdminService(const Mediator &mediator);

    [[nodiscard]] Status status() const;

    /// Settled exchanges, newest first.
    [[nodiscard]] std::vector<model::RequestRecord>
    requests(std::size_t limit = DefaultRequests) const;

    [[nodiscard]] static Version version();

    [[nodiscard]] std::string metricsPage() const;

    /// What the healthy backends serve: the configured model of those that have one, the discovered
    /// ones of the others; each id once, in the backends' order.
    [[nodiscard]] std::vector<Model> models() const;

    [[nodiscard]] std::optional<Model> model(std::string_view id) const;

    [[nodiscard]] Readiness readiness() const;

private:
    const Mediator &m_mediator;
};

} // namespace meridian::admin
