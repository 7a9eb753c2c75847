// SPDX-License-Identifier: MIT
#include "core/upstream/breakertable.h"

#include <algorithm>
#include <functional>

namespace meridian::upstream {

namespace {

std::uint64_t keyOf(std::string_view modelName) noexcept
{
    return std::hash<std::string_view>{}(modelName) | 1U; // 0 means free
}

} // namespace

CircuitBreaker *BreakerTable::find(std::string_view modelName) const noexcept
{
    const std::size_t used = m_used.load(std::memory_order_acquire);
    if (used == 0) {
        return nullptr;
    }
    Slots &slots = *m_published.load(std::memory_order_acquire);
    const std::uint64_t key = keyOf(modelName);
    for (std::size_t i = 0; i < used; ++i) {
        if (slots[i].key.load(std::memory_order_relaxed) == key) {
            return &slots[i].breaker;
        }
    }
    return used == Capacity ? &slots.back().breaker : nullptr;
}

CircuitBreaker &BreakerTable::at(std::string_view modelName, SteadyTime now)
{
    CircuitBreaker *known = find(modelName);
    if (known != nullptr && !isShared(*known)) {
        return *known;
    }
    const std::scoped_lock lock(m_lock);
    if (!m_slots) {
        m_slots = std::make_unique<Slots>();
        m_published.store(m_slots.get(), std::memory_order_release);
    }
    const std::uint64_t key = keyOf(modelName);
    const std::size_t used = m_used.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < used; ++i) { // another thread may have been faster
        if ((*m_slots)[i].key.load(std::memory_order_relaxed) == key) {
            return (*m_slots)[i].breaker;
        }
    }
    const std::size_t named = std::min(used, Capacity - 1);
    Slot *slot = used < Capacity - 1 ? &(*m_slots)[used] : nullptr;
    for (std::size_t i = 0; slot == nullptr && i < named; ++i) {
        if ((*m_slots)[i].breaker.isBlank(now)) {
            slot = &(*m_slots)[i];
            slot->breaker.reset();
        }
    }
    if (slot != nullptr) {
        slot->name = modelName;
        slot->key.store(key, std::memory_order_relaxed);
        m_used.store(std::max(used, std::size_t(slot - m_slots->data()) + 1),
                     std::memory_order_release);
        return slot->breaker;
    }
    m_slots->back().name = "*"; // its key stays 0: no name finds it as its own
    m_used.store(Capacity, std::memory_order_release);
    return m_slots->back().breaker;
}

bool BreakerTable::isShared(const CircuitBreaker &breaker) const noexcept
{
    return &breaker == &m_published.load(std::memory_order_acquire)->back().breaker;
}

void BreakerTable::forEach(
    const std::function<void(const std::string &, const CircuitBreaker &)> &visit) const
{
    const std::scoped_lock lock(m_lock);
    const std::size_t used = m_used.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < used; ++i) {
        visit((*m_slots)[i].name, (*m_slots)[i].breaker);
    }
}

void BreakerTable::copyFrom(const BreakerTable &other)
{
    const std::scoped_lock lock(m_lock, other.m_lock);
    const std::size_t used = other.m_used.load(std::memory_order_relaxed);
    if (used == 0) {
        return;
    }
    m_slots = std::make_unique<Slots>();
    for (std::size_t i = 0; i < used; ++i) {
        const Slot &from = (*other.m_slots)[i];
        Slot &to = (*m_slots)[i];
        to.key.store(from.key.load(std::memory_order_relaxed), std::memory_order_relaxed);
        to.name = from.name;
        to.breaker.copyFrom(from.breaker);
    }
    m_published.store(m_slots.get(), std::memory_order_release);
    m_used.store(used, std::memory_order_release);
}

void BreakerTable::reset()
{
    const std::scoped_lock lock(m_lock);
    const std::size_t used = m_used.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < used; ++i) {
        (*m_slots)[i].breaker.reset();
    }
}

} // namespace meridian::upstream
