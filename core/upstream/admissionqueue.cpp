// SPDX-License-Identifier: MIT
#include "core/upstream/admissionqueue.h"

#include <algorithm>
#include <cmath>

namespace meridian::upstream {

namespace {

constexpr double UnknownServiceMs = 1000.0; // before the first answer
constexpr std::chrono::seconds ShortestWait{1};
constexpr std::chrono::seconds LongestWait{300};

} // namespace

void AdmissionQueue::configure(const model::AdmissionSettings &settings)
{
    const std::scoped_lock lock(m_lock);
    m_maxQueue = settings.maxQueue;
}

AdmissionQueue::Key AdmissionQueue::keyOf(const Backends &accepts)
{
    Key key;
    for (const auto &backend : accepts) {
        key.push_back(backend->state().get());
    }
    std::sort(key.begin(), key.end());
    return key;
}

std::shared_ptr<Backend> AdmissionQueue::enterAny(const Backends &accepts, double cost)
{
    const SteadyTime now = std::chrono::steady_clock::now();
    std::shared_ptr<Backend> best;
    for (const auto &backend : accepts) { // the emptiest first: its slot is the surest
        const bool isBetter = !best || backend->inflight() < best->inflight();
        if (isBetter && backend->isHealthy() && backend->weight() > 0 &&
            !backend->state()->operatorState.isDraining() &&
            backend->inflight() < backend->settings().maxConcurrency) {
            best = backend;
        }
    }
    if (best && best->state()->load.tryEnter(best->settings().maxConcurrency, cost, now)) {
        return best;
    }
    return nullptr;
}

AdmissionQueue::Joined AdmissionQueue::join(
    event::Loop &loop, Backends accepts, double cost, int priority, Ticket::Granted granted)
{
    const std::scoped_lock lock(m_lock);
    // Counted before the slots are looked at: whoever gives one back after that look sees us in
    // serve(), and waits there for the lock.
    m_waiting.fetch_add(1, std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    Line &line = m_lines[keyOf(accepts)];
    std::shared_ptr<Backend> free;
    if (line.empty()) { // otherwise those before us come first
        free = enterAny(accepts, cost);
    }
    if (free || line.size() >= m_maxQueue * accepts.size()) {
        m_waiting.fetch_sub(1, std::memory_order_relaxed);
        if (line.empty()) {
            m_lines.erase(keyOf(accepts));
        }
        return {nullptr, std::move(free)};
    }
    auto ticket = std::make_shared<Ticket>();
    ticket->m_loop = &loop;
    ticket->m_granted = std::move(granted);
    ticket->m_accepts = std::move(accepts);
    ticket->m_cost = cost;
    ticket->m_priority = priority;
    ticket->m_number = m_next++;
    line.emplace(Order{-priority, ticket->m_number}, ticket);
    return {std::move(ticket), nullptr};
}

void AdmissionQueue::remove(Ticket &ticket)
{
    const auto line = m_lines.find(keyOf(ticket.m_accepts));
    line->second.erase({-ticket.m_priority, ticket.m_number});
    if (line->second.empty()) {
        m_lines.erase(line);
    }
    ticket.m_number = 0;
    m_waiting.fetch_sub(1, std::memory_order_relaxed);
}

void AdmissionQueue::cancel(const std::shared_ptr<Ticket> &ticket)
{
    ticket->m_granted = nullptr; // a grant on its way finds nobody and goes on (grant())
    const std::scoped_lock lock(m_lock);
    if (ticket->m_number != 0) {
        remove(*ticket);
    }
}

void AdmissionQueue::serveWaiting()
{
    const std::scoped_lock lock(m_lock);
    for (bool isServed = true; isServed && !m_lines.empty();) {
        // Every line's first, the most urgent of all before the others.
        std::vector<std::pair<Order, std::shared_ptr<Ticket>>> heads;
        for (const auto &[key, line] : m_lines) {
            heads.emplace_back(*line.begin());
        }
        std::sort(heads.begin(), heads.end(),
                  [](const auto &a, const auto &b) { return a.first < b.first; });
        isServed = false;
        for (const auto &[order, ticket] : heads) {
            if (auto backend = enterAny(ticket->m_accepts, ticket->m_cost)) {
                remove(*ticket);
                grant(ticket, std::move(backend));
                isServed = true;
                break;
            }
        }
    }
}

void AdmissionQueue::grant(const std::shared_ptr<Ticket> &ticket, std::shared_ptr<Backend> backend)
{
    ticket->m_loop->post([this, ticket, backend = std::move(backend)]() mutable {
        if (ticket->m_granted) {
            std::exchange(ticket->m_granted, nullptr)(std::move(backend));
            return;
        }
        backend->state()->load.leave(ticket->m_cost, std::chrono::steady_clock::now());
        serve();
    });
}

std::size_t AdmissionQueue::waitingFor(const Backend &backend) const
{
    if (waiting() == 0) {
        return 0;
    }
    const std::scoped_lock lock(m_lock);
    std::size_t count = 0;
    for (const auto &[key, line] : m_lines) {
        if (std::binary_search(key.begin(), key.end(), backend.state().get())) {
            count += line.size();
        }
    }
    return count;
}

std::chrono::seconds AdmissionQueue::retryAfter(const Backends &accepts) const
{
    std::size_t before = 1;
    {
        const std::scoped_lock lock(m_lock);
        if (const auto line = m_lines.find(keyOf(accepts)); line != m_lines.end()) {
            before += line->second.size();
        }
    }
    double perSecond = 0;
    for (const auto &backend : accepts) {
        const double ms = backend->ewmaLatencyMs();
        perSecond += static_cast<double>(backend->settings().maxConcurrency) * 1000.0 /
                     (ms > 0 ? ms : UnknownServiceMs);
    }
    const double seconds = perSecond > 0 ? static_cast<double>(before) / perSecond : 1.0;
    const auto whole = static_cast<std::int64_t>(std::ceil(std::min(seconds, 1e6)));
    return std::clamp(std::chrono::seconds(whole), ShortestWait, LongestWait);
}

void InflightGuard::release()
{
    if (m_backend) {
        LoadState &load = m_backend->state()->load;
        if (m_backend->settings().idleTimeout) { // nobody else asks when it was last at work
            load.leave(m_cost, std::chrono::steady_clock::now());
        } else {
            load.leave(m_cost);
        }
        m_backend.reset();
        if (m_queue != nullptr) {
            m_queue->serve();
        }
    }
}

} // namespace meridian::upstream
