// SPDX-License-Identifier: MIT
// What a refreshing source's users on all threads share with the attempts on the main thread.
#pragma once

#include "core/credentials/pendingreply.h"
#include "core/credentials/refreshpolicy.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

namespace meridian::credentials {

class Fetcher;
class Refresher;

/// Any thread, where nothing else is said. Waiters are posted to while the lock is held: who has
/// dropped its waiter may end its loop.
class RefreshCore final : public std::enable_shared_from_this<RefreshCore>
{
public:
    RefreshCore(event::Loop &mainLoop, RefreshPolicy policy);
    ~RefreshCore();
    RefreshCore(const RefreshCore &) = delete;
    RefreshCore &operator=(const RefreshCore &) = delete;

    /// Main thread; once.
    void setFetcher(std::unique_ptr<Fetcher> fetcher);

    [[nodiscard]] provider::CredentialPtr current() const noexcept;
    [[nodiscard]] std::unique_ptr<PendingReply> acquire(event::Loop &loop,
                                                        PendingReply::Ready ready);
    void forget(std::uint64_t waiter);
    void invalidate(const provider::CredentialPtr &refused);
    [[nodiscard]] provider::CredentialSource::State state() const;

    /// Has the main thread look whether an attempt is needed.
    void ask();

    /// The source has gone: who waits is told, attempts end.
    void close();

    /// Main thread: no attempt any more; who waits is told.
    void stop();

    // What attempts say; main thread.
    void succeeded(provider::CredentialPtr credential);
    void failed(const Error &error, std::chrono::nanoseconds pause);

    /// Is there no credential, and not because we have just failed?
    [[nodiscard]] bool needsAttempt() const;
    /// Tells who waits although there is a credential: an attempt was quicker than the question.
    void serveWaiters();

private:
    struct Waiting
    {
        event::Loop *loop;
        std::weak_ptr<PendingReply::Reply> reply;
    };

    // with the lock held
    void askMainThread();
    void tellAll(const Result<provider::CredentialPtr> &result);
    void refuseAll();

    event::Loop &m_mainLoop;
    const std::thread::id m_mainThread;
    const RefreshPolicy m_policy;
    std::atomic<provider::CredentialPtr> m_current;
    mutable std::mutex m_lock;
    std::unordered_map<std::uint64_t, Waiting> m_waiting;
    std::uint64_t m_lastWaiter = 0;
    bool m_isAsked = false;       // the main thread has been told and has not looked yet
    bool m_isClosed = false;      // acquire() fails
    bool m_isStopped = false;     // the main loop is not posted to any more
    bool m_renewsRefused = false; // the next one replaces a refused one
    bool m_replacedRefused = false;
    std::chrono::steady_clock::time_point m_gotAt;
    std::chrono::steady_clock::time_point m_pauseEnds; // acquire() fails until then
    int m_failures = 0;
    Error m_lastError;
    std::unique_ptr<Refresher> m_refresher; // main thread only
};

} // namespace meridian::credentials
