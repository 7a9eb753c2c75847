// SPDX-License-Identifier: MIT
#include "core/event/timerwheel.h"

#include <algorithm>
#include <bit>

namespace meridian::event {

void Timer::start(std::chrono::nanoseconds delay) noexcept
{
    m_deadline = m_wheel.m_now + delay;
    if (m_link != nullptr) {
        if (m_wheel.tickOf(m_deadline) >= m_tick) {
            return; // the slot comes up no later than the deadline: looked at again there
        }
        m_wheel.unlink(*this);
    }
    m_wheel.insert(*this);
}

void Timer::stop() noexcept
{
    m_deadline = SteadyTime::max();
    if (m_link != nullptr) {
        m_wheel.unlink(*this);
    }
}

std::uint64_t TimerWheel::tickOf(SteadyTime time) const noexcept
{
    // rounded up: a timer never fires early
    const auto since = std::max(time - m_origin, SteadyTime::duration::zero());
    return static_cast<std::uint64_t>((since + Tick - std::chrono::nanoseconds(1)) / Tick);
}

void TimerWheel::insert(Timer &timer) noexcept
{
    const std::uint64_t wanted = tickOf(timer.m_deadline);
    timer.m_tick = std::clamp<std::uint64_t>(wanted, m_done + 1, m_done + Slots - 1);
    const std::size_t slot = timer.m_tick % Slots;
    timer.m_next = m_slots[slot];
    if (timer.m_next != nullptr) {
        timer.m_next->m_link = &timer.m_next;
    }
    timer.m_link = &m_slots[slot];
    m_slots[slot] = &timer;
    m_occupied[slot / 64] |= std::uint64_t{1} << (slot % 64);
}

void TimerWheel::unlink(Timer &timer) noexcept
{
    *timer.m_link = timer.m_next;
    if (timer.m_next != nullptr) {
        timer.m_next->m_link = timer.m_link;
    }
    timer.m_next = nullptr;
    timer.m_link = nullptr;
    const std::size_t slot = timer.m_tick % Slots;
    if (m_slots[slot] == nullptr) {
        m_occupied[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    }
}

void TimerWheel::advance() noexcept
{
    const auto current = static_cast<std::uint64_t>((m_now - m_origin) / Tick);
    while (m_done < current) {
        const SteadyTime next = nextDue();
        if (next > m_now) {
            m_done = current; // nothing in between
            return;
        }
        m_done = std::max(m_done + 1, tickOf(next));
        // Clients may touch any timer of this slot, so it is emptied one node at a time; what is
        // put back lands in a later slot.
        Timer *&head = m_slots[m_done % Slots];
        while (head != nullptr) {
            Timer &timer = *head;
            unlink(timer);
            if (timer.m_deadline > m_now) {
                insert(timer);
                continue;
            }
            timer.m_deadline = SteadyTime::max();
            timer.m_client.onTimer();
        }
    }
}

SteadyTime TimerWheel::nextDue() const noexcept
{
    // Walks the bitmap from the slot after m_done, once around.
    const std::size_t start = (m_done + 1) % Slots;
    for (std::size_t step = 0; step <= m_occupied.size(); ++step) {
        const std::size_t word = (start / 64 + step) % m_occupied.size();
        std::uint64_t bits = m_occupied[word];
        if (step == 0) {
            bits &= ~std::uint64_t{0} << (start % 64);
        } else if (step == m_occupied.size()) {
            bits &= ~(~std::uint64_t{0} << (start % 64));
        }
        if (bits != 0) {
            const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
            const std::uint64_t tick = m_done + 1 + (slot + Slots - start) % Slots;
            return m_origin + Tick * static_cast<std::int64_t>(tick);
        }
    }
    return SteadyTime::max();
}

} // namespace meridian::event
