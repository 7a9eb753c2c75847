// SPDX-License-Identifier: MIT
#include "core/upstream/circuitbreaker.h"

#include <algorithm>

namespace meridian::upstream {

namespace {

std::int64_t ticks(SteadyTime time) noexcept
{
    return std::chrono::nanoseconds(time.time_since_epoch()).count();
}

SteadyTime timeOf(std::int64_t ticks) noexcept
{
    return SteadyTime(std::chrono::nanoseconds(ticks));
}

} // namespace

void CircuitBreaker::copyFrom(const CircuitBreaker &other) noexcept
{
    const auto copy = [](auto &to, const auto &from) {
        to.store(from.load(std::memory_order_relaxed), std::memory_order_relaxed);
    };
    copy(m_isOpen, other.m_isOpen);
    copy(m_isProbing, other.m_isProbing);
    copy(m_run, other.m_run);
    copy(m_sole, other.m_sole);
    copy(m_openUntil, other.m_openUntil);
    copy(m_rateLimitedUntil, other.m_rateLimitedUntil);
    copy(m_failedAt, other.m_failedAt);
}

CircuitBreaker::Gate CircuitBreaker::gate(SteadyTime now, Client client) const noexcept
{
    if (!m_isOpen.load(std::memory_order_relaxed)) {
        return Gate::Pass;
    }
    const Client sole = m_sole.load(std::memory_order_relaxed);
    if (sole != Nobody && sole != client) {
        return Gate::Pass;
    }
    if (ticks(now) < m_openUntil.load(std::memory_order_relaxed) ||
        m_isProbing.load(std::memory_order_relaxed)) {
        return Gate::Blocked;
    }
    return Gate::Probe;
}

bool CircuitBreaker::beginProbe(SteadyTime now) noexcept
{
    if (m_isProbing.exchange(true, std::memory_order_acq_rel)) {
        return false;
    }
    // looked at only now: the probe that has just ended may have opened it again
    if (ticks(now) < m_openUntil.load(std::memory_order_relaxed)) {
        m_isProbing.store(false, std::memory_order_release);
        return false;
    }
    return true;
}

void CircuitBreaker::abandonProbe() noexcept
{
    m_isProbing.store(false, std::memory_order_release);
}

void CircuitBreaker::noteSuccess(SteadyTime now,
                                 bool wasProbe,
                                 const model::BreakerSettings &settings)
{
    if (!wasProbe && !settings.failureRate && m_run.load(std::memory_order_relaxed) == 0) {
        return;
    }
    const std::scoped_lock lock(m_lock);
    sample(now, false, settings);
    if (wasProbe) {
        m_isOpen.store(false, std::memory_order_relaxed);
        m_isProbing.store(false, std::memory_order_release);
        m_period = {};
        m_window = {};
    }
    if (!m_isOpen.load(std::memory_order_relaxed)) {
        m_run.store(0, std::memory_order_relaxed);
        m_sole.store(Nobody, std::memory_order_relaxed);
    }
}

bool CircuitBreaker::noteFailure(SteadyTime now,
                                 Client client,
                                 bool wasProbe,
                                 std::chrono::nanoseconds retryAfter,
                                 const model::BreakerSettings &settings)
{
    const std::scoped_lock lock(m_lock);
    const Client sole = m_sole.load(std::memory_order_relaxed);
    if (m_isOpen.load(std::memory_order_relaxed) && sole != Nobody && sole != client && !wasProbe &&
        !m_isProbing.load(std::memory_order_relaxed) && now >= reopensAt()) {
        // One client's old run, whose time is over, says nothing about everybody's today.
        m_isOpen.store(false, std::memory_order_relaxed);
        m_run.store(0, std::memory_order_relaxed);
        m_period = {};
    }
    m_failedAt.store(ticks(now), std::memory_order_relaxed);
    sample(now, true, settings);
    const int run = m_run.fetch_add(1, std::memory_order_relaxed) + 1;
    if (run == 1) {
        m_sole.store(client, std::memory_order_relaxed);
    } else if (m_sole.load(std::memory_order_relaxed) != client) {
        m_sole.store(Nobody, std::memory_order_relaxed);
    }
    if (!settings.enabled) {
        if (wasProbe) { // switched off meanwhile: nobody may be left holding the probe
            m_isProbing.store(false, std::memory_order_release);
        }
        return false;
    }
    const auto longest = std::max<std::chrono::nanoseconds>(settings.maxOpen, settings.open);
    if (wasProbe) {
        open(now, std::clamp<std::chrono::nanoseconds>(std::max(m_period * 2, retryAfter),
                                                       settings.open, longest));
        m_isProbing.store(false, std::memory_order_release);
        return true;
    }
    if (m_isOpen.load(std::memory_order_relaxed)) {
        return false; // an exchange from before
    }
    if (run < settings.failureThreshold && !rateExceeded(now, settings)) {
        return false;
    }
    open(now, std::clamp<std::chrono::nanoseconds>(retryAfter, settings.open, longest));
    return true;
}

void CircuitBreaker::open(SteadyTime now, std::chrono::nanoseconds period)
{
    m_period = period;
    m_openUntil.store(ticks(now + period), std::memory_order_relaxed);
    m_isOpen.store(true, std::memory_order_relaxed);
}

void CircuitBreaker::sample(SteadyTime now, bool isFailure, const model::BreakerSettings &settings)
{
    if (!settings.failureRate) {
        return;
    }
    const auto width = std::max<std::int64_t>(settings.window.count() / std::int64_t(Buckets), 1);
    const std::int64_t tick = ticks(now) / width;
    Bucket &bucket = m_window[static_cast<std::size_t>(tick) % Buckets];
    if (bucket.tick != tick) {
        bucket = {tick, 0, 0};
    }
    ++bucket.total;
    bucket.failed += isFailure ? 1 : 0;
}

bool CircuitBreaker::rateExceeded(SteadyTime now, const model::BreakerSettings &settings) const
{
    if (!settings.failureRate) {
        return false;
    }
    const auto width = std::max<std::int64_t>(settings.window.count() / std::int64_t(Buckets), 1);
    const std::int64_t tick = ticks(now) / width;
    std::uint64_t total = 0;
    std::uint64_t failed = 0;
    for (const Bucket &bucket : m_window) {
        if (bucket.tick > tick - std::int64_t(Buckets)) {
            total += bucket.total;
            failed += bucket.failed;
        }
    }
    return total >= static_cast<std::uint64_t>(settings.minRequests) &&
           static_cast<double>(failed) > *settings.failureRate * static_cast<double>(total);
}

void CircuitBreaker::limitRate(SteadyTime until) noexcept
{
    m_rateLimitedUntil.store(ticks(until), std::memory_order_relaxed);
}

SteadyTime CircuitBreaker::rateLimitedUntil() const noexcept
{
    return timeOf(m_rateLimitedUntil.load(std::memory_order_relaxed));
}

CircuitBreaker::State CircuitBreaker::state(SteadyTime now) const noexcept
{
    if (!m_isOpen.load(std::memory_order_relaxed)) {
        return State::Closed;
    }
    return now < reopensAt() ? State::Open : State::HalfOpen;
}

SteadyTime CircuitBreaker::reopensAt() const noexcept
{
    return timeOf(m_openUntil.load(std::memory_order_relaxed));
}

bool CircuitBreaker::isBlank(SteadyTime now) const noexcept
{
    constexpr std::chrono::minutes Kept{10}; // a model that nobody asks for again never succeeds
    const bool isOld = now - timeOf(m_failedAt.load(std::memory_order_relaxed)) > Kept;
    return !m_isOpen.load(std::memory_order_relaxed) && (consecutiveFailures() == 0 || isOld) &&
           rateLimitedUntil() <= now;
}

void CircuitBreaker::reset() noexcept
{
    const std::scoped_lock lock(m_lock);
    m_isOpen.store(false, std::memory_order_relaxed);
    m_isProbing.store(false, std::memory_order_relaxed);
    m_run.store(0, std::memory_order_relaxed);
    m_sole.store(Nobody, std::memory_order_relaxed);
    m_openUntil.store(0, std::memory_order_relaxed);
    m_rateLimitedUntil.store(0, std::memory_order_relaxed);
    m_period = {};
    m_window = {};
}

} // namespace meridian::upstream
