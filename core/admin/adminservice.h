// SPDX-License-Identifier: MIT
// The one way to look at a running gateway; the HTTP API and the dashboards are skins on it.
#pragma once

#include "core/admin/backendstatus.h"
#include "core/admin/mediator.h"
#include "core/admin/operations.h"
#include "core/base/result.h"
#include "core/model/requestrecord.h"
#include "core/model/settings.h"
#include "core/observe/metricspage.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::observe {
class ProviderNames;
}

namespace meridian::admin {

/// Main thread only. Every question is answered with a value made at that moment; none blocks
/// longer than RingDeadline. What changes the gateway either happens whole or says why not.
class AdminService
{
public:
    using Mediator = admin::Mediator;
    using SystemTime = Mediator::SystemTime;

    static constexpr std::size_t DefaultRequests = 100;
    static constexpr std::chrono::milliseconds RingDeadline{20};

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
        std::optional<CanaryView> canary;
        std::uint32_t generation = 0;
        observe::ReloadFigures reloads;
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
    explicit AdminService(Mediator &mediator);
    ~AdminService();
    AdminService(const AdminService &) = delete;
    AdminService &operator=(const AdminService &) = delete;

    [[nodiscard]] Status status() const;

    /// Settled exchanges, newest first.
    [[nodiscard]] std::vector<model::RequestRecord>
    requests(std::size_t limit = DefaultRequests) const;

    [[nodiscard]] static Version version();

    [[nodiscard]] std::string metricsPage() const;

    /// What the backends that take traffic serve: the configured model of those that have one, the
    /// discovered ones (that match its pattern) of the others, in their order; then aliases of
    /// these.
    [[nodiscard]] std::vector<Model> models() const;

    [[nodiscard]] std::optional<Model> model(std::string_view id) const;

    [[nodiscard]] Readiness readiness() const;

    /// Reads the configuration again and puts it in force.
    ReloadOutcome reload();

    /// The backend's state after it; nothing when there is no such backend.
    std::optional<BackendStatus> act(std::string_view backend, const BackendAction &action);

    [[nodiscard]] Result<std::string> explain(std::string_view body, std::string_view session);

    [[nodiscard]] std::vector<std::string> backendNames(std::uint32_t generation) const;

private:
    Mediator &m_mediator;
    const std::unique_ptr<observe::ProviderNames> m_providers;
};

} // namespace meridian::admin
