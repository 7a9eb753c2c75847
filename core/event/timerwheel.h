// SPDX-License-Identifier: MIT
// Deadlines for thousands of connections at a constant price each.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace meridian::event {

using SteadyTime = std::chrono::steady_clock::time_point;

class TimerWheel;

/// Told when a Timer's deadline has passed. Called on the wheel's thread, from the end of a turn;
/// it may start, stop or destroy any timer, its own included.
class TimerClient
{
public:
    virtual void onTimer() noexcept = 0;

protected:
    ~TimerClient() = default;
};

/// One deadline, owned by whoever waits. Restarting with a later deadline only stores the new
/// value: the wheel looks again when the old one comes up, so that "last activity" timers are free.
class Timer
{
public:
    Timer(TimerWheel &wheel, TimerClient &client) noexcept
        : m_wheel(wheel)
        , m_client(client)
    {
    }

    Timer(const Timer &) = delete;
    Timer &operator=(const Timer &) = delete;

    ~Timer() { stop(); }

    /// (Re)arms the timer: it fires once, at most one tick after now + delay.
    void start(std::chrono::nanoseconds delay) noexcept;
    void stop() noexcept;

    [[nodiscard]] bool isActive() const noexcept { return m_deadline != SteadyTime::max(); }

private:
    friend class TimerWheel;

    TimerWheel &m_wheel;
    TimerClient &m_client;
    SteadyTime m_deadline = SteadyTime::max();
    std::uint64_t m_tick = 0; // the tick whose slot holds this node
    Timer *m_next = nullptr;
    Timer **m_link = nullptr; // what points at this node; null = not in a slot
};

/// A hashed wheel (Varghese and Lauck 1987, scheme 6): 512 slots of 16 ms. A deadline further away
/// than one revolution waits in the farthest slot and is placed again from there. One per loop;
/// used by its thread only.
class TimerWheel
{
public:
    static constexpr std::chrono::milliseconds Tick{16};
    static constexpr std::size_t Slots = 512;

    explicit TimerWheel(SteadyTime now) noexcept
        : m_origin(now)
        , m_now(now)
    {
    }

    /// The loop's idea of now, set once a turn: timers are armed relative to it.
    void setNow(SteadyTime now) noexcept { m_now = now; }

    [[nodiscard]] SteadyTime now() const noexcept { return m_now; }

    /// Fires what is due at now().
    void advance() noexcept;

    /// When advance() has something to look at; SteadyTime::max() when no timer is armed.
    [[nodiscard]] SteadyTime nextDue() const noexcept;

private:
    friend class Timer;

    void insert(Timer &timer) noexcept;
    void unlink(Timer &timer) noexcept;
    [[nodiscard]] std::uint64_t tickOf(SteadyTime time) const noexcept;

    SteadyTime m_origin;
    SteadyTime m_now;
    std::uint64_t m_done = 0; // every tick up to this one has been looked at
    std::array<Timer *, Slots> m_slots{};
    std::array<std::uint64_t, Slots / 64> m_occupied{}; // a bit per non-empty slot
};

} // namespace meridian::event
