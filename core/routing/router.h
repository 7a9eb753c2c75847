// SPDX-License-Identifier: MIT
// Finds the backend for an attempt, and says why the others were left out.
#pragma once

#include "core/model/requesttrail.h"
#include "core/provider/dialect.h"
#include "core/upstream/snapshot.h"
#include "core/upstream/strategy.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::routing {

/// What a request asks of a backend. Views and the list hold during the call.
struct RouteQuery
{
    std::string_view model; // as routed; empty: only a backend that serves any model will do
    std::string_view path;  // of the request
    provider::Dialect dialect = provider::Dialect::OpenAiChat; // the client's
    provider::Operation operation = provider::Operation::Generate;
    std::string_view org;     // empty: anonymous
    std::string_view session; // value of the affinity header; empty: none
    std::uint64_t client = 1; // whose exchange it is, for the circuit breakers; never 0
    double roll = 0;          // [0, 100): which side of the canary's weight this exchange is on
    upstream::PickContext pick{};
    const std::vector<const upstream::Backend *> *tried = nullptr; // failed on by this exchange
    bool needsContinuation = false; // only a backend that can go on with a broken stream
    bool isDryRun = false;          // explain: takes no slot, probe or pin and wakes nobody
};

enum class RouteOutcome : std::uint8_t {
    Chosen,
    NoSuchModel,   // no backend of the configuration serves it
    NoSuchSurface, // some do, but none can do what is asked of it
    NoneHealthy,   // some do, none of them may be asked
    Exhausted,     // the healthy ones have all been tried
    CircuitOpen,   // those left have open breakers, until retryAt
    RateLimited,   // those left answered 429, until retryAt
    Saturated,     // those left have their max_concurrency: Router::saturated()
};

struct RouteChoice
{
    RouteOutcome outcome = RouteOutcome::NoSuchModel;
    std::shared_ptr<upstream::Backend> backend; // when Chosen; its slot is taken (LoadState)
    std::uint16_t index = 0;                    // of the backend in the snapshot
    /// Whose one probe it holds, to be ended there: by then the model may have another entry.
    upstream::CircuitBreaker *probe = nullptr;
    bool isProbe = false;
    bool isCanary = false;          // the backend belongs to the canary
    bool hasWoken = false;          // the backend was scaled to zero
    std::string_view tier;          // static: the tier that chose; empty: tiering did not
    std::string_view sessionRoute;  // static: new, pinned, remapped; empty: no session
    upstream::SteadyTime retryAt{}; // when CircuitOpen or RateLimited
};

/// Chain: session pin, isolation, canary, tier, strategy, waking (spec/meridian.md §10). Thread:
/// its worker's; holds the worker's strategy.
class Router
{
public:
    /// Keeps the strategy, and what it has learnt, as long as its name and options stay. `seed`: of
    /// its random choices; unset: any.
    void configure(const upstream::Snapshot &snapshot, std::optional<std::uint64_t> seed = {});

    [[nodiscard]] RouteChoice choose(const upstream::Snapshot &snapshot, const RouteQuery &query);

    /// A backend that the admission queue has granted, its slot taken: the choice as choose() would
    /// have told it, the session pinned.
    [[nodiscard]] RouteChoice adopt(const upstream::Snapshot &snapshot,
                                    const RouteQuery &query,
                                    std::shared_ptr<upstream::Backend> backend);

    /// Of the last choose(), one per backend in order.
    [[nodiscard]] const std::vector<model::RouteVerdict> &verdicts() const noexcept
    {
        return m_verdicts;
    }

    /// Of the last choose() that ended Saturated: who would have done.
    [[nodiscard]] upstream::AdmissionQueue::Backends
    saturated(const upstream::Snapshot &snapshot) const;

    [[nodiscard]] const upstream::Strategy &strategy() const noexcept { return *m_strategy; }

    /// The tier of a request's shape; static text.
    [[nodiscard]] static std::string_view tierOf(const model::TieringSettings &settings,
                                                 const upstream::PickContext &pick);

private:
    enum class Pool : std::uint8_t { Any, Canary, Stable };

    struct Preference
    {
        Pool pool = Pool::Any;
        const std::vector<std::string> *tierTags = nullptr;
    };

    void judge(const upstream::Snapshot &snapshot, const RouteQuery &query);
    [[nodiscard]] model::RouteVerdict judgeOne(const upstream::Snapshot &snapshot,
                                               const RouteQuery &query,
                                               upstream::Backend &backend);
    bool
    tryPinned(const upstream::Snapshot &snapshot, const RouteQuery &query, RouteChoice &choice);
    void planPreferences(const upstream::Snapshot &snapshot, const RouteQuery &query);
    bool tryPreferences(const upstream::Snapshot &snapshot,
                        const RouteQuery &query,
                        RouteChoice &choice);
    bool wakeOne(const upstream::Snapshot &snapshot,
                 const RouteQuery &query,
                 const Preference &preference,
                 RouteChoice &choice);
    bool pickFrom(const upstream::Snapshot &snapshot, const RouteQuery &query, RouteChoice &choice);
    bool take(const upstream::Snapshot &snapshot,
              const RouteQuery &query,
              std::size_t index,
              RouteChoice &choice);
    static void
    settle(const upstream::Snapshot &snapshot, const RouteQuery &query, RouteChoice &choice);
    [[nodiscard]] bool prefers(const upstream::Snapshot &snapshot,
                               const Preference &preference,
                               const upstream::Backend &backend) const;
    void collect(const upstream::Snapshot &snapshot,
                 const Preference &preference,
                 model::RouteVerdict verdict);
    bool pickFallback(const upstream::Snapshot &snapshot,
                      const RouteQuery &query,
                      model::RouteVerdict verdict,
                      RouteChoice &choice);
    void leaveFallbacks(int priority);
    void markPassedOver(const upstream::Snapshot &snapshot, const Preference &preference);
    [[nodiscard]] RouteOutcome failure(const RouteQuery &query) const;

    std::unique_ptr<upstream::Strategy> m_strategy;
    std::string m_strategyName;
    model::TokenCostSettings m_strategyCost;
    std::vector<model::RouteVerdict> m_verdicts;
    bool m_isNamedPath = false; // of the query being judged
    upstream::SteadyTime m_retryAt{};
    std::vector<Preference> m_preferences;         // scratch, kept for their capacity
    std::vector<upstream::Backend *> m_candidates; // scratch
    std::vector<std::size_t> m_positions;          // of the candidates in the snapshot
};

} // namespace meridian::routing
