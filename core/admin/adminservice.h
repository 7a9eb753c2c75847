// SPDX-License-Identifier: MIT
// The one way to look at a running gateway; the HTTP API and the dashboards are skins on it.
#pragma once

#include "core/admin/backendstatus.h"
#include "core/admin/gatewaystatus.h"
#include "core/admin/mediator.h"
#include "core/admin/operations.h"
#include "core/admin/principal.h"
#include "core/base/result.h"
#include "core/model/requestrecord.h"
#include "core/model/settings.h"
#include "core/observe/eventlog.h"
#include "core/observe/metricspage.h"
#include "core/observe/recentrequests.h"

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

class Watch;

/// Main thread only. Every question is answered with a value made at that moment; none blocks
/// longer than RingDeadline. What changes the gateway either happens whole or says why not. Each
/// call says on whose behalf it is made; today every principal may do everything.
class AdminService
{
public:
    using Mediator = admin::Mediator;
    using SystemTime = Mediator::SystemTime;

    static constexpr std::size_t DefaultRequests = 100;
    static constexpr std::chrono::milliseconds RingDeadline{20};

    using Version = admin::Version;
    using Status = GatewayStatus;
    using Readiness = admin::Readiness;
    using Model = admin::ServedModel;
    using HistoryAnswer = admin::HistoryAnswer;

    /// `mediator` outlives the service.
    explicit AdminService(Mediator &mediator);
    ~AdminService();
    AdminService(const AdminService &) = delete;
    AdminService &operator=(const AdminService &) = delete;

    [[nodiscard]] Status status(const Principal &who) const;

    /// Settled exchanges, newest first.
    [[nodiscard]] std::vector<model::RequestRecord>
    requests(const Principal &who, std::size_t limit = DefaultRequests) const;

    /// The newest of those that settled after `seq` (RequestRecord::seq).
    [[nodiscard]] observe::RecentRequests::Page
    requestsAfter(const Principal &who, std::uint64_t seq, std::size_t limit) const;

    /// Nothing when `backend` has no history; empty: all traffic.
    [[nodiscard]] std::optional<HistoryAnswer> history(const Principal &who,
                                                       History::Range range,
                                                       std::string_view backend,
                                                       std::size_t maxPoints) const;
    /// The first `limit` after `seq`; without it the last ones.
    [[nodiscard]] observe::EventLog::Page
    events(const Principal &who, std::optional<std::uint64_t> seq, std::size_t limit) const;

    /// Tells the events of something done by a part of the control plane that is none of these
    /// calls. `kind` and `severity` are static text.
    void note(const Principal &who,
              std::string_view kind,
              std::string_view severity,
              std::string subject,
              std::string message);

    [[nodiscard]] static Version version();

    [[nodiscard]] std::string metricsPage(const Principal &who) const;

    /// What the backends that take traffic serve: the configured model of those that have one, the
    /// discovered ones (that match its pattern) of the others, in their order; then aliases of
    /// these.
    [[nodiscard]] std::vector<Model> models(const Principal &who) const;

    [[nodiscard]] std::optional<Model> model(const Principal &who, std::string_view id) const;

    [[nodiscard]] Readiness readiness(const Principal &who) const;

    /// Reads the configuration again and puts it in force.
    ReloadOutcome reload(const Principal &who);

    /// What putting these settings in force would change, and what only a restart could.
    [[nodiscard]] ReloadOutcome preview(const Principal &who,
                                        const model::Settings &settings) const;

    /// The configuration in force, secrets included: for this process only.
    [[nodiscard]] const model::Settings &settings(const Principal &who) const;

    /// The backend's state after it; nothing when there is no such backend.
    std::optional<BackendStatus>
    act(const Principal &who, std::string_view backend, const BackendAction &action);

    [[nodiscard]] Result<std::string>
    explain(const Principal &who, std::string_view body, std::string_view session);

    /// The last `limit` requests as the configuration in force and as `edited` would route them.
    /// Changes nothing.
    [[nodiscard]] DryRun
    dryRun(const Principal &who, const model::Settings &edited, std::size_t limit) const;

    /// discovery.places of the configuration in force.
    [[nodiscard]] const std::vector<std::string> &discoveryPlaces(const Principal &who) const;

    [[nodiscard]] std::vector<std::string> backendNames(const Principal &who,
                                                        std::uint32_t generation) const;

private:
    void noteAction(const Principal &who, const std::string &backend, const BackendAction &action);

    Mediator &m_mediator;
    const std::unique_ptr<observe::ProviderNames> m_providers;
    const std::unique_ptr<Watch> m_watch;
};

} // namespace meridian::admin
