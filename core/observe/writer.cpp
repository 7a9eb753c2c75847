// SPDX-License-Identifier: MIT
// Takes settled exchanges from the workers and writes the request log, on a thread of its own.
#include "core/observe/writer.h"

#include "core/observe/log.h"

#include <QtGlobal>

#include <algorithm>
#include <system_error>
#include <utility>

namespace meridian::observe {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t BatchBytes = 256 * 1024;
constexpr auto IdlePoll = 25ms;
constexpr auto BusyPoll = 5ms; // when a pass found a queue on its way to full
constexpr auto ReportEvery = 1min;
constexpr auto DestructorDeadline = 1s;

} // namespace

RecordWriter::RecordWriter(std::string path, std::size_t queueRecords)
    : m_path(std::move(path))
    , m_queueRecords(queueRecords)
{
}

RecordWriter::~RecordWriter()
{
    stop(DestructorDeadline);
}

RecordWriter::Producer *RecordWriter::addProducer()
{
    Q_ASSERT(!m_thread.joinable());
    m_producers.push_back(std::unique_ptr<Producer>(new Producer(m_queueRecords)));
    return m_producers.back().get();
}

void RecordWriter::setTraceSink(SpanQueue *queue)
{
    Q_ASSERT(!m_thread.joinable());
    m_traceSink = queue;
}

Result<void> RecordWriter::start()
{
    if (!m_path.empty()) {
        if (auto opened = m_file.open(m_path); !opened) {
            return opened;
        }
        m_batch.reserve(BatchBytes);
    }
    m_stop = false;
    m_thread = std::thread(&RecordWriter::run, this);
    return {};
}

void RecordWriter::stop(std::chrono::milliseconds deadline)
{
    if (!m_thread.joinable()) {
        return;
    }
    flush(deadline);
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void RecordWriter::reopen()
{
    {
        const std::lock_guard lock(m_mutex);
        m_reopen = true;
    }
    m_wake.notify_one();
}

bool RecordWriter::flush(std::chrono::milliseconds deadline)
{
    return await(&RecordWriter::m_flushed, deadline);
}

bool RecordWriter::collect(std::chrono::milliseconds deadline)
{
    return await(&RecordWriter::m_collected, deadline);
}

RecordWriter::Stats RecordWriter::stats() const noexcept
{
    return {m_linesWritten.value(), m_linesLost.value(), m_writeErrors.value()};
}

bool RecordWriter::await(std::uint64_t RecordWriter::*reached, std::chrono::milliseconds deadline)
{
    if (!m_thread.joinable()) {
        return false;
    }
    std::unique_lock lock(m_mutex);
    const std::uint64_t mine = ++m_asked;
    m_wake.notify_one();
    return m_done.wait_for(lock, deadline, [&] { return this->*reached >= mine; });
}

void RecordWriter::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        const std::uint64_t asked = m_asked;
        const bool reopenFirst = std::exchange(m_reopen, false);
        lock.unlock();

        if (reopenFirst) {
            reopenNow();
        }
        const std::size_t longest = drain();

        lock.lock();
        m_collected = asked;
        m_done.notify_all();
        lock.unlock();

        writeBatch();
        reportTrouble();

        lock.lock();
        m_flushed = asked;
        m_done.notify_all();
        const auto pause = longest > m_queueRecords / 8 ? BusyPoll : IdlePoll;
        m_wake.wait_for(lock, pause, [&] { return m_stop || m_reopen || m_asked != asked; });
    }
}

/// One pass over the queues; what is published meanwhile waits for the next. Returns the length of
/// the longest queue it found.
std::size_t RecordWriter::drain()
{
    std::size_t longest = 0;
    for (const auto &producer : m_producers) {
        const std::size_t waiting = producer->m_queue.size();
        longest = std::max(longest, waiting);
        for (std::size_t i = 0; i < waiting; ++i) {
            const model::RequestRecord *record = producer->m_queue.front();
            if (m_file.isOpen()) {
                formatLine(m_batch, *record, m_timestamps);
            }
            m_recent.push(*record);
            if (m_traceSink != nullptr && record->trace.isSampled) {
                m_traceSink->offer(*record);
            }
            producer->m_queue.release();
            if (m_batch.size() > BatchBytes - MaxLineBytes) {
                writeBatch();
            }
        }
    }
    return longest;
}

void RecordWriter::writeBatch()
{
    if (m_batch.empty()) {
        return;
    }
    const LogFile::Outcome outcome = m_file.append(m_batch);
    m_batch.clear();
    m_linesWritten.add(outcome.linesWritten);
    m_linesLost.add(outcome.linesLost);
    if (outcome.error != 0) {
        noteError(std::generic_category().message(outcome.error));
    }
}

void RecordWriter::reopenNow()
{
    if (m_path.empty()) {
        return;
    }
    if (auto opened = m_file.open(m_path); !opened) {
        noteError(opened.error().detail);
    }
}

void RecordWriter::noteError(std::string reason)
{
    m_writeErrors.add();
    m_lastError = std::move(reason);
}

void RecordWriter::reportTrouble()
{
    const std::uint64_t errors = m_writeErrors.value();
    const auto now = Clock::now();
    if (errors == m_reportedErrors || (m_reportedErrors != 0 && now - m_lastReport < ReportEvery)) {
        return;
    }
    qCWarning(lcObserve, "request log path=%s errors=%llu lines_lost=%llu reason=\"%s\"",
              m_path.c_str(), static_cast<unsigned long long>(errors),
              static_cast<unsigned long long>(m_linesLost.value()), m_lastError.c_str());
    m_reportedErrors = errors;
    m_lastReport = now;
}

} // namespace meridian::observe
