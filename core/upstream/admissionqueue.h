// SPDX-License-Identifier: MIT
// Requests that wait for a backend below its max_concurrency.
#pragma once

#include "core/event/loop.h"
#include "core/model/resiliencesettings.h"
#include "core/upstream/backend.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace meridian::upstream {

/// One for all workers. Its lock is taken only while somebody waits, or has to: an exchange that
/// finds a free backend never comes here. Higher priority first, then first come, first served.
class AdmissionQueue
{
public:
    using Backends = std::vector<std::shared_ptr<Backend>>;

    /// One waiting exchange, made and dropped on its worker's thread.
    class Ticket
    {
    public:
        /// Called on the worker's thread with a backend whose slot is taken already (LoadState).
        using Granted = std::function<void(std::shared_ptr<Backend>)>;

    private:
        friend class AdmissionQueue;

        event::Loop *m_loop = nullptr;
        Granted m_granted; // the worker's; emptied by cancel()
        Backends m_accepts;
        double m_cost = 0;
        int m_priority = 0;
        std::uint64_t m_number = 0; // order of arrival; 0 = not waiting (any more)
    };

    struct Joined
    {
        std::shared_ptr<Ticket> ticket;   // when it waits
        std::shared_ptr<Backend> granted; // when a slot became free meanwhile

        bool isFull() const noexcept { return !ticket && !granted; }
    };

    void configure(const model::AdmissionSettings &settings);

    /// `accepts`: the backends that would do, each of which has its max_concurrency.
    [[nodiscard]] Joined
    join(event::Loop &loop, Backends accepts, double cost, int priority, Ticket::Granted granted);

    /// The exchange does not wait any more. A slot that was granted to it meanwhile goes on.
    void cancel(const std::shared_ptr<Ticket> &ticket);

    /// A slot may have become free: call after LoadState::leave(). Costs a fence and a load when
    /// nobody waits; the fence keeps the look from coming before the slot was given back.
    void serve()
    {
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (m_waiting.load(std::memory_order_relaxed) != 0) {
            serveWaiting();
        }
    }

    [[nodiscard]] std::size_t waiting() const noexcept
    {
        return m_waiting.load(std::memory_order_relaxed);
    }

    /// How many wait for `backend` (and perhaps for others as well).
    [[nodiscard]] std::size_t waitingFor(const Backend &backend) const;

    /// When a caller that is turned away now should come again: the time the queue before it takes
    /// at the backends' present speed, 1 to 300 s.
    [[nodiscard]] std::chrono::seconds retryAfter(const Backends &accepts) const;

private:
    using Order = std::pair<int, std::uint64_t>; // -priority, number
    using Line = std::map<Order, std::shared_ptr<Ticket>>;
    using Key = std::vector<const BackendState *>; // sorted

    static Key keyOf(const Backends &accepts);
    static std::shared_ptr<Backend> enterAny(const Backends &accepts, double cost);
    void serveWaiting();
    void grant(const std::shared_ptr<Ticket> &ticket, std::shared_ptr<Backend> backend);
    void remove(Ticket &ticket);

    mutable std::mutex m_lock;
    std::map<Key, Line> m_lines; // exchanges with the same choice of backends stand in one line
    std::atomic<std::size_t> m_waiting{0};
    std::uint64_t m_next = 1;
    std::size_t m_maxQueue = 0;
};

/// Holds one exchange's slot at a backend for as long as it lives.
class InflightGuard
{
public:
    InflightGuard() noexcept = default;

    /// Takes over a slot that has been entered with `cost`. `queue` may be null and outlives this.
    InflightGuard(std::shared_ptr<Backend> backend, double cost, AdmissionQueue *queue) noexcept
        : m_backend(std::move(backend))
        , m_cost(cost)
        , m_queue(queue)
    {
    }

    InflightGuard(InflightGuard &&other) noexcept = default;

    InflightGuard &operator=(InflightGuard &&other) noexcept
    {
        std::swap(m_backend, other.m_backend);
        std::swap(m_cost, other.m_cost);
        std::swap(m_queue, other.m_queue);
        return *this;
    }

    InflightGuard(const InflightGuard &) = delete;
    InflightGuard &operator=(const InflightGuard &) = delete;

    ~InflightGuard() { release(); }

    void release();

private:
    std::shared_ptr<Backend> m_backend;
    double m_cost = 0;
    AdmissionQueue *m_queue = nullptr;
};

} // namespace meridian::upstream
