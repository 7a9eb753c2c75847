// SPDX-License-Identifier: MIT
// Somebody who waits for a credential, and who may stop waiting.
#pragma once

#include "core/event/loop.h"
#include "core/provider/credential.h"

#include <functional>
#include <memory>
#include <utility>

namespace meridian::credentials {

/// Owned by who waits, on the loop's thread; others hold Reply weakly and look at it on that thread
/// only. Destroyed: the reply is not called.
class PendingReply : public provider::CredentialSource::Waiter
{
public:
    using Ready = std::function<void(Result<provider::CredentialPtr>)>;

    /// Called at most once.
    struct Reply
    {
        Ready ready;

        void tell(const Result<provider::CredentialPtr> &result)
        {
            if (const Ready called = std::exchange(ready, nullptr)) {
                called(result);
            }
        }
    };

    explicit PendingReply(Ready ready)
        : m_reply(std::make_shared<Reply>(Reply{std::move(ready)}))
    {
    }

    /// Tells it later, on `loop`, if somebody still waits then.
    static void
    post(event::Loop &loop, std::weak_ptr<Reply> reply, Result<provider::CredentialPtr> result)
    {
        loop.post([reply = std::move(reply), result = std::move(result)] {
            if (const auto waiting = reply.lock()) {
                waiting->tell(result);
            }
        });
    }

    [[nodiscard]] const std::shared_ptr<Reply> &reply() const noexcept { return m_reply; }

private:
    const std::shared_ptr<Reply> m_reply;
};

} // namespace meridian::credentials
