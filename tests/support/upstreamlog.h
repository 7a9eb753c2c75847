// SPDX-License-Identifier: MIT
// What a FakeUpstream saw: requests, connections, and when its peers left. Waits without sleeping.
#pragma once

#include "tests/support/deadline.h"
#include "tests/support/httptext.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace meridian::support {

/// One request as it came off the wire.
struct RecordedRequest
{
    std::size_t connection = 0; // number of the connection, from 0
    std::string method;
    std::string target; // path and query
    std::string version;
    Headers headers;
    std::string rawHead;
    std::string body; // de-chunked
    bool isChunked = false;
    bool bodyComplete = false;
    std::vector<std::string> trailers;
    Clock::time_point headAt;

    [[nodiscard]] std::string header(std::string_view name) const
    {
        const std::string *value = findHeader(headers, name);
        return value == nullptr ? std::string() : *value;
    }

    [[nodiscard]] bool has(std::string_view name) const
    {
        return findHeader(headers, name) != nullptr;
    }
};

/// One accepted connection.
struct RecordedConnection
{
    Clock::time_point openedAt;
    std::optional<Clock::time_point> closedByPeerAt;
    bool tlsResumed = false;
    bool tlsFailed = false;
};

/// Thread-safe; written by the server's threads, read by the test's.
class UpstreamLog
{
public:
    std::size_t connectionOpened();
    void connectionClosedByPeer(std::size_t connection);
    void tlsFinished(std::size_t connection, bool resumed, bool failed);
    void requestFinished(RecordedRequest request);
    void healthChecked();
    void bodyBytes(std::size_t count);
    void bytesWritten(std::size_t count);

    [[nodiscard]] std::vector<RecordedRequest> requests() const;
    [[nodiscard]] std::vector<RecordedConnection> connections() const;
    [[nodiscard]] std::size_t requestCount() const;
    [[nodiscard]] std::size_t healthCheckCount() const;
    [[nodiscard]] std::uint64_t bytesWritten() const;
    void clearRequests();

    [[nodiscard]] bool waitForRequests(std::size_t count, Deadline deadline = Patient) const;
    [[nodiscard]] bool waitForHealthChecks(std::size_t count, Deadline deadline = Patient) const;
    /// Body bytes of all requests, also of those not finished.
    [[nodiscard]] bool waitForBodyBytes(std::uint64_t count, Deadline deadline = Patient) const;
    [[nodiscard]] bool waitForWritten(std::uint64_t count, Deadline deadline = Patient) const;
    [[nodiscard]] std::optional<Clock::time_point>
    waitForPeerClose(std::size_t connection, Deadline deadline = Patient) const;

private:
    [[nodiscard]] bool waitUntil(const Deadline &deadline,
                                 const std::function<bool()> &isTrue) const;

    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::vector<RecordedRequest> m_requests;
    std::vector<RecordedConnection> m_connections;
    std::size_t m_healthChecks = 0;
    std::uint64_t m_bodyBytes = 0;
    std::uint64_t m_written = 0;
};

} // namespace meridian::support
