// SPDX-License-Identifier: MIT
// The one way to look at a running gateway; the HTTP API and the dashboards are skins on it.
#include "core/admin/adminservice.h"

#include "core/observe/recentrequests.h"
#include "core/observe/writer.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace meridian::admin {

AdminService::AdminService(const Mediator &mediator)
    : m_mediator(mediator)
{
}

AdminService::Status AdminService::status() const
{
    Status status;
    status.strategy = m_mediator.strategy();
    status.backends = m_mediator.backends();
    for (BackendStatus &backend : status.backends) {
        std::sort(backend.tags.begin(), backend.tags.end());
    }
    status.ready = readiness().ready;
    status.draining = m_mediator.isDraining();
    status.listen = m_mediator.listenAddresses();
    status.uptime = std::max(std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now() - m_mediator.startTime()),
                             std::chrono::seconds(0));
    status.workers = m_mediator.workers().size();
    status.totals = observe::totals(m_mediator.workers());
    return status;
}

std::vector<model::RequestRecord> AdminService::requests(std::size_t limit) const
{
    observe::RecordWriter &writer = m_mediator.recordWriter();
    // without it the newest exchanges may be one poll of the writer away; late is still an answer
    static_cast<void>(writer.collect(RingDeadline));
    auto records = writer.recent().latest(observe::RecentRequests::Capacity);
    // the ring holds the workers' queues one after the other
    std::stable_sort(records.begin(), records.end(), [](const auto &left, const auto &right) {
        return left.timestamp > right.timestamp;
    });
    records.resize(std::min(limit, records.size()));
    return records;
}

AdminService::Version AdminService::version()
{
    return {"meridian", MERIDIAN_VERSION, "0.9.1"};
}

std::string AdminService::metricsPage() const
{
    std::vector<observe::BackendGauges> gauges;
    for (BackendStatus &backend : m_mediator.backends()) {
        gauges.push_back({std::move(backend.name), backend.inflight, backend.healthy});
    }
    return observe::metricsPage({m_mediator.workers(), gauges, m_mediator.recordWriter().stats(),
                                 observe::readProcessFigures(), MERIDIAN_VERSION});
}

std::vector<AdminService::Model> AdminService::models() const
{
    std::vector<Model> models;
    std::unordered_set<std::string> seen;
    const SystemTime created = m_mediator.startTime();
    const auto add = [&](const std::string &id) {
        if (!id.empty() && seen.insert(id).second) {
            models.push_back({id, created});
        }
    };
    for (const BackendStatus &backend : m_mediator.backends()) {
        if (!backend.healthy) {
            continue;
        }
        if (!backend.model.empty()) {
            add(backend.model);
            continue;
        }
        std::for_each(backend.discoveredModels.begin(), backend.discoveredModels.end(), add);
    }
    return models;
}

std::optional<AdminService::Model> AdminService::model(std::string_view id) const
{
    const std::vector<Model> all = models();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Model &m) { return m.id == id; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

AdminService::Readiness AdminService::readiness() const
{
    if (m_mediator.isDraining()) {
        return {false, "draining"};
    }
    if (!m_mediator.isReady()) {
        return {false, "starting"};
    }
    const std::vector<BackendStatus> backends = m_mediator.backends();
    const bool anyHealthy =
        std::any_of(backends.begin(), backends.end(),
                    [](const BackendStatus &backend) { return backend.healthy; });
    if (!anyHealthy) {
        return {false, "no_healthy_backend"};
    }
    return {true, {}};
}

} // namespace meridian::admin
