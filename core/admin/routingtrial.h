// SPDX-License-Identifier: MIT
// One side of a dry run: a configuration that settled requests are routed by once more.
#pragma once

#include "core/model/requestrecord.h"
#include "core/model/settings.h"
#include "core/routing/router.h"
#include "core/upstream/snapshot.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace meridian::admin {

/// Routes by private copies: a backend that is the same server as one in force (name and url) has
/// its health, breakers, operator's orders, signals and averages as they are at `now`; any other
/// counts as healthy. Nothing of the gateway is written to, read after the constructor, or waited
/// for. One thread, any.
///
/// Load is what the trial itself puts there: each request is in flight from its own start (on the
/// clock of the records) for as long as it took then, wherever it goes. All else stands still at
/// `now`: averages stay, breakers neither open nor close, pins do not expire. A backend without
/// averages gets those of the first requests that it is given.
class RoutingTrial
{
public:
    /// `seed`: of the strategy's random choices; the same for the sides that are compared.
    RoutingTrial(const model::Settings &settings,
                 const upstream::Snapshot &inForce,
                 upstream::SteadyTime now,
                 std::uint64_t seed);

    struct Decision
    {
        routing::RouteOutcome outcome = routing::RouteOutcome::NoneHealthy;
        std::optional<std::size_t> backend; // index; nothing: refused
    };

    /// Only for requests that were routed then (RouteTrail::generation), in the order of their
    /// starts.
    [[nodiscard]] Decision route(const model::RequestRecord &record);

    /// Of the last route(); nothing when there is no such backend.
    [[nodiscard]] std::optional<model::RouteVerdict> verdictOf(std::string_view backend) const;

    [[nodiscard]] const std::vector<std::shared_ptr<upstream::Backend>> &backends() const noexcept
    {
        return m_snapshot.backends;
    }

private:
    using Time = std::chrono::system_clock::time_point; // of the records

    struct Running
    {
        std::size_t backend = 0;
        double cost = 0;
        Time end;
        std::chrono::nanoseconds latency{0}; // 0: an answer that tells nothing of the backend
        std::chrono::nanoseconds firstByte{0};
    };

    /// Of the admission queue; its slot is taken over from one who ends at `start`.
    struct Waiting
    {
        std::size_t backend = 0;
        Time start;
    };

    void addBackends(const model::Settings &settings, const upstream::Snapshot &inForce);
    void addPoolsAndPins(const model::Settings &settings, const upstream::Snapshot &inForce);
    [[nodiscard]] routing::RouteQuery queryOf(const model::RequestRecord &record);
    void keepThenPin(const model::RequestRecord &record, const routing::RouteQuery &query);
    void enter(const model::RequestRecord &record,
               const routing::RouteQuery &query,
               std::size_t backend,
               Time start);
    void leave(const Running &running);
    void leaveUntil(Time time);
    /// When a slot is free for one who came at `arrival` and found all taken; nothing: refused.
    [[nodiscard]] std::optional<Time> awaitSlot(Time arrival);

    const upstream::SteadyTime m_now;
    upstream::Snapshot m_snapshot;
    routing::Router m_router;
    std::vector<Running> m_running; // and who will run where a slot ends: one entry per slot
    std::vector<Waiting> m_waiting;
    std::unordered_map<std::string_view, std::size_t> m_byName;
    std::string m_session; // of the request being routed
};

} // namespace meridian::admin
