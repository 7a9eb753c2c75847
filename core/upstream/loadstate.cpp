// SPDX-License-Identifier: MIT
#include "core/upstream/loadstate.h"

#include <algorithm>
#include <cmath>

namespace meridian::upstream {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double Alpha = 0.3; // spec/meridian.md §10
constexpr double PeakDecayMs = 10000.0;
constexpr double FailureFloorMs = 1000.0; // an instant refusal is no speed
constexpr double FailureFactor = 2.0;
constexpr double WorstMs = 600000.0;
constexpr double FailureFadeMs = 10000.0;
constexpr double FailuresKept = 16.0; // more would keep it away long after it is well again
constexpr double PressurePerFailure = 4.0;
constexpr double CostScale = 1000.0;

std::int64_t ticks(SteadyTime time) noexcept
{
    return std::chrono::nanoseconds(time.time_since_epoch()).count();
}

SteadyTime timeOf(std::int64_t ticks) noexcept
{
    return SteadyTime(std::chrono::nanoseconds(ticks));
}

std::int64_t scaled(double cost) noexcept
{
    return static_cast<std::int64_t>(std::llround(std::clamp(cost, 0.0, 1e13) * CostScale));
}

} // namespace

void LoadState::enter(double cost, SteadyTime now) noexcept
{
    m_inflight.fetch_add(1, std::memory_order_relaxed);
    m_costMillis.fetch_add(scaled(cost), std::memory_order_relaxed);
    touch(now);
}

bool LoadState::tryEnter(std::int64_t limit, double cost, SteadyTime now) noexcept
{
    if (limit <= 0) {
        enter(cost, now);
        return true;
    }
    std::int64_t inflight = m_inflight.load(std::memory_order_relaxed);
    do {
        if (inflight >= limit) {
            return false;
        }
    } while (!m_inflight.compare_exchange_weak(inflight, inflight + 1, std::memory_order_relaxed));
    m_costMillis.fetch_add(scaled(cost), std::memory_order_relaxed);
    touch(now);
    return true;
}

void LoadState::leave(double cost) noexcept
{
    m_inflight.fetch_sub(1, std::memory_order_relaxed);
    m_costMillis.fetch_sub(scaled(cost), std::memory_order_relaxed);
}

void LoadState::leave(double cost, SteadyTime now) noexcept
{
    leave(cost);
    touch(now);
}

double LoadState::inflightCost() const noexcept
{
    return static_cast<double>(m_costMillis.load(std::memory_order_relaxed)) / CostScale;
}

void LoadState::sample(double ms, SteadyTime now) noexcept
{
    const double old = ewmaLatencyMs();
    m_ewmaMs.store(old == 0.0 ? ms : Alpha * ms + (1.0 - Alpha) * old, std::memory_order_relaxed);
    m_sampledAt.store(ticks(now), std::memory_order_relaxed);
}

void LoadState::noteLatency(std::chrono::nanoseconds latency, SteadyTime now) noexcept
{
    sample(Milliseconds(latency).count(), now);
}

void LoadState::noteFailure(std::chrono::nanoseconds latency, SteadyTime now) noexcept
{
    const double worse =
        std::max({Milliseconds(latency).count(), FailureFloorMs, FailureFactor * ewmaLatencyMs()});
    sample(std::min(worse, WorstMs), now);
    raisePeak(std::min(worse, WorstMs), now);
    m_failures.store(std::min(recentFailures(now) + 1, FailuresKept), std::memory_order_relaxed);
    m_failedAt.store(ticks(now), std::memory_order_relaxed);
}

double LoadState::recentFailures(SteadyTime now) const noexcept
{
    const double failures = m_failures.load(std::memory_order_relaxed);
    if (failures == 0.0) {
        return 0.0; // nearly always, and asked of each candidate: without the exponential
    }
    const Milliseconds age = now - timeOf(m_failedAt.load(std::memory_order_relaxed));
    return failures * std::exp(-std::max(age.count(), 0.0) / FailureFadeMs);
}

double LoadState::pressure(SteadyTime now) const noexcept
{
    // whole numbers: a rest of an old failure must not break every tie
    return static_cast<double>(inflight()) + std::floor(PressurePerFailure * recentFailures(now));
}

void LoadState::noteFirstByte(std::chrono::nanoseconds latency, SteadyTime now) noexcept
{
    m_firstByte.note(latency);
    raisePeak(Milliseconds(latency).count(), now);
}

void LoadState::raisePeak(double ms, SteadyTime now) noexcept
{
    const double old = m_peakMs.load(std::memory_order_relaxed);
    double next = ms;
    if (ms < old) {
        const Milliseconds age = now - timeOf(m_peakAt.load(std::memory_order_relaxed));
        const double keep = std::exp(-std::max(age.count(), 0.0) / PeakDecayMs);
        next = old * keep + ms * (1.0 - keep);
    }
    m_peakMs.store(next, std::memory_order_relaxed);
    m_peakAt.store(ticks(now), std::memory_order_relaxed);
}

double LoadState::peakFirstByteMs(SteadyTime now) const noexcept
{
    const Milliseconds age = now - timeOf(m_peakAt.load(std::memory_order_relaxed));
    return m_peakMs.load(std::memory_order_relaxed) *
           std::exp(-std::max(age.count(), 0.0) / PeakDecayMs);
}

SteadyTime LoadState::lastSample() const noexcept
{
    return timeOf(m_sampledAt.load(std::memory_order_relaxed));
}

void LoadState::copyFigures(const LoadState &other) noexcept
{
    const auto copy = [](auto &to, const auto &from) {
        to.store(from.load(std::memory_order_relaxed), std::memory_order_relaxed);
    };
    copy(m_ewmaMs, other.m_ewmaMs);
    copy(m_sampledAt, other.m_sampledAt);
    copy(m_peakMs, other.m_peakMs);
    copy(m_peakAt, other.m_peakAt);
    copy(m_failures, other.m_failures);
    copy(m_failedAt, other.m_failedAt);
}

void LoadState::touch(SteadyTime now) noexcept
{
    m_activeAt.store(ticks(now), std::memory_order_relaxed);
}

SteadyTime LoadState::lastActivity() const noexcept
{
    return timeOf(m_activeAt.load(std::memory_order_relaxed));
}

} // namespace meridian::upstream
