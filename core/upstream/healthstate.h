// SPDX-License-Identifier: MIT
// Whether a backend is alive, as probes and connections have found, and what the operator said.
#pragma once

#include <atomic>
#include <cstdint>

namespace meridian::upstream {

/// A probe counts both ways; a failed connection counts like a failed probe; any answer that came
/// proves life. Errors that a request may itself have caused never count. Any thread.
class HealthState
{
public:
    [[nodiscard]] bool isHealthy() const noexcept
    {
        return m_isHealthy.load(std::memory_order_relaxed);
    }

    [[nodiscard]] int consecutiveFailures() const noexcept
    {
        return m_failures.load(std::memory_order_relaxed);
    }

    /// The last connection failed and nothing has proved life since: asked only when nobody else
    /// can be, so that a dead backend costs one request per probe and not one per pick.
    [[nodiscard]] bool isSuspect() const noexcept
    {
        return m_isSuspect.load(std::memory_order_relaxed);
    }

    /// Each returns true when it changed isHealthy().
    bool noteFailure(int threshold) noexcept
    {
        m_successes.store(0, std::memory_order_relaxed);
        if (m_failures.fetch_add(1, std::memory_order_relaxed) + 1 < threshold) {
            return false;
        }
        return m_isHealthy.exchange(false, std::memory_order_relaxed);
    }

    bool noteProbeSuccess(int threshold) noexcept
    {
        m_failures.store(0, std::memory_order_relaxed);
        m_isSuspect.store(false, std::memory_order_relaxed);
        if (isHealthy()) {
            return false;
        }
        if (m_successes.fetch_add(1, std::memory_order_relaxed) + 1 < threshold) {
            return false;
        }
        return !m_isHealthy.exchange(true, std::memory_order_relaxed);
    }

    void noteSuspicion() noexcept { m_isSuspect.store(true, std::memory_order_relaxed); }

    void noteAnswer() noexcept
    {
        // almost always so already: a load does not take the cache line from the other workers
        if (m_failures.load(std::memory_order_relaxed) != 0 && isHealthy()) {
            m_failures.store(0, std::memory_order_relaxed);
        }
        if (isSuspect()) {
            m_isSuspect.store(false, std::memory_order_relaxed);
        }
    }

    // --- scale to zero
    [[nodiscard]] bool isIdle() const noexcept { return m_isIdle.load(std::memory_order_relaxed); }

    void setIdle() noexcept { m_isIdle.store(true, std::memory_order_relaxed); }

    /// Traffic for an idle backend: it starts afresh. True when it was idle.
    bool wake() noexcept
    {
        if (!m_isIdle.exchange(false, std::memory_order_relaxed)) {
            return false;
        }
        m_failures.store(0, std::memory_order_relaxed);
        m_successes.store(0, std::memory_order_relaxed);
        m_isSuspect.store(false, std::memory_order_relaxed);
        m_isHealthy.store(true, std::memory_order_relaxed);
        return true;
    }

private:
    std::atomic<bool> m_isHealthy{true};
    std::atomic<bool> m_isSuspect{false};
    std::atomic<bool> m_isIdle{false};
    std::atomic<int> m_failures{0};
    std::atomic<int> m_successes{0};
};

/// What an operator has said about a backend at run time. Any thread.
class OperatorState
{
public:
    [[nodiscard]] bool isDraining() const noexcept
    {
        return m_isDraining.load(std::memory_order_relaxed);
    }

    void setDraining(bool isDraining) noexcept
    {
        m_isDraining.store(isDraining, std::memory_order_relaxed);
    }

    /// Instead of the configured weight; negative = none.
    [[nodiscard]] int weightOverride() const noexcept
    {
        return m_weight.load(std::memory_order_relaxed);
    }

    void setWeightOverride(int weight) noexcept
    {
        m_weight.store(weight, std::memory_order_relaxed);
    }

private:
    std::atomic<bool> m_isDraining{false};
    std::atomic<int> m_weight{-1};
};

} // namespace meridian::upstream
