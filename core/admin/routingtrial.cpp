// SPDX-License-Identifier: MIT
#include "core/admin/routingtrial.h"

#include "core/base/hash.h"
#include "core/proxy/surfaces.h"
#include "core/routing/canary.h"
#include "core/routing/modelaliases.h"
#include "core/routing/sessionstore.h"

#include <algorithm>

namespace meridian::admin {

namespace {

using model::RouteVerdict;
using routing::RouteOutcome;
using upstream::Backend;
using upstream::BackendState;

constexpr std::uint64_t BytesPerToken = 4; // where a record has no better figure
constexpr double NoPeakMs = 0.01;          // below: no sample (strategies/peakewmap2c.h)
constexpr int FirstError = 400;

std::shared_ptr<BackendState>
copyOf(const Backend &from, const model::BackendSettings &edited, upstream::SteadyTime now)
{
    const BackendState &known = *from.state();
    auto copy = std::make_shared<BackendState>(now);
    if (!known.health.isHealthy()) {
        copy->health.noteFailure(1);
    }
    if (known.health.isSuspect()) {
        copy->health.noteSuspicion();
    }
    if (known.health.isIdle()) {
        copy->health.setIdle();
    }
    copy->operatorState.setDraining(known.operatorState.isDraining());
    if (from.settings().weight == edited.weight) { // else the configured one would count again
        copy->operatorState.setWeightOverride(known.operatorState.weightOverride());
    }
    copy->load.copyFigures(known.load);
    copy->capacity.set(known.capacity.read());
    copy->breakers.copyFrom(known.breakers);
    return copy;
}

/// For surfaces whose path the record has cut.
provider::Dialect dialectNamed(std::string_view name)
{
    for (std::size_t i = 0; i < provider::DialectCount; ++i) {
        const auto dialect = static_cast<provider::Dialect>(i);
        if (provider::dialectName(dialect) == name) {
            return dialect;
        }
    }
    return provider::Dialect::OpenAiChat;
}

/// [0, 100), always the same for one request: both sides have it on the same side of a weight.
double rollOf(std::string_view requestId)
{
    constexpr double Range = 9007199254740992.0; // 2^53: every value of a double's mantissa
    return static_cast<double>(hashBytes(requestId) >> 11U) / Range * 100.0;
}

upstream::PickContext pickOf(const model::RequestRecord &record,
                             const model::TokenCostSettings &cost)
{
    const model::RouteTrail &trail = record.route;
    upstream::PickContext pick;
    pick.promptTokens = trail.promptTokens > 0    ? trail.promptTokens
                        : record.promptTokens > 0 ? record.promptTokens
                                                  : record.requestBytes / BytesPerToken;
    pick.maxTokens = trail.maxTokens;
    pick.cost = static_cast<double>(pick.promptTokens) * cost.prefillWeight +
                static_cast<double>(pick.maxTokens) * cost.decodeWeight;
    pick.prefixHash = trail.prefixHash != 0 ? trail.prefixHash : trail.session;
    return pick;
}

} // namespace

RoutingTrial::RoutingTrial(const model::Settings &settings,
                           const upstream::Snapshot &inForce,
                           upstream::SteadyTime now,
                           std::uint64_t seed)
    : m_now(now)
{
    m_snapshot.generation = inForce.generation;
    m_snapshot.settings = settings;
    m_snapshot.settings.backends.clear(); // each backend has its own; these are never looked at
    addBackends(settings, inForce);
    addPoolsAndPins(settings, inForce);
    m_router.configure(m_snapshot, seed);
}

void RoutingTrial::addBackends(const model::Settings &settings, const upstream::Snapshot &inForce)
{
    std::unordered_map<std::string_view, const Backend *> known;
    for (const auto &backend : inForce.backends) {
        known.emplace(backend->name(), backend.get());
    }
    m_snapshot.backends.reserve(settings.backends.size());
    for (const model::BackendSettings &backend : settings.backends) {
        const auto found = known.find(backend.name);
        const bool isSame = found != known.end() && found->second->settings().url == backend.url;
        m_snapshot.backends.push_back(
            std::make_shared<Backend>(backend, settings.health, nullptr,
                                      isSame ? copyOf(*found->second, backend, m_now) : nullptr));
        m_snapshot.hasRoutes = m_snapshot.hasRoutes || !backend.routes.empty();
        m_byName.emplace(m_snapshot.backends.back()->name(), m_snapshot.backends.size() - 1);
    }
}

void RoutingTrial::addPoolsAndPins(const model::Settings &settings,
                                   const upstream::Snapshot &inForce)
{
    if (settings.affinity.enabled) {
        m_snapshot.sessions = std::make_shared<routing::SessionStore>(
            settings.affinity.ttl, settings.affinity.maxSessions);
    }
    if (settings.canary.enabled) {
        // a canary that stays as configured keeps its weight, another one starts anew
        m_snapshot.canary = routing::CanaryController(settings.canary).state();
        if (inForce.canary && inForce.settings.canary == settings.canary) {
            m_snapshot.canary->setWeight(inForce.canary->weight());
        }
    }
}

routing::RouteQuery RoutingTrial::queryOf(const model::RequestRecord &record)
{
    const model::Settings &settings = m_snapshot.settings;
    const proxy::Surface surface = proxy::surfaceOf(record.surface.view(), settings.routes, "POST");
    const bool isKnown = surface.plane == proxy::Plane::Model;
    routing::RouteQuery query;
    query.model = surface.body == proxy::BodyKind::Upload
                      ? record.model.view()
                      : routing::resolveAlias(settings.models, record.model.view());
    query.path = record.surface.view();
    query.dialect = isKnown ? surface.dialect : dialectNamed(record.dialect);
    query.operation = isKnown ? surface.operation : provider::Operation::Generate;
    m_session = settings.affinity.enabled && record.route.session != 0
                    ? std::to_string(record.route.session)
                    : std::string();
    query.session = m_session;
    query.client = std::hash<std::string_view>{}(record.client.view()) | 1U;
    query.roll = rollOf(record.requestId.view());
    query.pick = pickOf(record, settings.gateway.cost);
    query.pick.now = m_now;
    query.isDryRun = true;
    return query;
}

/// A session that was pinned when its first request came is pinned there on both sides.
void RoutingTrial::keepThenPin(const model::RequestRecord &record, const routing::RouteQuery &query)
{
    if (m_snapshot.sessions && !query.session.empty() && record.sessionRoute == "pinned" &&
        !record.backend.isEmpty()) {
        const std::string key = routing::sessionKey(query.org, query.session);
        if (!m_snapshot.sessions->peek(key, m_now)) {
            m_snapshot.sessions->pin(key, record.backend.view(), m_now);
        }
    }
}

RoutingTrial::Decision RoutingTrial::route(const model::RequestRecord &record)
{
    const Time arrival =
        record.timestamp -
        std::chrono::duration_cast<std::chrono::system_clock::duration>(record.latency);
    leaveUntil(arrival);
    const routing::RouteQuery query = queryOf(record);
    keepThenPin(record, query);
    Time start = arrival;
    routing::RouteChoice choice = m_router.choose(m_snapshot, query);
    while (choice.outcome == RouteOutcome::Saturated) {
        const auto free = awaitSlot(arrival);
        if (!free) {
            break;
        }
        start = *free;
        choice = m_router.choose(m_snapshot, query);
    }
    if (choice.outcome != RouteOutcome::Chosen) {
        return {choice.outcome, std::nullopt};
    }
    if (!choice.sessionRoute.empty() && choice.sessionRoute != "pinned") {
        m_snapshot.sessions->pin(routing::sessionKey(query.org, query.session),
                                 choice.backend->name(), m_now);
    }
    if (start > arrival) {
        m_waiting.push_back({choice.index, start});
    }
    enter(record, query, choice.index, start);
    return {choice.outcome, choice.index};
}

void RoutingTrial::enter(const model::RequestRecord &record,
                         const routing::RouteQuery &query,
                         std::size_t backend,
                         Time start)
{
    m_snapshot.backends[backend]->state()->load.enter(query.pick.cost, m_now);
    const bool isAnswer = record.status > 0 && record.status < FirstError;
    m_running.push_back(
        {backend, query.pick.cost,
         start + std::chrono::duration_cast<std::chrono::system_clock::duration>(record.latency),
         isAnswer ? record.latency : std::chrono::nanoseconds(0),
         isAnswer ? record.firstByte : std::chrono::nanoseconds(0)});
}

void RoutingTrial::leave(const Running &running)
{
    upstream::LoadState &load = m_snapshot.backends[running.backend]->state()->load;
    load.leave(running.cost, m_now);
    // The average stays where it is, but it is no longer old; without one, this is the first.
    const std::chrono::duration<double, std::milli> average(load.ewmaLatencyMs());
    if (average.count() > 0) {
        load.noteLatency(std::chrono::duration_cast<std::chrono::nanoseconds>(average), m_now);
    } else if (running.latency.count() > 0) {
        load.noteLatency(running.latency, m_now);
    }
    if (running.firstByte.count() > 0 && load.peakFirstByteMs(m_now) < NoPeakMs) {
        load.noteFirstByte(running.firstByte, m_now);
    }
}

void RoutingTrial::leaveUntil(Time time)
{
    std::erase_if(m_running, [&](const Running &running) {
        if (running.end > time) {
            return false;
        }
        leave(running);
        return true;
    });
    std::erase_if(m_waiting, [&](const Waiting &waiting) { return waiting.start <= time; });
}

std::optional<RoutingTrial::Time> RoutingTrial::awaitSlot(Time arrival)
{
    const model::AdmissionSettings &admission = m_snapshot.settings.admission;
    const auto &verdicts = m_router.verdicts();
    const auto isFull = [&](const auto &entry) {
        return verdicts[entry.backend] == RouteVerdict::Saturated;
    };
    auto first = m_running.end();
    for (auto at = m_running.begin(); at != m_running.end(); ++at) {
        if (isFull(*at) && (first == m_running.end() || at->end < first->end)) {
            first = at;
        }
    }
    const auto waiting =
        static_cast<std::size_t>(std::count_if(m_waiting.begin(), m_waiting.end(), isFull));
    const auto places = static_cast<std::size_t>(
        std::count(verdicts.begin(), verdicts.end(), RouteVerdict::Saturated));
    if (first == m_running.end() || waiting >= admission.maxQueue * places ||
        first->end - arrival > admission.queueTimeout) {
        return std::nullopt;
    }
    const Time free = first->end;
    leave(*first);
    m_running.erase(first);
    return free;
}

std::optional<RouteVerdict> RoutingTrial::verdictOf(std::string_view backend) const
{
    const auto found = m_byName.find(backend);
    return found == m_byName.end() ? std::nullopt
                                   : std::optional(m_router.verdicts()[found->second]);
}

} // namespace meridian::admin
