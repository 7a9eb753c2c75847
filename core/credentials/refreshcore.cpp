// SPDX-License-Identifier: MIT
// What a refreshing source's users on all threads share with the attempts on the main thread.
#include "core/credentials/refreshcore.h"

#include "core/credentials/refresher.h"

#include <utility>

namespace meridian::credentials {

namespace {

using provider::CredentialPtr;
using std::chrono::steady_clock;

/// A waiter with an end of its own: the main thread may be busy.
class RefreshWaiter final : public PendingReply, private event::TimerClient
{
public:
    RefreshWaiter(event::Loop &loop, Ready ready)
        : PendingReply(std::move(ready))
        , m_deadline(loop.timers(), *this)
    {
    }

    ~RefreshWaiter() override
    {
        if (m_core) {
            m_core->forget(m_id);
        }
    }

    RefreshWaiter(const RefreshWaiter &) = delete;
    RefreshWaiter &operator=(const RefreshWaiter &) = delete;

    void wait(std::shared_ptr<RefreshCore> core, std::uint64_t id, std::chrono::nanoseconds span)
    {
        m_core = std::move(core);
        m_id = id;
        m_deadline.start(span);
    }

private:
    void onTimer() noexcept override
    {
        m_core->forget(m_id);
        const auto kept = reply(); // this may be destroyed by what it tells
        kept->tell(failure(ErrorCode::ConnectFailed, "no credential within the deadline"));
    }

    std::shared_ptr<RefreshCore> m_core;
    std::uint64_t m_id = 0;
    event::Timer m_deadline;
};

} // namespace

RefreshCore::RefreshCore(event::Loop &mainLoop, RefreshPolicy policy)
    : m_mainLoop(mainLoop)
    , m_mainThread(std::this_thread::get_id())
    , m_policy(policy)
{
}

RefreshCore::~RefreshCore() = default;

void RefreshCore::setFetcher(std::unique_ptr<Fetcher> fetcher)
{
    m_refresher = std::make_unique<Refresher>(m_mainLoop, *this, std::move(fetcher), m_policy);
}

CredentialPtr RefreshCore::current() const noexcept
{
    CredentialPtr credential = m_current.load();
    if (credential && credential->expires <= steady_clock::now()) {
        return nullptr;
    }
    return credential;
}

std::unique_ptr<PendingReply> RefreshCore::acquire(event::Loop &loop, PendingReply::Ready ready)
{
    auto waiter = std::make_unique<RefreshWaiter>(loop, std::move(ready));
    const std::scoped_lock lock(m_lock);
    if (m_isClosed) {
        PendingReply::post(loop, waiter->reply(), tl::unexpected<Error>(m_lastError));
    } else if (CredentialPtr credential = current()) {
        PendingReply::post(loop, waiter->reply(), std::move(credential));
    } else if (steady_clock::now() < m_pauseEnds) {
        PendingReply::post(loop, waiter->reply(), tl::unexpected<Error>(m_lastError));
    } else {
        const std::uint64_t id = ++m_lastWaiter;
        m_waiting.emplace(id, Waiting{&loop, waiter->reply()});
        waiter->wait(shared_from_this(), id, m_policy.wait);
        askMainThread();
    }
    return waiter;
}

void RefreshCore::ask()
{
    const std::scoped_lock lock(m_lock);
    askMainThread();
}

void RefreshCore::askMainThread()
{
    if (m_isStopped || std::exchange(m_isAsked, true)) {
        return;
    }
    m_mainLoop.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || !self->m_refresher) {
            return;
        }
        {
            const std::scoped_lock lock(self->m_lock);
            self->m_isAsked = false;
        }
        self->m_refresher->look();
    });
}

void RefreshCore::forget(std::uint64_t waiter)
{
    const std::scoped_lock lock(m_lock);
    m_waiting.erase(waiter);
}

void RefreshCore::invalidate(const CredentialPtr &refused)
{
    if (!refused) {
        return;
    }
    const std::scoped_lock lock(m_lock);
    if (m_current.load() != refused || m_isClosed) {
        return; // renewed meanwhile
    }
    if (m_replacedRefused && steady_clock::now() - m_gotAt < m_policy.refusedAgain) {
        return;
    }
    m_current.store(nullptr);
    m_renewsRefused = true;
    askMainThread();
}

provider::CredentialSource::State RefreshCore::state() const
{
    provider::CredentialSource::State state;
    const CredentialPtr credential = current();
    const std::scoped_lock lock(m_lock);
    if (credential) {
        state.validFor = std::chrono::duration_cast<std::chrono::seconds>(credential->expires -
                                                                          steady_clock::now());
    }
    state.failures = m_failures;
    state.lastError = m_lastError.detail;
    return state;
}

bool RefreshCore::needsAttempt() const
{
    const std::scoped_lock lock(m_lock);
    return !current() && steady_clock::now() >= m_pauseEnds;
}

void RefreshCore::serveWaiters()
{
    const std::scoped_lock lock(m_lock);
    if (CredentialPtr credential = current()) {
        tellAll(std::move(credential));
    }
}

void RefreshCore::succeeded(CredentialPtr credential)
{
    const std::scoped_lock lock(m_lock);
    m_current.store(credential);
    m_gotAt = steady_clock::now();
    m_replacedRefused = std::exchange(m_renewsRefused, false);
    m_pauseEnds = {};
    m_failures = 0;
    m_lastError = {};
    tellAll(std::move(credential));
}

void RefreshCore::failed(const Error &error, std::chrono::nanoseconds pause)
{
    const std::scoped_lock lock(m_lock);
    m_pauseEnds = steady_clock::now() + pause;
    ++m_failures;
    m_lastError = error;
    tellAll(tl::unexpected<Error>(error));
}

void RefreshCore::tellAll(const Result<CredentialPtr> &result)
{
    for (auto &[id, waiting] : m_waiting) {
        PendingReply::post(*waiting.loop, std::move(waiting.reply), result);
    }
    m_waiting.clear();
}

void RefreshCore::refuseAll()
{
    m_isClosed = true;
    m_lastError = {ErrorCode::Internal, "these credentials are no longer in use"};
    tellAll(tl::unexpected<Error>(m_lastError));
}

void RefreshCore::close()
{
    if (std::this_thread::get_id() == m_mainThread) {
        stop();
        return;
    }
    const std::scoped_lock lock(m_lock);
    refuseAll();
    if (!std::exchange(m_isStopped, true)) {
        // its timers and sockets are the main thread's
        m_mainLoop.post([self = shared_from_this()] { self->m_refresher.reset(); });
    }
}

void RefreshCore::stop()
{
    {
        const std::scoped_lock lock(m_lock);
        refuseAll();
        m_isStopped = true;
    }
    m_refresher.reset();
}

} // namespace meridian::credentials
