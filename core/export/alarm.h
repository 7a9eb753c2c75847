// SPDX-License-Identifier: MIT
// A timer that calls a function, for owners that wait for more than one thing.
#pragma once

#include "core/event/timerwheel.h"

#include <functional>
#include <utility>

namespace meridian::exporter {

/// Fires once per start(), on the wheel's thread. `action` may start it again, not destroy it.
class Alarm final : private event::TimerClient
{
public:
    Alarm(event::TimerWheel &wheel, std::function<void()> action)
        : m_timer(wheel, *this)
        , m_action(std::move(action))
    {
    }

    void start(std::chrono::nanoseconds delay) noexcept { m_timer.start(delay); }

    void stop() noexcept { m_timer.stop(); }

private:
    void onTimer() noexcept override { m_action(); }

    event::Timer m_timer;
    std::function<void()> m_action;
};

} // namespace meridian::exporter
