// SPDX-License-Identifier: MIT
// The one way to look at a running gateway; the HTTP API and the dashboards are skins on it.
#include "core/admin/adminservice.h"

#include "core/admin/watch.h"
#include "core/observe/providernames.h"
#include "core/observe/writer.h"
#include "core/upstream/wildcard.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace meridian::admin {

namespace {

/// An idle one does: a request wakes it.
bool takesTraffic(const BackendStatus &backend)
{
    return backend.healthy && !backend.draining && backend.weight > 0;
}

int worstCircuit(const std::vector<BackendStatus::Circuit> &circuits)
{
    const auto has = [&](std::string_view state) {
        return std::any_of(circuits.begin(), circuits.end(),
                           [&](const auto &circuit) { return circuit.state == state; });
    };
    return has("open") ? 1 : has("half_open") ? 2 : 0;
}

std::optional<double> number(const std::optional<std::int64_t> &value)
{
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

observe::BackendGauges gaugesOf(const BackendStatus &backend)
{
    observe::BackendGauges gauges{backend.name, backend.inflight, backend.healthy};
    // `engine` says which engine speaks OpenAI's dialect; what speaks another is its own name
    gauges.engine = backend.provider.empty() || backend.provider == "openai" ? backend.engine
                                                                             : backend.provider;
    gauges.inflightCost = backend.inflightCost;
    gauges.idle = backend.idle;
    gauges.draining = backend.draining;
    gauges.weight = backend.weight;
    if (backend.hasBreaker) {
        gauges.circuitOpen = worstCircuit(backend.circuits);
    }
    gauges.consecutiveFailures = backend.consecutiveFailures;
    gauges.ewmaLatencyMs = backend.ewmaLatencyMs;
    gauges.waiting = backend.waiting;
    gauges.queueDepth = number(backend.queueDepth);
    gauges.runningRequests = number(backend.runningRequests);
    gauges.tokensPerSec = backend.tokensPerSec;
    gauges.gpuMemUtil = backend.gpuMemUtil;
    if (backend.credential) {
        gauges.credentialSeconds = static_cast<double>(backend.credential->validFor.count());
        gauges.credentialFailures = backend.credential->failures;
    }
    return gauges;
}

/// The ring holds the workers' queues one after the other.
void sortNewestFirst(std::vector<model::RequestRecord> &records)
{
    std::stable_sort(records.begin(), records.end(), [](const auto &left, const auto &right) {
        return left.timestamp > right.timestamp;
    });
}

} // namespace

AdminService::AdminService(Mediator &mediator)
    : m_mediator(mediator)
    , m_providers(std::make_unique<observe::ProviderNames>())
    , m_watch(std::make_unique<Watch>(mediator))
{
}

AdminService::~AdminService() = default;

AdminService::Status AdminService::status(const Principal &who) const
{
    Status status;
    status.strategy = m_mediator.settings().gateway.strategy;
    status.backends = m_mediator.backends();
    for (BackendStatus &backend : status.backends) {
        std::sort(backend.tags.begin(), backend.tags.end());
    }
    status.ready = readiness(who).ready;
    status.draining = m_mediator.isDraining();
    status.paused = m_mediator.isPaused();
    status.listen = m_mediator.listenAddresses();
    status.uptime = std::max(std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now() - m_mediator.startTime()),
                             std::chrono::seconds(0));
    status.workers = m_mediator.workers().size();
    status.totals = observe::totals(m_mediator.workers());
    status.canary = m_mediator.canary();
    status.generation = m_mediator.generation();
    status.reloads = m_mediator.reloads();
    status.attention = m_watch->attention(status.backends);
    const Watch::Today today = m_watch->today();
    status.todaySince = today.since;
    status.today = today.totals;
    return status;
}

ReloadOutcome AdminService::reload(const Principal &who)
{
    ReloadOutcome outcome = m_mediator.reload();
    m_watch->noteReload(who, outcome);
    return outcome;
}

ReloadOutcome AdminService::preview(const Principal & /*who*/,
                                    const model::Settings &settings) const
{
    return m_mediator.preview(settings);
}

const model::Settings &AdminService::settings(const Principal & /*who*/) const
{
    return m_mediator.settings();
}

std::optional<BackendStatus>
AdminService::act(const Principal &who, std::string_view backend, const BackendAction &action)
{
    if (!m_mediator.act(backend, action)) {
        return std::nullopt;
    }
    noteAction(who, std::string(backend), action);
    const std::vector<BackendStatus> all = m_mediator.backends();
    const auto found = std::find_if(all.begin(), all.end(), [&](const BackendStatus &candidate) {
        return candidate.name == backend;
    });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

Result<std::string>
AdminService::explain(const Principal & /*who*/, std::string_view body, std::string_view session)
{
    return m_mediator.explain(body, session);
}

DryRun
AdminService::dryRun(const Principal &who, const model::Settings &edited, std::size_t limit) const
{
    return m_mediator.dryRun(edited, requests(who, limit));
}

const std::vector<std::string> &AdminService::discoveryPlaces(const Principal & /*who*/) const
{
    return m_mediator.settings().discovery.places;
}

std::vector<std::string> AdminService::backendNames(const Principal & /*who*/,
                                                    std::uint32_t generation) const
{
    return m_mediator.backendNames(generation);
}

std::vector<model::RequestRecord> AdminService::requests(const Principal & /*who*/,
                                                         std::size_t limit) const
{
    observe::RecordWriter &writer = m_mediator.recordWriter();
    // without it the newest exchanges may be one poll of the writer away; late is still an answer
    static_cast<void>(writer.collect(RingDeadline));
    auto records = writer.recent().latest(observe::RecentRequests::Capacity);
    sortNewestFirst(records);
    records.resize(std::min(limit, records.size()));
    return records;
}

observe::RecentRequests::Page
AdminService::requestsAfter(const Principal & /*who*/, std::uint64_t seq, std::size_t limit) const
{
    observe::RecordWriter &writer = m_mediator.recordWriter();
    static_cast<void>(writer.collect(RingDeadline)); // as in requests()
    auto page = writer.recent().after(seq, limit);
    sortNewestFirst(page.records);
    return page;
}

std::optional<AdminService::HistoryAnswer> AdminService::history(const Principal & /*who*/,
                                                                 History::Range range,
                                                                 std::string_view backend,
                                                                 std::size_t maxPoints) const
{
    auto series = m_watch->history().series(range, backend, maxPoints);
    if (!series) {
        return std::nullopt;
    }
    const SystemTime begin = m_watch->beginning() + std::chrono::seconds(series->begin);
    return HistoryAnswer{begin, std::move(*series)};
}

observe::EventLog::Page AdminService::events(const Principal & /*who*/,
                                             std::optional<std::uint64_t> seq,
                                             std::size_t limit) const
{
    const observe::EventLog &log = m_mediator.events();
    return seq ? log.after(*seq, limit) : log.latest(limit);
}

void AdminService::note(const Principal &who,
                        std::string_view kind,
                        std::string_view severity,
                        std::string subject,
                        std::string message)
{
    m_watch->note(who, kind, severity, std::move(subject), std::move(message));
}

void AdminService::noteAction(const Principal &who,
                              const std::string &backend,
                              const BackendAction &action)
{
    using Kind = BackendAction::Kind;
    switch (action.kind) {
    case Kind::Drain:
        note(who, "drain", "warning", backend, backend + " is drained: it gets no new requests");
        break;
    case Kind::Enable:
        note(who, "enable", "info", backend, backend + " is enabled");
        break;
    case Kind::SetWeight:
        note(who, "weight", "info", backend,
             "the weight of " + backend + " is " + std::to_string(action.weight));
        break;
    case Kind::ResetWeight:
        note(who, "weight", "info", backend, "the weight of " + backend + " is as configured");
        break;
    case Kind::ProbeNow:
        break; // nothing is different
    }
}

AdminService::Version AdminService::version()
{
    return {"meridian", MERIDIAN_VERSION, "0.9.1"};
}

std::string AdminService::metricsPage(const Principal & /*who*/) const
{
    std::vector<observe::BackendGauges> gauges;
    for (const BackendStatus &backend : m_mediator.backends()) {
        gauges.push_back(gaugesOf(backend));
    }
    observe::MetricsSources sources{m_mediator.workers(), gauges, m_mediator.recordWriter().stats(),
                                    observe::readProcessFigures(), MERIDIAN_VERSION};
    sources.providers = m_providers.get();
    m_mediator.addFigures(sources);
    return observe::metricsPage(sources);
}

std::vector<AdminService::Model> AdminService::models(const Principal & /*who*/) const
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
        if (!takesTraffic(backend)) {
            continue;
        }
        const bool isOne = !backend.model.empty() && !upstream::isPattern(backend.model);
        if (isOne) {
            add(backend.model);
            continue;
        }
        for (const std::string &id : backend.discoveredModels) {
            if (backend.model.empty() || upstream::matchesPattern(backend.model, id)) {
                add(id);
            }
        }
    }
    for (const auto &[alias, target] : m_mediator.settings().models.aliases) {
        if (!upstream::isPattern(alias) && seen.contains(target)) {
            add(alias);
        }
    }
    return models;
}

std::optional<AdminService::Model> AdminService::model(const Principal &who,
                                                       std::string_view id) const
{
    const std::vector<Model> all = models(who);
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Model &m) { return m.id == id; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

AdminService::Readiness AdminService::readiness(const Principal & /*who*/) const
{
    if (m_mediator.isDraining()) {
        return {false, "draining"};
    }
    if (m_mediator.isPaused()) {
        return {false, "paused"};
    }
    if (!m_mediator.isReady()) {
        return {false, "starting"};
    }
    const std::vector<BackendStatus> backends = m_mediator.backends();
    const bool anyHealthy =
        std::any_of(backends.begin(), backends.end(),
                    [](const BackendStatus &backend) { return takesTraffic(backend); });
    if (!anyHealthy) {
        return {false, "no_healthy_backend"};
    }
    return {true, {}};
}

} // namespace meridian::admin
