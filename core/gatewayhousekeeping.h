// SPDX-License-Identifier: MIT
// The gateway's slow heartbeat: what must happen although no request comes.
#pragma once

#include "core/gateway.h"

namespace meridian {

/// Calls Gateway::tick() four times a second. Main thread.
class Gateway::Housekeeping final : private event::TimerClient
{
public:
    explicit Housekeeping(Gateway &gateway)
        : m_gateway(gateway)
        , m_timer(gateway.m_loop.timers(), *this)
    {
        m_timer.start(Interval);
    }

    std::chrono::steady_clock::time_point nextCanary{};
    std::chrono::steady_clock::time_point nextSweep{};
    std::chrono::steady_clock::time_point nextResponseSweep{};

private:
    static constexpr std::chrono::milliseconds Interval{250};

    void onTimer() noexcept override
    {
        m_timer.start(Interval);
        m_gateway.tick();
    }

    Gateway &m_gateway;
    event::Timer m_timer;
};

} // namespace meridian
