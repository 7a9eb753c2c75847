// SPDX-License-Identifier: MIT
// What a FakeUpstream saw: requests, connections, and when its peers left. Waits without sleeping.
#include "tests/support/upstreamlog.h"

#include <utility>

namespace meridian::support {

std::size_t UpstreamLog::connectionOpened()
{
    const std::lock_guard lock(m_mutex);
    m_connections.push_back({Clock::now(), std::nullopt, false, false});
    m_changed.notify_all();
    return m_connections.size() - 1;
}

void UpstreamLog::connectionClosedByPeer(std::size_t connection)
{
    const std::lock_guard lock(m_mutex);
    if (!m_connections[connection].closedByPeerAt) {
        m_connections[connection].closedByPeerAt = Clock::now();
        m_changed.notify_all();
    }
}

void UpstreamLog::tlsFinished(std::size_t connection, bool resumed, bool failed)
{
    const std::lock_guard lock(m_mutex);
    m_connections[connection].tlsResumed = resumed;
    m_connections[connection].tlsFailed = failed;
    m_changed.notify_all();
}

void UpstreamLog::requestFinished(RecordedRequest request)
{
    const std::lock_guard lock(m_mutex);
    m_requests.push_back(std::move(request));
    m_changed.notify_all();
}

void UpstreamLog::healthChecked()
{
    const std::lock_guard lock(m_mutex);
    ++m_healthChecks;
    m_changed.notify_all();
}

void UpstreamLog::bodyBytes(std::size_t count)
{
    const std::lock_guard lock(m_mutex);
    m_bodyBytes += count;
    m_changed.notify_all();
}

void UpstreamLog::bytesWritten(std::size_t count)
{
    const std::lock_guard lock(m_mutex);
    m_written += count;
    m_changed.notify_all();
}

std::vector<RecordedRequest> UpstreamLog::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

std::vector<RecordedConnection> UpstreamLog::connections() const
{
    const std::lock_guard lock(m_mutex);
    return m_connections;
}

std::size_t UpstreamLog::requestCount() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests.size();
}

std::size_t UpstreamLog::healthCheckCount() const
{
    const std::lock_guard lock(m_mutex);
    return m_healthChecks;
}

std::uint64_t UpstreamLog::bytesWritten() const
{
    const std::lock_guard lock(m_mutex);
    return m_written;
}

void UpstreamLog::clearRequests()
{
    const std::lock_guard lock(m_mutex);
    m_requests.clear();
}

bool UpstreamLog::waitUntil(const Deadline &deadline, const std::function<bool()> &isTrue) const
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_until(lock, deadline.end(), isTrue);
}

bool UpstreamLog::waitForRequests(std::size_t count, Deadline deadline) const
{
    return waitUntil(deadline, [this, count] { return m_requests.size() >= count; });
}

bool UpstreamLog::waitForHealthChecks(std::size_t count, Deadline deadline) const
{
    return waitUntil(deadline, [this, count] { return m_healthChecks >= count; });
}

bool UpstreamLog::waitForBodyBytes(std::uint64_t count, Deadline deadline) const
{
    return waitUntil(deadline, [this, count] { return m_bodyBytes >= count; });
}

bool UpstreamLog::waitForWritten(std::uint64_t count, Deadline deadline) const
{
    return waitUntil(deadline, [this, count] { return m_written >= count; });
}

std::optional<Clock::time_point> UpstreamLog::waitForPeerClose(std::size_t connection,
                                                               Deadline deadline) const
{
    std::optional<Clock::time_point> when;
    (void)waitUntil(deadline, [this, connection, &when] {
        when = connection < m_connections.size() ? m_connections[connection].closedByPeerAt
                                                 : std::nullopt;
        return when.has_value();
    });
    return when;
}

} // namespace meridian::support
