// SPDX-License-Identifier: MIT
// What a gateway tells and lets be done to it: the Mediator of AdminService.
#include "core/gateway.h"
#include "core/proxy/exchangestate.h"
#include "core/routing/explanation.h"
#include "core/routing/modelaliases.h"
#include "core/routing/sessionstore.h"

#include <QLoggingCategory>

#include <algorithm>
#include <array>

namespace meridian {

namespace {

Q_LOGGING_CATEGORY(lcOperator, "meridian.operator")

std::vector<admin::BackendStatus::Circuit> circuitsOf(const upstream::Backend &backend)
{
    constexpr std::array Names{"closed", "open", "half_open"};
    const auto now = std::chrono::steady_clock::now();
    std::vector<admin::BackendStatus::Circuit> circuits;
    backend.state()->breakers.forEach(
        [&](const std::string &model, const upstream::CircuitBreaker &breaker) {
            admin::BackendStatus::Circuit circuit;
            circuit.model = model;
            circuit.state = Names[static_cast<std::size_t>(breaker.state(now))];
            circuit.consecutiveFailures = breaker.consecutiveFailures();
            circuit.reopensIn = std::max(
                std::chrono::duration_cast<std::chrono::milliseconds>(breaker.reopensAt() - now),
                std::chrono::milliseconds(0));
            circuits.push_back(std::move(circuit));
        });
    return circuits;
}

void addSettings(admin::BackendStatus &status, const upstream::Backend &backend)
{
    const model::BackendSettings &settings = backend.settings();
    status.name = settings.name;
    status.url = settings.url;
    status.engine = settings.engine;
    status.provider = model::providerName(settings.provider);
    status.model = settings.model;
    status.configuredWeight = settings.weight;
    status.tags = settings.tags;
    status.maxConcurrency = settings.maxConcurrency;
}

void addState(admin::BackendStatus &status, const upstream::Backend &backend)
{
    const upstream::BackendState &state = *backend.state();
    status.weight = backend.weight();
    status.healthy = backend.isHealthy();
    status.idle = backend.isIdle();
    status.draining = state.operatorState.isDraining();
    status.inflight = static_cast<std::uint64_t>(std::max<std::int64_t>(backend.inflight(), 0));
    status.inflightCost = state.load.inflightCost();
    status.ewmaLatencyMs = backend.ewmaLatencyMs();
    if (const auto p95 = state.load.firstByte().quantile(0.95)) {
        status.firstByteP95Ms = std::chrono::duration<double, std::milli>(*p95).count();
    }
    const upstream::CapacitySignals signals = state.capacity.read();
    status.queueDepth = signals.queueDepth;
    status.runningRequests = signals.running;
    status.tokensPerSec = signals.tokensPerSec;
    status.gpuMemUtil = signals.memUtil;
    status.consecutiveFailures = backend.consecutiveFailures();
    if (const auto &source = backend.credentials()) {
        const provider::CredentialSource::State credential = source->state();
        status.credential = {credential.validFor, credential.failures, credential.lastError};
    }
}

void addAnswers(admin::BackendStatus &status,
                std::span<const observe::WorkerMetrics *const> workers)
{
    const observe::AnswerFigures figures = observe::answerFigures(workers, status.name);
    status.keysRefused = figures.keysRefused;
    for (std::size_t i = 0; i < figures.defects.size(); ++i) {
        if (figures.defects[i] > 0) {
            const auto defect = static_cast<provider::StreamDefect>(i);
            status.streamDefects.emplace_back(provider::streamDefectName(defect),
                                              figures.defects[i]);
        }
    }
}

} // namespace

std::string Gateway::url() const
{
    const std::string &host = m_setup.settings.gateway.host;
    const std::string shown = host == "0.0.0.0" || host == "::"     ? "127.0.0.1"
                              : host.find(':') != std::string::npos ? "[" + host + "]"
                                                                    : host;
    return (m_setup.settings.gateway.tls ? "https://" : "http://") + shown + ":" +
           std::to_string(m_port);
}

std::vector<admin::BackendStatus> Gateway::backends() const
{
    std::vector<admin::BackendStatus> result;
    for (const auto &backend : m_snapshot->backends) {
        admin::BackendStatus status;
        addSettings(status, *backend);
        addState(status, *backend);
        addAnswers(status, m_metrics);
        status.hasBreaker = m_snapshot->settings.resilience.breaker.enabled;
        status.circuits = circuitsOf(*backend);
        status.waiting = m_admission->waitingFor(*backend);
        status.telemetry = m_telemetry->findings(*backend);
        status.isTelemetryStale = m_telemetry->isStale(*backend);
        const health::BackendFindings findings = m_health->findings(*backend);
        status.lastProbe = findings.lastProbe;
        status.discoveredModels = findings.models;
        result.push_back(std::move(status));
    }
    return result;
}

std::span<const observe::WorkerMetrics *const> Gateway::workers() const
{
    return m_metrics;
}

observe::RecordWriter &Gateway::recordWriter() const
{
    return *m_writer;
}

bool Gateway::isReady() const
{
    // Once ready it stays so: a reload that adds a backend is no reason to take us out.
    m_wasReady = m_wasReady || (!m_workers.empty() && m_health->hasProbedAll());
    return m_wasReady;
}

bool Gateway::isDraining() const
{
    return m_isDraining;
}

bool Gateway::isConfigChanged() const
{
    return m_setup.isConfigChanged && m_setup.isConfigChanged();
}

observe::EventLog &Gateway::events() const
{
    return *m_events;
}

admin::AdminService::SystemTime Gateway::startTime() const
{
    return m_startTime;
}

const model::Settings &Gateway::settings() const
{
    return m_snapshot->settings;
}

bool Gateway::isPaused() const
{
    return *m_isPaused;
}

std::uint32_t Gateway::generation() const
{
    return m_snapshot->generation;
}

observe::ReloadFigures Gateway::reloads() const
{
    return m_reloads;
}

std::vector<std::string> Gateway::listenAddresses() const
{
    return {url()};
}

void Gateway::addFigures(observe::MetricsSources &sources) const
{
    sources.snapshotGeneration = m_snapshot->generation;
    sources.reloads = m_reloads;
    sources.admissionQueue = m_admission->waiting();
    sources.events = m_events->figures();
    if (m_sessions) {
        sources.sessions = m_sessions->size();
    }
    if (m_canary) {
        const routing::CanaryStatus status = m_canary->status();
        sources.canary = {status.weight, status.rollbacks, status.step};
    }
    if (m_snapshot->settings.tracing.enabled) {
        const auto stats = m_exporter->stats();
        sources.tracing = {stats.exported, stats.dropped, stats.queued, stats.failedBatches};
    }
}

std::optional<admin::CanaryView> Gateway::canary() const
{
    if (!m_canary) {
        return std::nullopt;
    }
    const routing::CanaryStatus status = m_canary->status();
    const model::CanarySettings &settings = m_canary->settings();
    return admin::CanaryView{status.weight,       status.step,          status.rolledBack,
                             status.scheduleDone, status.windowSamples, status.windowErrorRate,
                             status.rollbacks,    settings.canaryTags,  settings.stableTags};
}

std::vector<std::string> Gateway::backendNames(std::uint32_t generation) const
{
    const auto found = std::find_if(m_backendNames.begin(), m_backendNames.end(),
                                    [&](const auto &entry) { return entry.first == generation; });
    return found == m_backendNames.end() ? std::vector<std::string>{} : found->second;
}

bool Gateway::act(std::string_view backend, const admin::BackendAction &action)
{
    using Kind = admin::BackendAction::Kind;
    const auto &all = m_snapshot->backends;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto &candidate) {
        return candidate->name() == backend;
    });
    if (found == all.end()) {
        return false;
    }
    upstream::OperatorState &state = (*found)->state()->operatorState;
    const char *const name = (*found)->name().c_str();
    switch (action.kind) {
    case Kind::Drain:
        state.setDraining(true);
        qCInfo(lcOperator, "backend=%s is drained", name);
        break;
    case Kind::Enable:
        state.setDraining(false);
        qCInfo(lcOperator, "backend=%s is enabled", name);
        break;
    case Kind::SetWeight:
        state.setWeightOverride(std::clamp(action.weight, 0, admin::MaxWeight));
        qCInfo(lcOperator, "backend=%s weight=%d", name, action.weight);
        break;
    case Kind::ResetWeight:
        state.setWeightOverride(-1);
        qCInfo(lcOperator, "backend=%s weight as configured", name);
        break;
    case Kind::ProbeNow:
        m_health->probeNow(**found);
        break;
    }
    m_admission->serve();
    return true;
}

Result<std::string> Gateway::explain(std::string_view body, std::string_view session)
{
    const json::ScanResult scan = m_scanner.scan(body);
    if (scan.outcome != json::ScanOutcome::Ok) {
        return failure(ErrorCode::InvalidConfig, scan.reason.empty()
                                                     ? "the body is not a JSON object"
                                                     : std::string(scan.reason));
    }
    const std::string requested(scan.fields.model);
    routing::Router router; // its own strategy: nothing that is in flight is disturbed
    router.configure(*m_snapshot);
    routing::RouteQuery query;
    query.model = routing::resolveAlias(m_snapshot->settings.models, requested);
    query.session = m_snapshot->settings.affinity.enabled ? session : std::string_view();
    query.path = "/v1/chat/completions";
    query.isDryRun = true;
    query.pick = proxy::estimatePick(m_snapshot->settings, {true, true}, body, scan.fields);
    query.pick.now = std::chrono::steady_clock::now();
    routing::Explanation decision;
    decision.requestedModel = requested;
    decision.query = query;
    decision.figures = routing::figuresOf(*m_snapshot, router.strategy(), query.pick);
    decision.choice = router.choose(*m_snapshot, query);
    decision.verdicts = router.verdicts();
    return routing::explain(*m_snapshot, router, decision);
}

admin::DryRun Gateway::dryRun(const model::Settings &edited,
                              std::vector<model::RequestRecord> records) const
{
    return admin::dryRun(*m_snapshot, edited, std::move(records), std::chrono::steady_clock::now());
}

} // namespace meridian
