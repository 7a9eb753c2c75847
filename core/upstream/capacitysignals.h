// SPDX-License-Identifier: MIT
// How busy a backend says it is: the values of one scrape, and the board workers read them from.
#pragma once

#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace meridian::upstream {

/// What is beyond these is a lie or a fault: counts are capped, rates dropped.
inline constexpr std::int64_t MaxRequestCount = 1'000'000;
inline constexpr double MaxTokensPerSec = 1e9;

/// Unset = not told.
struct CapacitySignals
{
    std::optional<std::int64_t> queueDepth; // requests waiting
    std::optional<std::int64_t> running;    // requests being served
    std::optional<double> tokensPerSec;     // generated, over all requests
    std::optional<double> memUtil;          // 0..1, the KV cache's or the GPU memory's

    bool operator==(const CapacitySignals &) const = default;
};

/// One backend's newest signals, without a lock: the main thread sets, any thread reads. A reader
/// may see one value of the old scrape beside one of the new; none depends on another.
class CapacityBoard
{
public:
    void set(const CapacitySignals &signals) noexcept
    {
        m_queueDepth.store(signals.queueDepth.value_or(NotTold), std::memory_order_relaxed);
        m_running.store(signals.running.value_or(NotTold), std::memory_order_relaxed);
        m_tokensPerSec.store(signals.tokensPerSec.value_or(NaN), std::memory_order_relaxed);
        m_memUtil.store(signals.memUtil.value_or(NaN), std::memory_order_relaxed);
    }

    [[nodiscard]] CapacitySignals read() const noexcept
    {
        return {told(m_queueDepth), told(m_running), told(m_tokensPerSec), told(m_memUtil)};
    }

    /// For formulas: what was not told counts as nothing.
    [[nodiscard]] double queueDepth() const noexcept
    {
        return static_cast<double>(told(m_queueDepth).value_or(0));
    }

    [[nodiscard]] double memUtil() const noexcept { return told(m_memUtil).value_or(0.0); }

private:
    static constexpr std::int64_t NotTold = -1;
    static constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

    [[nodiscard]] static std::optional<std::int64_t>
    told(const std::atomic<std::int64_t> &value) noexcept
    {
        const std::int64_t now = value.load(std::memory_order_relaxed);
        return now < 0 ? std::nullopt : std::optional(now);
    }

    [[nodiscard]] static std::optional<double> told(const std::atomic<double> &value) noexcept
    {
        const double now = value.load(std::memory_order_relaxed);
        return std::isnan(now) ? std::nullopt : std::optional(now);
    }

    std::atomic<std::int64_t> m_queueDepth{NotTold};
    std::atomic<std::int64_t> m_running{NotTold};
    std::atomic<double> m_tokensPerSec{NaN};
    std::atomic<double> m_memUtil{NaN};
};

} // namespace meridian::upstream
