// SPDX-License-Identifier: MIT
// One thread of the data plane: an epoll loop with everything its connections need.
#pragma once

#include "core/http/serverconnection.h"
#include "core/net/acceptor.h"
#include "core/net/tlscontext.h"
#include "core/observe/eventlog.h"
#include "core/observe/workermetrics.h"
#include "core/observe/writer.h"
#include "core/upstream/snapshot.h"

#include <functional>
#include <memory>

namespace meridian::proxy {

/// Owned by the main thread, whose calls are posted to the worker's. What is created on the thread
/// dies on the thread.
class Worker
{
public:
    using Limits = http::ServerLimits;

    struct Setup
    {
        int listeningFd = -1; // owned
        Limits limits;
        std::shared_ptr<net::TlsContext> tls; // of the listener; may be null
        net::ConnectionBudget *budget = nullptr;
        observe::RecordWriter::Producer *log = nullptr;
        std::function<void(int fd)> connectControl; // called on the worker's thread
        std::shared_ptr<const upstream::Snapshot> snapshot;
        std::shared_ptr<observe::EventLog> events;
    };

    explicit Worker(Setup setup);
    /// Stops the thread; what is still under way is cut.
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// Returns when the worker accepts connections.
    void start();

    /// Exchanges admitted from now on run under this snapshot, connections under these limits, new
    /// ones with this certificate (null: as before).
    void publish(std::shared_ptr<const upstream::Snapshot> snapshot,
                 const Limits &limits,
                 std::shared_ptr<net::TlsContext> tls);

    /// Stops accepting, lets exchanges end; `drained` is called on the worker's thread when all
    /// have.
    void drain(std::function<void()> drained);

    /// Ends every exchange now.
    void endAll();

    [[nodiscard]] const observe::WorkerMetrics &metrics() const noexcept { return *m_metrics; }

private:
    class Thread;

    const std::unique_ptr<observe::WorkerMetrics> m_metrics;
    const std::unique_ptr<Thread> m_thread;
};

} // namespace meridian::proxy
