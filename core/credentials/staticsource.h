// SPDX-License-Identifier: MIT
// A credential that does not end: a user's own signing key.
#pragma once

#include "core/credentials/pendingreply.h"

namespace meridian::credentials {

/// Any thread.
class StaticSource final : public provider::CredentialSource
{
public:
    explicit StaticSource(provider::CredentialPtr credential)
        : m_credential(std::move(credential))
    {
    }

    [[nodiscard]] provider::CredentialPtr current() const noexcept override { return m_credential; }

    [[nodiscard]] std::unique_ptr<Waiter>
    acquire(event::Loop &loop, std::function<void(Result<provider::CredentialPtr>)> ready) override
    {
        auto waiter = std::make_unique<PendingReply>(std::move(ready));
        PendingReply::post(loop, waiter->reply(), m_credential);
        return waiter;
    }

    void invalidate(const provider::CredentialPtr &) override {} // there is no other one

    [[nodiscard]] State state() const override
    {
        State state;
        state.validFor = std::chrono::seconds::max();
        return state;
    }

private:
    const provider::CredentialPtr m_credential;
};

} // namespace meridian::credentials
