// SPDX-License-Identifier: MIT
// Decides when an attempt at a credential is made, and makes one at a time.
#include "core/credentials/refresher.h"

#include "core/credentials/log.h"
#include "core/credentials/refreshcore.h"

#include <algorithm>

namespace meridian::credentials {

Refresher::Refresher(event::Loop &loop,
                     RefreshCore &core,
                     std::unique_ptr<Fetcher> fetcher,
                     RefreshPolicy policy)
    : m_loop(loop)
    , m_core(core)
    , m_policy(policy)
    , m_fetcher(std::move(fetcher))
    , m_next(loop.timers(), [this] { attempt(); })
    , m_deadline(
          loop.timers(),
          [this] {
              ended(tl::unexpected<FetchFailure>(FetchFailure{"no answer within the deadline"}));
          })
    , m_watch(loop.timers(), [this] { watch(); })
{
}

Refresher::~Refresher() = default;

void Refresher::look()
{
    if (m_fetch) {
        return; // its end tells everybody
    }
    if (m_core.needsAttempt()) {
        attempt();
    } else {
        m_core.serveWaiters(); // in a pause: the next attempt does
    }
}

void Refresher::attempt()
{
    if (m_fetch) {
        return;
    }
    m_next.stop();
    m_watched = m_fetcher->watchedState(); // before: a change during the attempt is seen later
    m_deadline.start(m_policy.attempt);
    m_fetch = m_fetcher->newFetch(m_loop, [this](FetchResult result) { ended(std::move(result)); });
    m_fetch->begin();
}

void Refresher::ended(FetchResult result)
{
    m_loop.deleteLater(std::move(m_fetch));
    m_deadline.stop();
    const auto now = std::chrono::steady_clock::now();
    if (result && result->expires <= now) {
        result = tl::unexpected<FetchFailure>(FetchFailure{"what was got has expired already"});
    }
    const char *label = m_fetcher->label().c_str();
    if (result) {
        const auto expires = result->expires;
        if (expires != std::chrono::steady_clock::time_point::max()) {
            m_next.start(RefreshPolicy::renewAfter(expires - now));
        }
        if (m_failures > 0) {
            qCInfo(lcCredentials, "credential=\"%s\" renewed after %d failures", label, m_failures);
        }
        m_failures = 0;
        m_core.succeeded(std::make_shared<const provider::Credential>(std::move(*result)));
    } else {
        const FetchFailure &failure = result.error();
        ++m_failures;
        // a server's "retry after 0 s" is no licence to hammer
        const std::chrono::nanoseconds pause =
            failure.isRefusal
                ? m_policy.retry.longestDelay
                : std::max(m_policy.retry.delay(m_failures, failure.retryAfter),
                           std::chrono::nanoseconds(m_policy.retry.firstDelay * 4 / 5));
        m_next.start(pause);
        qCWarning(lcCredentials, "credential=\"%s\" failures=%d next_try_ms=%lld: %s", label,
                  m_failures,
                  static_cast<long long>(
                      std::chrono::duration_cast<std::chrono::milliseconds>(pause).count()),
                  failure.detail.c_str());
        m_core.failed({failure.isRefusal ? ErrorCode::InvalidConfig : ErrorCode::ConnectFailed,
                       m_fetcher->label() + ": " + failure.detail},
                      pause);
    }
    if (m_watched != 0) {
        m_watch.start(m_policy.watch);
    }
}

void Refresher::watch()
{
    if (m_fetcher->watchedState() != m_watched) {
        attempt();
        return;
    }
    m_watch.start(m_policy.watch);
}

} // namespace meridian::credentials
