// SPDX-License-Identifier: MIT
#include "core/routing/router.h"

#include "core/base/ids.h"
#include "core/provider/endpoint.h"
#include "core/routing/canary.h"
#include "core/routing/sessionstore.h"

#include <algorithm>
#include <limits>

namespace meridian::routing {

namespace {

using model::RouteVerdict;
using upstream::Backend;
using upstream::CircuitBreaker;
using upstream::Snapshot;

CircuitBreaker *breakerOf(const Backend &backend, std::string_view modelName)
{
    return backend.state()->breakers.find(modelName);
}

bool belongsTo(const Backend &backend, std::string_view path)
{
    const auto &routes = backend.settings().routes;
    return std::find(routes.begin(), routes.end(), path) != routes.end();
}

bool isOthersPool(const model::IsolationSettings &isolation, const Backend &backend)
{
    return std::any_of(isolation.pools.begin(), isolation.pools.end(),
                       [&](const auto &pool) { return backend.hasTags(pool.second); });
}

bool isIsolated(const model::IsolationSettings &isolation,
                std::string_view org,
                const Backend &backend)
{
    if (!isolation.dedicated) {
        return false;
    }
    const auto own = isolation.pools.find(std::string(org));
    return own != isolation.pools.end() ? !backend.hasTags(own->second)
                                        : isOthersPool(isolation, backend);
}

} // namespace

void Router::configure(const Snapshot &snapshot, std::optional<std::uint64_t> seed)
{
    const model::GatewaySettings &gateway = snapshot.settings.gateway;
    if (!m_strategy || m_strategyName != gateway.strategy || m_strategyCost != gateway.cost) {
        m_strategyName = gateway.strategy;
        m_strategyCost = gateway.cost;
        m_strategy = upstream::makeStrategy(gateway.strategy,
                                            {.cost = gateway.cost,
                                             .staleAfter = 2 * snapshot.settings.health.interval,
                                             .seed = seed.value_or(randomBits())});
    }
}

std::string_view Router::tierOf(const model::TieringSettings &settings,
                                const upstream::PickContext &pick)
{
    if (pick.promptTokens >= settings.longPromptTokens) {
        return "long_prompt";
    }
    return pick.maxTokens >= settings.longDecodeTokens ? "long_decode" : "default";
}

RouteChoice Router::choose(const Snapshot &snapshot, const RouteQuery &query)
{
    RouteChoice choice;
    judge(snapshot, query);
    if (!tryPinned(snapshot, query, choice)) {
        planPreferences(snapshot, query);
        if (snapshot.settings.tiering.enabled) {
            choice.tier = tierOf(snapshot.settings.tiering, query.pick);
        }
        if (!tryPreferences(snapshot, query, choice)) {
            choice.outcome = failure(query);
            choice.retryAt = m_retryAt;
            return choice;
        }
    }
    settle(snapshot, query, choice);
    return choice;
}

RouteChoice
Router::adopt(const Snapshot &snapshot, const RouteQuery &query, std::shared_ptr<Backend> backend)
{
    RouteChoice choice;
    const auto &all = snapshot.backends;
    choice.index =
        static_cast<std::uint16_t>(std::find(all.begin(), all.end(), backend) - all.begin());
    choice.backend = std::move(backend);
    if (snapshot.sessions && !query.session.empty()) {
        const auto pinned =
            snapshot.sessions->lookup(sessionKey(query.org, query.session), query.pick.now);
        choice.sessionRoute = !pinned                             ? "new"
                              : *pinned == choice.backend->name() ? "pinned"
                                                                  : "remapped";
    }
    if (snapshot.settings.tiering.enabled && choice.sessionRoute != "pinned") {
        choice.tier = tierOf(snapshot.settings.tiering, query.pick);
    }
    settle(snapshot, query, choice);
    return choice;
}

/// What is left to do once the backend is known.
void Router::settle(const Snapshot &snapshot, const RouteQuery &query, RouteChoice &choice)
{
    const bool hasNothingToPin = choice.sessionRoute.empty() || choice.sessionRoute == "pinned";
    if (!hasNothingToPin && !query.isDryRun) {
        snapshot.sessions->pin(sessionKey(query.org, query.session), choice.backend->name(),
                               query.pick.now);
    }
    choice.outcome = RouteOutcome::Chosen;
    choice.isCanary =
        snapshot.canary && choice.backend->hasTags(snapshot.settings.canary.canaryTags);
}

void Router::judge(const Snapshot &snapshot, const RouteQuery &query)
{
    m_retryAt = upstream::SteadyTime::max();
    m_isNamedPath = snapshot.isNamedPath(query.path);
    m_verdicts.clear();
    for (const auto &backend : snapshot.backends) {
        m_verdicts.push_back(judgeOne(snapshot, query, *backend));
    }
}

RouteVerdict Router::judgeOne(const Snapshot &snapshot, const RouteQuery &query, Backend &backend)
{
    if (!backend.serves(query.model)) {
        return RouteVerdict::OtherModel;
    }
    if (m_isNamedPath ? !belongsTo(backend, query.path) : backend.settings().isRouteOnly) {
        return RouteVerdict::OtherRoute;
    }
    const provider::Passage passage = provider::passageOf(
        backend.settings(), query.dialect, query.operation, backend.nameOf(query.model));
    if (passage == provider::Passage::None) {
        return RouteVerdict::OtherSurface;
    }
    const model::Settings &settings = snapshot.settings;
    if (isIsolated(settings.isolation, query.org, backend)) {
        return RouteVerdict::Isolated;
    }
    if (backend.weight() == 0) {
        return RouteVerdict::Disabled;
    }
    if (backend.state()->operatorState.isDraining()) {
        return RouteVerdict::Draining;
    }
    if (query.tried != nullptr &&
        std::find(query.tried->begin(), query.tried->end(), &backend) != query.tried->end()) {
        return RouteVerdict::Tried;
    }
    if (query.needsContinuation &&
        (!backend.settings().continuation || passage != provider::Passage::Native)) {
        return RouteVerdict::OtherPool;
    }
    if (backend.isIdle()) {
        return RouteVerdict::Idle;
    }
    if (!backend.isHealthy()) {
        return RouteVerdict::Unhealthy;
    }
    bool isRateLimited = false;
    if (const CircuitBreaker *breaker = breakerOf(backend, query.model)) {
        if (settings.resilience.breaker.enabled &&
            breaker->gate(query.pick.now, query.client) == CircuitBreaker::Gate::Blocked) {
            m_retryAt = std::min(m_retryAt, breaker->reopensAt());
            return RouteVerdict::CircuitOpen;
        }
        isRateLimited = breaker->rateLimitedUntil() > query.pick.now;
        if (isRateLimited) {
            m_retryAt = std::min(m_retryAt, breaker->rateLimitedUntil());
        }
    }
    const std::int64_t limit = backend.settings().maxConcurrency;
    if (limit > 0 && backend.inflight() >= limit) {
        return RouteVerdict::Saturated;
    }
    if (isRateLimited) {
        return RouteVerdict::RateLimited;
    }
    return backend.state()->health.isSuspect() ? RouteVerdict::Suspect : RouteVerdict::Candidate;
}

bool Router::tryPinned(const Snapshot &snapshot, const RouteQuery &query, RouteChoice &choice)
{
    if (!snapshot.sessions || query.session.empty()) {
        return false;
    }
    const std::string key = sessionKey(query.org, query.session);
    const auto pinned = query.isDryRun ? snapshot.sessions->peek(key, query.pick.now)
                                       : snapshot.sessions->lookup(key, query.pick.now);
    choice.sessionRoute = pinned ? "remapped" : "new";
    if (!pinned) {
        return false;
    }
    const bool isRolledBack = snapshot.canary && snapshot.canary->weight() == 0;
    for (std::size_t i = 0; i < snapshot.backends.size(); ++i) {
        const Backend &backend = *snapshot.backends[i];
        if (backend.name() != *pinned || m_verdicts[i] != RouteVerdict::Candidate) {
            continue;
        }
        if (isRolledBack && backend.hasTags(snapshot.settings.canary.canaryTags)) {
            return false;
        }
        if (take(snapshot, query, i, choice)) {
            choice.sessionRoute = "pinned";
            return true;
        }
    }
    return false;
}

void Router::planPreferences(const Snapshot &snapshot, const RouteQuery &query)
{
    m_preferences.clear();
    const model::Settings &settings = snapshot.settings;
    const std::vector<std::string> *tier = nullptr;
    if (settings.tiering.enabled) {
        const std::string_view name = tierOf(settings.tiering, query.pick);
        tier = name == "long_prompt"   ? &settings.tiering.longPrompt
               : name == "long_decode" ? &settings.tiering.longDecode
                                       : &settings.tiering.general;
    }
    const auto add = [&](Pool pool) {
        if (tier != nullptr && !tier->empty()) {
            m_preferences.push_back({pool, tier});
        }
        m_preferences.push_back({pool, nullptr});
    };
    const bool hasOwnPool =
        settings.isolation.dedicated && settings.isolation.pools.contains(std::string(query.org));
    if (snapshot.canary && !hasOwnPool) {
        const bool canaryFirst = query.roll < snapshot.canary->weight();
        add(canaryFirst ? Pool::Canary : Pool::Stable);
        add(canaryFirst ? Pool::Stable : Pool::Canary);
    }
    add(Pool::Any);
}

bool Router::tryPreferences(const Snapshot &snapshot, const RouteQuery &query, RouteChoice &choice)
{
    constexpr std::array Levels{RouteVerdict::Candidate, RouteVerdict::Suspect,
                                RouteVerdict::RateLimited};
    // Told to wait, and breakers are on: then nobody is sent there before the time.
    const std::size_t levels = snapshot.settings.resilience.breaker.enabled ? 2 : 3;
    for (std::size_t level = 0; level < levels; ++level) {
        std::size_t poolStart = 0;
        for (std::size_t i = 0; i < m_preferences.size(); ++i) {
            const Preference &preference = m_preferences[i];
            collect(snapshot, preference, Levels[level]);
            if (pickFrom(snapshot, query, choice) ||
                pickFallback(snapshot, query, Levels[level], choice)) {
                markPassedOver(snapshot, preference);
                return true;
            }
            if (preference.tierTags != nullptr) {
                continue;
            }
            for (std::size_t j = poolStart; j <= i && level == 0; ++j) {
                if (wakeOne(snapshot, query, m_preferences[j], choice)) {
                    return true;
                }
            }
            poolStart = i + 1;
        }
    }
    return false;
}

bool Router::prefers(const Snapshot &snapshot,
                     const Preference &preference,
                     const Backend &backend) const
{
    const model::CanarySettings &canary = snapshot.settings.canary;
    if (preference.pool == Pool::Canary && !backend.hasTags(canary.canaryTags)) {
        return false;
    }
    if (preference.pool == Pool::Stable && !backend.hasTags(canary.stableTags)) {
        return false;
    }
    return preference.tierTags == nullptr || backend.hasTags(*preference.tierTags);
}

void Router::collect(const Snapshot &snapshot, const Preference &preference, RouteVerdict verdict)
{
    m_candidates.clear();
    m_positions.clear();
    int lowest = std::numeric_limits<int>::max();
    int highest = std::numeric_limits<int>::min();
    for (std::size_t i = 0; i < snapshot.backends.size(); ++i) {
        Backend *backend = snapshot.backends[i].get();
        if (m_verdicts[i] == verdict && prefers(snapshot, preference, *backend)) {
            m_candidates.push_back(backend);
            m_positions.push_back(i);
            lowest = std::min(lowest, backend->settings().priority);
            highest = std::max(highest, backend->settings().priority);
        }
    }
    if (lowest < highest) {
        leaveFallbacks(lowest);
    }
}

/// The first group has been taken by others meanwhile: those behind it, in order.
bool Router::pickFallback(const Snapshot &snapshot,
                          const RouteQuery &query,
                          RouteVerdict verdict,
                          RouteChoice &choice)
{
    while (std::find(m_verdicts.begin(), m_verdicts.end(), RouteVerdict::Fallback) !=
           m_verdicts.end()) {
        int lowest = std::numeric_limits<int>::max();
        for (std::size_t i = 0; i < m_verdicts.size(); ++i) {
            if (m_verdicts[i] == RouteVerdict::Fallback) {
                lowest = std::min(lowest, snapshot.backends[i]->settings().priority);
            }
        }
        m_candidates.clear();
        m_positions.clear();
        for (std::size_t i = 0; i < m_verdicts.size(); ++i) {
            if (m_verdicts[i] == RouteVerdict::Fallback &&
                snapshot.backends[i]->settings().priority == lowest) {
                m_verdicts[i] = verdict;
                m_candidates.push_back(snapshot.backends[i].get());
                m_positions.push_back(i);
            }
        }
        if (pickFrom(snapshot, query, choice)) {
            return true;
        }
    }
    return false;
}

/// Keeps those that are asked first.
void Router::leaveFallbacks(int priority)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        if (m_candidates[i]->settings().priority != priority) {
            m_verdicts[m_positions[i]] = RouteVerdict::Fallback;
            continue;
        }
        m_candidates[kept] = m_candidates[i];
        m_positions[kept++] = m_positions[i];
    }
    m_candidates.resize(kept);
    m_positions.resize(kept);
}

/// For those who ask why: candidates that were passed over for a pool or a tier.
void Router::markPassedOver(const Snapshot &snapshot, const Preference &preference)
{
    if (m_preferences.size() == 1) {
        return;
    }
    for (std::size_t i = 0; i < snapshot.backends.size(); ++i) {
        const Backend &backend = *snapshot.backends[i];
        if (m_verdicts[i] == RouteVerdict::Candidate && !prefers(snapshot, preference, backend)) {
            const Preference poolOnly{preference.pool, nullptr};
            m_verdicts[i] = prefers(snapshot, poolOnly, backend) ? RouteVerdict::OtherTier
                                                                 : RouteVerdict::OtherPool;
        }
    }
}

bool Router::pickFrom(const Snapshot &snapshot, const RouteQuery &query, RouteChoice &choice)
{
    while (!m_candidates.empty()) {
        const std::size_t picked =
            m_candidates.size() == 1 ? 0 : m_strategy->pick(m_candidates, query.pick);
        if (take(snapshot, query, m_positions[picked], choice)) {
            return true;
        }
        // Another worker was faster: it has the probe, or the last slot.
        m_candidates.erase(m_candidates.begin() + static_cast<std::ptrdiff_t>(picked));
        m_positions.erase(m_positions.begin() + static_cast<std::ptrdiff_t>(picked));
    }
    return false;
}

bool Router::wakeOne(const Snapshot &snapshot,
                     const RouteQuery &query,
                     const Preference &preference,
                     RouteChoice &choice)
{
    collect(snapshot, preference, RouteVerdict::Idle);
    if (!pickFrom(snapshot, query, choice)) {
        return false;
    }
    if (!query.isDryRun && choice.backend->state()->health.wake()) {
        choice.backend->state()->breakers.reset();
        choice.hasWoken = true;
    }
    return true;
}

bool Router::take(const Snapshot &snapshot,
                  const RouteQuery &query,
                  std::size_t index,
                  RouteChoice &choice)
{
    const std::shared_ptr<Backend> &backend = snapshot.backends[index];
    if (!query.isDryRun) {
        // Who is woken starts afresh: what its breakers know is from before.
        const bool hasBreaker =
            snapshot.settings.resilience.breaker.enabled && m_verdicts[index] != RouteVerdict::Idle;
        CircuitBreaker *breaker = hasBreaker ? breakerOf(*backend, query.model) : nullptr;
        const auto gate = breaker != nullptr ? breaker->gate(query.pick.now, query.client)
                                             : CircuitBreaker::Gate::Pass;
        const bool isProbe = gate == CircuitBreaker::Gate::Probe;
        if (gate == CircuitBreaker::Gate::Blocked ||
            (isProbe && !breaker->beginProbe(query.pick.now))) {
            m_retryAt = std::min(m_retryAt, breaker->reopensAt());
            m_verdicts[index] = RouteVerdict::CircuitOpen;
            return false;
        }
        if (!backend->state()->load.tryEnter(backend->settings().maxConcurrency, query.pick.cost,
                                             query.pick.now)) {
            if (isProbe) {
                breaker->abandonProbe();
            }
            m_verdicts[index] = RouteVerdict::Saturated;
            return false;
        }
        choice.isProbe = isProbe;
        choice.probe = isProbe ? breaker : nullptr;
    }
    choice.backend = backend;
    choice.index = static_cast<std::uint16_t>(index);
    m_verdicts[index] = RouteVerdict::Chosen;
    return true;
}

upstream::AdmissionQueue::Backends Router::saturated(const Snapshot &snapshot) const
{
    upstream::AdmissionQueue::Backends result;
    for (std::size_t i = 0; i < m_verdicts.size(); ++i) {
        if (m_verdicts[i] == RouteVerdict::Saturated) {
            result.push_back(snapshot.backends[i]);
        }
    }
    return result;
}

RouteOutcome Router::failure(const RouteQuery &query) const
{
    const auto has = [this](RouteVerdict verdict) {
        return std::find(m_verdicts.begin(), m_verdicts.end(), verdict) != m_verdicts.end();
    };
    if (has(RouteVerdict::Saturated)) {
        return RouteOutcome::Saturated;
    }
    if (has(RouteVerdict::RateLimited)) {
        return RouteOutcome::RateLimited;
    }
    if (has(RouteVerdict::CircuitOpen)) {
        return RouteOutcome::CircuitOpen;
    }
    if (query.tried != nullptr && !query.tried->empty() && has(RouteVerdict::Tried)) {
        return RouteOutcome::Exhausted;
    }
    const bool isServed =
        std::any_of(m_verdicts.begin(), m_verdicts.end(), [](RouteVerdict verdict) {
            return verdict != RouteVerdict::OtherModel && verdict != RouteVerdict::OtherRoute &&
                   verdict != RouteVerdict::OtherSurface;
        });
    if (isServed) {
        return RouteOutcome::NoneHealthy;
    }
    return has(RouteVerdict::OtherSurface) ? RouteOutcome::NoSuchSurface
                                           : RouteOutcome::NoSuchModel;
}

} // namespace meridian::routing
