// SPDX-License-Identifier: MIT
// A credential that is renewed ahead of time, by one attempt at a time, however many ask.
#pragma once

#include "core/credentials/fetcher.h"
#include "core/credentials/refreshpolicy.h"

#include <memory>

namespace meridian::credentials {

class RefreshCore;

/// Made on the main thread; used and destroyed on any. acquire() is called on the thread of the
/// loop that it names. Attempts run on `mainLoop`, which must outlive the source and have turned
/// once more after it is gone (or: stop() was called). Destroyed: who still waits is told.
class RefreshingSource final : public provider::CredentialSource
{
public:
    RefreshingSource(event::Loop &mainLoop,
                     std::unique_ptr<Fetcher> fetcher,
                     RefreshPolicy policy = {});
    ~RefreshingSource() override;
    RefreshingSource(const RefreshingSource &) = delete;
    RefreshingSource &operator=(const RefreshingSource &) = delete;

    /// Gets the first one now, so that no request waits for it. Main thread.
    void start();

    [[nodiscard]] provider::CredentialPtr current() const noexcept override;
    [[nodiscard]] std::unique_ptr<Waiter>
    acquire(event::Loop &loop, std::function<void(Result<provider::CredentialPtr>)> ready) override;
    void invalidate(const provider::CredentialPtr &refused) override;
    [[nodiscard]] State state() const override;

    /// For who ends them all before `mainLoop` ends (RefreshCore::stop()).
    [[nodiscard]] std::weak_ptr<RefreshCore> core() const noexcept { return m_core; }

private:
    const std::shared_ptr<RefreshCore> m_core;
};

} // namespace meridian::credentials
