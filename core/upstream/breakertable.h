// SPDX-License-Identifier: MIT
// The circuit breakers of one backend, one per model that ever failed there.
#pragma once

#include "core/upstream/circuitbreaker.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace meridian::upstream {

/// Any thread. A model without trouble has no entry, so that names nobody serves cannot fill the
/// table; when it is full of trouble, all models without an entry share the last one, named "*".
class BreakerTable
{
public:
    static constexpr std::size_t Capacity = 32; // the shared entry included

    BreakerTable() = default;
    BreakerTable(const BreakerTable &) = delete;
    BreakerTable &operator=(const BreakerTable &) = delete;

    /// Null: nothing is on record, and the shared entry not in use. Lock-free.
    [[nodiscard]] CircuitBreaker *find(std::string_view modelName) const noexcept;

    /// The entry of the model, made when there is none.
    [[nodiscard]] CircuitBreaker &at(std::string_view modelName, SteadyTime now);

    void forEach(const std::function<void(const std::string &modelName,
                                          const CircuitBreaker &breaker)> &visit) const;

    /// The same models in the same states: for a table that is empty and that nobody else uses yet.
    void copyFrom(const BreakerTable &other);

    /// Closes all: a backend that was woken starts afresh.
    void reset();

private:
    struct Slot
    {
        std::atomic<std::uint64_t> key{0}; // hash of the name; 0 = free
        std::string name;                  // under m_lock
        CircuitBreaker breaker;
    };

    using Slots = std::array<Slot, Capacity>;

    [[nodiscard]] bool isShared(const CircuitBreaker &breaker) const noexcept;

    mutable std::mutex m_lock; // at() and forEach()
    std::unique_ptr<Slots> m_slots;
    std::atomic<Slots *> m_published{nullptr};
    std::atomic<std::size_t> m_used{0};
};

} // namespace meridian::upstream
