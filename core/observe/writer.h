// SPDX-License-Identifier: MIT
// Takes settled exchanges from the workers and writes the request log, on a thread of its own.
#pragma once

#include "core/base/result.h"
#include "core/base/spscqueue.h"
#include "core/model/requestrecord.h"
#include "core/observe/cell.h"
#include "core/observe/logfile.h"
#include "core/observe/recentrequests.h"
#include "core/observe/recordformat.h"
#include "core/observe/spanqueue.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace meridian::observe {

/// Polls one bounded queue per worker, so that a worker neither locks, nor signals, nor waits: a
/// full queue is the worker's to count. Made, started and stopped by the main thread. A disk that
/// fails costs lines, which are counted and reported once a minute, and never time elsewhere.
class RecordWriter
{
public:
    /// 2048 records ≈ 1 MiB: 25 ms of 80 000 exchanges a second.
    static constexpr std::size_t DefaultQueueRecords = 2048;

    /// A worker's end. Used by that worker's thread only; lives as long as the RecordWriter.
    class Producer
    {
    public:
        /// A slot to fill (it holds an old record: set every field), or nullptr when the queue is
        /// full: then count Counter::LogDropped and go on.
        [[nodiscard]] model::RequestRecord *claim() noexcept { return m_queue.claim(); }

        /// Hands over the slot of claim().
        void publish() noexcept { m_queue.publish(); }

    private:
        friend class RecordWriter;

        explicit Producer(std::size_t records)
            : m_queue(records)
        {
        }

        SpscQueue<model::RequestRecord> m_queue;
    };

    /// Any thread, any time.
    struct Stats
    {
        std::uint64_t linesWritten = 0;
        std::uint64_t linesLost = 0;   // formatted, but the file did not take them
        std::uint64_t writeErrors = 0; // failed write, open or reopen calls
    };

    /// An empty `path`: no file, only recent().
    explicit RecordWriter(std::string path, std::size_t queueRecords = DefaultQueueRecords);
    /// Stops, with a deadline of one second.
    ~RecordWriter();
    RecordWriter(const RecordWriter &) = delete;
    RecordWriter &operator=(const RecordWriter &) = delete;

    /// Before start() only.
    [[nodiscard]] Producer *addProducer();

    /// Before start() only: every exchange whose trace is sampled is offered to `queue`, which must
    /// outlive the thread. What it does not take it counts.
    void setTraceSink(SpanQueue *queue);

    /// Opens the file (parent folders are made) and starts the thread.
    Result<void> start();

    /// Writes what was published before the call, at most until the deadline; then ends the thread.
    /// Waits longer only for a write(2) that the kernel does not return from.
    void stop(std::chrono::milliseconds deadline);

    /// Opens the path again, soon and on the writer's thread: after log rotation (SIGHUP).
    void reopen();

    /// True when everything published before the call is in recent() and handed to the kernel.
    bool flush(std::chrono::milliseconds deadline);

    /// As flush(), but does not wait for the disk: enough for the status pages.
    bool collect(std::chrono::milliseconds deadline);

    [[nodiscard]] const RecentRequests &recent() const noexcept { return m_recent; }

    [[nodiscard]] Stats stats() const noexcept;

private:
    void run();
    std::size_t drain();
    void writeBatch();
    void reopenNow();
    void reportTrouble();
    void noteError(std::string reason);
    /// Asks the thread for a pass over the queues and waits until `reached` says it was made.
    bool await(std::uint64_t RecordWriter::*reached, std::chrono::milliseconds deadline);

    const std::string m_path;
    const std::size_t m_queueRecords;
    std::vector<std::unique_ptr<Producer>> m_producers;
    RecentRequests m_recent;
    SpanQueue *m_traceSink = nullptr;

    // The writer thread's own.
    LogFile m_file;
    std::string m_batch;
    TimestampFormat m_timestamps;
    Cell m_linesWritten, m_linesLost, m_writeErrors;
    std::uint64_t m_reportedErrors = 0;
    std::string m_lastError;
    std::chrono::steady_clock::time_point m_lastReport;

    // Requests to the writer thread and its answers.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_done;
    std::uint64_t m_asked = 0;     // newest flush() or collect()
    std::uint64_t m_collected = 0; // asked and in the ring
    std::uint64_t m_flushed = 0;   // asked and written
    bool m_reopen = false;
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace meridian::observe
