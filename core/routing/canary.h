// SPDX-License-Identifier: MIT
// Gives new backends a growing share of the traffic, and takes it back when they fail.
#pragma once

#include "core/model/routingsettings.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace meridian::routing {

/// Requests that canary backends have answered, and how many of these ended in an error.
struct CanarySamples
{
    std::uint64_t total = 0;
    std::uint64_t errors = 0;
};

/// What workers and the controller share. Thread: any; relaxed atomics only.
class CanaryState
{
public:
    /// The share of requests that try the canary's backends first: 0 to 100 percent.
    [[nodiscard]] double weight() const noexcept
    {
        return m_weight.load(std::memory_order_relaxed);
    }

    void setWeight(double percent) noexcept { m_weight.store(percent, std::memory_order_relaxed); }

    /// Workers, once per request that a canary backend ended. An error is a status of 500 or above;
    /// a client that left (499) is none.
    void noteSample(bool isError) noexcept
    {
        m_samples.fetch_add(isError ? OneError + 1 : 1, std::memory_order_relaxed);
    }

    /// Controller: what came since the last call.
    [[nodiscard]] CanarySamples drain() noexcept
    {
        const std::uint64_t both = m_samples.exchange(0, std::memory_order_relaxed);
        return {both & (OneError - 1), both / OneError};
    }

private:
    /// Both counts in one number: errors above, all below. So they are always of the same requests;
    /// 2^32 of them do not fit between two ticks.
    static constexpr std::uint64_t OneError = std::uint64_t{1} << 32U;

    std::atomic<double> m_weight{0};
    std::atomic<std::uint64_t> m_samples{0};
};

/// A moment's view for the status page.
struct CanaryStatus
{
    bool enabled = false;
    double weight = 0;         // percent
    int step = -1;             // -1: before the first tick
    bool rolledBack = false;   // the weight is 0 and stays
    bool scheduleDone = false; // the weight changes no more by itself, but for a rollback
    std::uint64_t windowSamples = 0;
    std::optional<double> windowErrorRate; // 0 to 1; nothing without samples
    std::uint64_t rollbacks = 0;           // since the start, over all configurations
};

/// Walks through the schedule and watches the errors. Thread: the main thread; only its state() is
/// shared. Time is the caller's: tick() once per `tick` of the settings.
///
/// A reload that leaves the settings as they are keeps the controller. Otherwise the new one is
/// given the old one: it carries on the rollback if both sets of tags are the same, for these are
/// the backends that failed, and always the count of rollbacks; schedule and window begin anew.
class CanaryController
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit CanaryController(model::CanarySettings settings,
                              const CanaryController *previous = nullptr);

    /// Takes in the samples, then rolls back, or enters or leaves a step. A late tick advances by
    /// one step only: each step is watched for its whole duration.
    void tick(TimePoint now);

    [[nodiscard]] CanaryStatus status() const;

    /// For workers; outlives the controller in their snapshots.
    [[nodiscard]] const std::shared_ptr<CanaryState> &state() const noexcept { return m_state; }

    [[nodiscard]] const model::CanarySettings &settings() const noexcept { return m_settings; }

private:
    /// The samples of one tick, or of several that are near each other.
    struct Bucket
    {
        TimePoint begin;
        CanarySamples samples;
    };

    void collect(TimePoint now);
    void enter(std::size_t step, TimePoint now);
    void rollBack();
    [[nodiscard]] std::optional<double> errorRate() const;
    [[nodiscard]] bool isScheduleDone() const;

    const model::CanarySettings m_settings;
    const std::shared_ptr<CanaryState> m_state = std::make_shared<CanaryState>();
    std::deque<Bucket> m_window; // the oldest first
    CanarySamples m_sum;         // over the window
    std::optional<std::size_t> m_step;
    TimePoint m_stepSince;
    bool m_isStepOver = false; // the last step's duration has elapsed
    bool m_isRolledBack = false;
    std::uint64_t m_rollbacks = 0;
};

} // namespace meridian::routing
