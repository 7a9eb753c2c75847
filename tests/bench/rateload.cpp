// SPDX-License-Identifier: MIT
// Latency counts from the moment a request was due, so a stalled gateway cannot hide its stall.
#include "tests/bench/rateload.h"

#include "tests/bench/clientmodes.h"
#include "tests/bench/payload.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace meridian::bench {
namespace {

std::array<char, 65536> readBuffer; // one thread, and nothing stays in it between reads

std::uint64_t nanoseconds(double seconds)
{
    return static_cast<std::uint64_t>(seconds * 1e9);
}

} // namespace

struct RateLoad::Connection : BodySink
{
    void onBody(std::string_view /*bytes*/) override {}

    std::uint64_t id = 0;
    Fd socket;
    HttpReader reader{HttpReader::Kind::Response};
    bool isConnected = false;
    bool isBusy = false;
    std::uint64_t exchanges = 0;
    std::uint64_t scheduled = 0;
};

RateLoad::RateLoad(RatePlan plan)
    : m_plan(std::move(plan))
{
}

RateLoad::~RateLoad() = default;

void RateLoad::execute()
{
    m_start = monotonicNow();
    const std::uint64_t end = m_start + nanoseconds(m_plan.seconds);
    for (std::uint64_t now = m_start; now < end || m_inFlight > 0; now = monotonicNow()) {
        if (isStopRequested()) {
            break;
        }
        if (now < end) {
            sendDue(now);
        }
        for (const epoll_event &event : m_poller.wait(untilNext(monotonicNow()))) {
            serve(event.data.u64);
        }
        expireOverdue(monotonicNow());
    }
}

std::chrono::nanoseconds RateLoad::untilNext(std::uint64_t now) const
{
    const std::uint64_t due = m_start + nanoseconds(static_cast<double>(m_sent) / m_plan.rate);
    const std::uint64_t wait = due > now ? due - now : 0;
    return std::chrono::nanoseconds(wait == 0 ? 1'000'000 : wait); // past the end: 1 ms turns
}

void RateLoad::sendDue(std::uint64_t now)
{
    for (;;) {
        const std::uint64_t due = m_start + nanoseconds(static_cast<double>(m_sent) / m_plan.rate);
        if (due > now) {
            return;
        }
        ++m_sent;
        startOne(due);
    }
}

void RateLoad::startOne(std::uint64_t scheduled)
{
    Connection *connection = idleConnection();
    if (connection == nullptr) {
        connection = newConnection();
    }
    if (connection == nullptr) {
        m_tally.fail(Failure::Connect);
        return;
    }
    connection->scheduled = scheduled;
    connection->isBusy = true;
    ++connection->exchanges;
    ++m_inFlight;
    m_deadlines.push_back({monotonicNow() + nanoseconds(m_plan.timeoutSeconds), connection->id,
                           connection->exchanges});
    if (connection->isConnected) {
        ask(*connection);
    }
}

RateLoad::Connection *RateLoad::idleConnection()
{
    while (!m_idle.empty()) {
        const auto found = m_connections.find(m_idle.back());
        m_idle.pop_back();
        if (found != m_connections.end()) {
            return found->second.get();
        }
    }
    return nullptr;
}

RateLoad::Connection *RateLoad::newConnection()
{
    if (m_connections.size() >= m_plan.maxConnections) {
        return nullptr;
    }
    auto connection = std::make_unique<Connection>();
    connection->id = ++m_lastId;
    connection->socket = startConnect(m_plan.target);
    if (!connection->socket.isOpen()) {
        return nullptr;
    }
    m_poller.add(connection->socket.get(), connection->id);
    return m_connections.emplace(m_lastId, std::move(connection)).first->second.get();
}

void RateLoad::ask(Connection &connection)
{
    const auto size = static_cast<ssize_t>(m_plan.request.size());
    const int fd = connection.socket.get();
    if (send(fd, m_plan.request.data(), m_plan.request.size(), MSG_NOSIGNAL) != size) {
        drop(connection, Failure::Closed);
    }
}

void RateLoad::serve(std::uint64_t id)
{
    const auto found = m_connections.find(id);
    if (found == m_connections.end()) {
        return;
    }
    Connection &connection = *found->second;
    if (!connection.isConnected) {
        if (connectError(connection.socket) != 0) {
            drop(connection, Failure::Connect);
            return;
        }
        connection.isConnected = true;
        ask(connection);
        return; // whatever comes back is a new edge
    }
    receive(connection);
}

void RateLoad::receive(Connection &connection)
{
    for (;;) {
        const ssize_t count =
            recv(connection.socket.get(), readBuffer.data(), readBuffer.size(), 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (count <= 0) {
            connection.reader.finish();
            if (connection.isBusy && connection.reader.isComplete()) {
                settle(connection);
                return;
            }
            drop(connection, Failure::Closed);
            return;
        }
        const auto size = static_cast<std::size_t>(count);
        const std::size_t used = connection.reader.feed({readBuffer.data(), size}, connection);
        if (!connection.isBusy || used != size || connection.reader.isMalformed()) {
            drop(connection, Failure::Malformed);
            return;
        }
        if (connection.reader.isComplete()) {
            const bool isKept = connection.reader.isKeepAlive();
            settle(connection);
            if (!isKept) {
                return;
            }
        }
    }
}

void RateLoad::settle(Connection &connection)
{
    --m_inFlight;
    connection.isBusy = false;
    m_tally.status(connection.reader.status());
    if (connection.reader.status() == 200) {
        m_delays.add(monotonicNow() - connection.scheduled);
    } else {
        m_tally.fail(Failure::Status);
    }
    if (!connection.reader.isKeepAlive()) {
        m_connections.erase(connection.id);
        return;
    }
    connection.reader.reset();
    m_idle.push_back(connection.id);
}

void RateLoad::drop(Connection &connection, Failure failure)
{
    if (connection.isBusy) { // an idle connection may be closed at any time
        --m_inFlight;
        m_tally.fail(failure);
        const bool isReused = connection.exchanges > 1 && !connection.reader.isStarted();
        m_staleReuses += failure == Failure::Closed && isReused ? 1 : 0;
    }
    m_connections.erase(connection.id);
}

void RateLoad::expireOverdue(std::uint64_t now)
{
    while (!m_deadlines.empty() && m_deadlines.front().at <= now) {
        const Deadline deadline = m_deadlines.front();
        m_deadlines.pop_front();
        const auto found = m_connections.find(deadline.id);
        if (found != m_connections.end() && found->second->isBusy &&
            found->second->exchanges == deadline.exchange) {
            drop(*found->second, Failure::Timeout);
        }
    }
}

Report RateLoad::report() const
{
    Report report;
    report.add("mode", "rate")
        .add("sent", static_cast<double>(m_sent))
        .add("latency", m_delays)
        .add("closed_on_reuse", static_cast<double>(m_staleReuses))
        .add("connections", static_cast<double>(m_lastId))
        .add(m_tally);
    return report;
}

} // namespace meridian::bench
