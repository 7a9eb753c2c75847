// SPDX-License-Identifier: MIT
// What a simulated backend tells about its load.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace meridian::simulate {

/// Counts real work, for GET /stats. One thread.
class LoadMeter
{
public:
    using Time = std::chrono::steady_clock::time_point;

    void began() noexcept;

    void ended() noexcept { --m_inflight; }

    void clientLeft() noexcept { ++m_clientsGone; }

    void countTokens(std::uint64_t tokens, Time now) noexcept;

    [[nodiscard]] std::uint64_t inflight() const noexcept { return m_inflight; }

    /// `{"queue_depth":…,"tokens_per_sec":…,"gpu_mem_util":…,…}`: calls under way; tokens of the
    /// last full second; a share that grows with the calls towards 1.
    [[nodiscard]] std::string toJson(Time now) noexcept;

private:
    void turnTo(Time now) noexcept;

    std::uint64_t m_inflight = 0;
    std::uint64_t m_requests = 0;
    std::uint64_t m_clientsGone = 0;
    std::uint64_t m_tokens = 0;
    std::uint64_t m_thisSecond = 0;
    std::uint64_t m_lastSecond = 0;
    Time m_second; // when this second began
};

} // namespace meridian::simulate
