// SPDX-License-Identifier: MIT
// Keeps exchanges away from a backend that fails at one model, and lets single probes find out when
// it is well again.
#pragma once

#include "core/model/resiliencesettings.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace meridian::upstream {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The state of one backend and model; shared by all workers. Asking costs a few relaxed loads;
/// the lock is taken by failures, probes, and by successes only while failures are on record (or
/// a failure rate is configured).
///
/// A run of bad answers that one client alone has seen opens the breaker for that client alone:
/// its requests may be what the backend cannot bear. The first failure of another client, or of
/// the transport, opens it for everybody.
///
/// 429 is not a failure: it sets a time before which the backend is asked only when nobody else
/// can be (rateLimitedUntil).
class CircuitBreaker
{
public:
    enum class State : std::uint8_t { Closed, Open, HalfOpen };

    enum class Gate : std::uint8_t {
        Pass,
        Probe,   // beginProbe() first; one exchange at a time
        Blocked, // until reopensAt(), or while another exchange probes
    };

    /// Whose exchange it is: any hash of the client, not 0. Failures that no request can have
    /// caused (connections) belong to nobody.
    using Client = std::uint64_t;
    static constexpr Client Nobody = 0;

    [[nodiscard]] Gate gate(SteadyTime now, Client client) const noexcept;

    /// Takes the one probe of the half-open state; false when another exchange has it.
    [[nodiscard]] bool beginProbe(SteadyTime now) noexcept;
    /// The probe ended without a verdict (the client left): the next exchange may probe.
    void abandonProbe() noexcept;

    void noteSuccess(SteadyTime now, bool wasProbe, const model::BreakerSettings &settings);
    /// True when this failure opened it (again). `retryAfter`: what the backend asked for, or 0.
    bool noteFailure(SteadyTime now,
                     Client client,
                     bool wasProbe,
                     std::chrono::nanoseconds retryAfter,
                     const model::BreakerSettings &settings);

    void limitRate(SteadyTime until) noexcept;
    [[nodiscard]] SteadyTime rateLimitedUntil() const noexcept;

    [[nodiscard]] State state(SteadyTime now) const noexcept;
    [[nodiscard]] SteadyTime reopensAt() const noexcept;

    [[nodiscard]] int consecutiveFailures() const noexcept
    {
        return m_run.load(std::memory_order_relaxed);
    }

    /// What gate(), state() and rateLimitedUntil() go by, not the failure rate's window: for one
    /// that nobody else uses yet.
    void copyFrom(const CircuitBreaker &other) noexcept;

    /// Holds nothing worth keeping: may be given to another model.
    [[nodiscard]] bool isBlank(SteadyTime now) const noexcept;
    void reset() noexcept;

private:
    struct Bucket
    {
        std::int64_t tick = -1;
        std::uint32_t total = 0;
        std::uint32_t failed = 0;
    };

    static constexpr std::size_t Buckets = 10; // of the failure rate's window

    void open(SteadyTime now, std::chrono::nanoseconds period);
    void sample(SteadyTime now, bool isFailure, const model::BreakerSettings &settings);
    [[nodiscard]] bool rateExceeded(SteadyTime now, const model::BreakerSettings &settings) const;

    std::atomic<bool> m_isOpen{false};
    std::atomic<bool> m_isProbing{false};
    std::atomic<int> m_run{0};
    std::atomic<Client> m_sole{Nobody}; // the one client of the run, or Nobody = everybody
    std::atomic<std::int64_t> m_openUntil{0};
    std::atomic<std::int64_t> m_rateLimitedUntil{0};
    std::atomic<std::int64_t> m_failedAt{0};

    mutable std::mutex m_lock; // transitions only
    std::chrono::nanoseconds m_period{0};
    std::array<Bucket, Buckets> m_window{};
};

} // namespace meridian::upstream
