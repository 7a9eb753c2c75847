// SPDX-License-Identifier: MIT
// A router over backends put together by hand, with a clock that only the test moves.
#pragma once

#include "core/routing/canary.h"
#include "core/routing/explanation.h"
#include "core/routing/router.h"
#include "core/routing/sessionstore.h"
#include "tests/upstream/somebackends.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::routing {

using namespace std::chrono_literals;

/// Of all tests that route; what a request asks for is in `query`, what is configured in
/// `snapshot`.
class RouterWorld
{
public:
    RouterWorld()
    {
        snapshot.generation = 1;
        query.model = "m";
        query.pick.now = upstream::TestEpoch;
        query.pick.maxTokens = 10;
        query.pick.cost = 50;
    }

    upstream::Backend &add(model::BackendSettings settings)
    {
        snapshot.backends.push_back(upstream::makeBackend(std::move(settings)));
        return *snapshot.backends.back();
    }

    upstream::Backend &
    add(std::string name, std::vector<std::string> tags = {}, std::string modelName = "m")
    {
        model::BackendSettings settings;
        settings.name = std::move(name);
        settings.tags = std::move(tags);
        settings.model = std::move(modelName);
        return add(std::move(settings));
    }

    upstream::Backend &addLimited(std::string name, std::int64_t maxConcurrency)
    {
        model::BackendSettings settings;
        settings.name = std::move(name);
        settings.maxConcurrency = maxConcurrency;
        return add(std::move(settings));
    }

    /// The slot, if any, stays taken.
    RouteChoice choose()
    {
        router.configure(snapshot);
        return router.choose(snapshot, query);
    }

    /// The chosen backend's name, or the outcome's in angle brackets. Gives the slot back.
    std::string ask();
    /// The names that `times` requests get, each once, sorted.
    std::string askOften(int times = 12);
    /// Of the last choice, in order of the backends.
    [[nodiscard]] std::string verdicts() const;

    void pass(std::chrono::nanoseconds time) { query.pick.now += time; }

    void enableBreakers()
    {
        model::BreakerSettings &breaker = snapshot.settings.resilience.breaker;
        breaker.enabled = true;
        breaker.failureThreshold = 1;
        breaker.open = 10s;
    }

    /// One failure of the transport at the query's model; breakers must be enabled.
    void openBreaker(const upstream::Backend &backend, std::chrono::nanoseconds retryAfter = 0s)
    {
        breakerOf(backend).noteFailure(query.pick.now, upstream::CircuitBreaker::Nobody, false,
                                       retryAfter, snapshot.settings.resilience.breaker);
    }

    void limitRate(const upstream::Backend &backend, std::chrono::nanoseconds time)
    {
        breakerOf(backend).limitRate(query.pick.now + time);
    }

    [[nodiscard]] upstream::CircuitBreaker &breakerOf(const upstream::Backend &backend) const
    {
        return backend.state()->breakers.at(query.model, query.pick.now);
    }

    static void down(upstream::Backend &backend)
    {
        while (backend.isHealthy()) {
            backend.noteFailure();
        }
    }

    void useSessions(std::string_view session, std::chrono::nanoseconds ttl = 600s)
    {
        snapshot.settings.affinity.enabled = true;
        snapshot.sessions = std::make_shared<SessionStore>(ttl, 100);
        query.session = session;
    }

    void useCanary(double weight)
    {
        snapshot.settings.canary.enabled = true;
        snapshot.canary = std::make_shared<CanaryState>();
        snapshot.canary->setWeight(weight);
    }

    void useIsolation(const std::string &org, std::vector<std::string> tags)
    {
        snapshot.settings.isolation.dedicated = true;
        snapshot.settings.isolation.pools[org] = std::move(tags);
    }

    upstream::Snapshot snapshot;
    RouteQuery query;
    Router router;
};

} // namespace meridian::routing
