// SPDX-License-Identifier: MIT
// How busy and how fast a backend is, as the gateway itself sees it.
#pragma once

#include "core/upstream/latencyquantile.h"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace meridian::upstream {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Atomics written by every worker. Two that race may lose a sample of an average, which it can
/// afford; the counts are exact.
class LoadState
{
public:
    explicit LoadState(SteadyTime now) noexcept { touch(now); }

    // --- exchanges in flight, and what they are estimated to cost (spec/meridian.md §6)
    void enter(double cost, SteadyTime now) noexcept;
    /// The same cost as was entered. Without a time it is no activity.
    void leave(double cost) noexcept;
    void leave(double cost, SteadyTime now) noexcept;

    [[nodiscard]] std::int64_t inflight() const noexcept
    {
        return m_inflight.load(std::memory_order_relaxed);
    }

    [[nodiscard]] double inflightCost() const noexcept;

    /// As enter(), unless `limit` are in flight already. 0 = no limit.
    [[nodiscard]] bool tryEnter(std::int64_t limit, double cost, SteadyTime now) noexcept;

    /// What is in flight, and for each failure of the last seconds as much as four exchanges: who
    /// fails at once never has anything in flight, and would otherwise be given everything.
    [[nodiscard]] double pressure(SteadyTime now) const noexcept;

    // --- latency: alpha 0.3, the first sample assigns (spec §10)
    /// An answer that was not an error.
    void noteLatency(std::chrono::nanoseconds latency, SteadyTime now) noexcept;
    /// An error or no answer at all: it never makes the backend look faster than it was, neither
    /// on average nor to its first byte.
    void noteFailure(std::chrono::nanoseconds latency, SteadyTime now) noexcept;
    /// The first token, or the head of an answer that is no stream.
    void noteFirstByte(std::chrono::nanoseconds latency, SteadyTime now) noexcept;

    /// 0 = no sample yet.
    [[nodiscard]] double ewmaLatencyMs() const noexcept
    {
        return m_ewmaMs.load(std::memory_order_relaxed);
    }

    /// When noteLatency() or noteFailure() was last called.
    [[nodiscard]] SteadyTime lastSample() const noexcept;

    /// Time to first byte in ms: rises at once, decays with a time constant of 10 s (peak EWMA,
    /// as Finagle's load balancer defines it). 0 = no sample yet.
    [[nodiscard]] double peakFirstByteMs(SteadyTime now) const noexcept;

    [[nodiscard]] const LatencyQuantile &firstByte() const noexcept { return m_firstByte; }

    /// Latencies and failures as `other` has them, and nothing in flight: for a state that nobody
    /// else uses yet.
    void copyFigures(const LoadState &other) noexcept;

    // --- traffic, for scale to zero
    void touch(SteadyTime now) noexcept;
    [[nodiscard]] SteadyTime lastActivity() const noexcept;

private:
    void sample(double ms, SteadyTime now) noexcept;
    void raisePeak(double ms, SteadyTime now) noexcept;
    [[nodiscard]] double recentFailures(SteadyTime now) const noexcept;

    std::atomic<std::int64_t> m_inflight{0};
    std::atomic<std::int64_t> m_costMillis{0}; // thousandths: sums of doubles would drift
    std::atomic<double> m_ewmaMs{0.0};
    std::atomic<std::int64_t> m_sampledAt{0};
    std::atomic<double> m_peakMs{0.0};
    std::atomic<std::int64_t> m_peakAt{0};
    std::atomic<double> m_failures{0.0}; // fading
    std::atomic<std::int64_t> m_failedAt{0};
    std::atomic<std::int64_t> m_activeAt{0};
    LatencyQuantile m_firstByte;
};

} // namespace meridian::upstream
