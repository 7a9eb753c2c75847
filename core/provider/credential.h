// SPDX-License-Identifier: MIT
// What a backend's requests prove themselves with, where that is more than a fixed key.
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/event/loop.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace meridian::provider {

namespace oci {
class SigningKey;
} // namespace oci

/// One credential as it is used; immutable.
struct Credential
{
    Secret bearer;                                  // Authorization: Bearer …; empty: signs
    std::shared_ptr<const oci::SigningKey> signer;  // OCI; may be null
    std::string project;                            // Google: of the key file; may be empty
    std::chrono::steady_clock::time_point expires = // not used from then on
        std::chrono::steady_clock::time_point::max();
};

using CredentialPtr = std::shared_ptr<const Credential>;

/// A credential that expires and is renewed in the background, ahead of time. Any thread.
class CredentialSource
{
public:
    virtual ~CredentialSource() = default;

    /// The one to use now; null: acquire() one. A few instructions while there is one.
    [[nodiscard]] virtual CredentialPtr current() const noexcept = 0;

    /// Who waits; dropped = does not want to be called any more (from the loop's thread only).
    class Waiter
    {
    public:
        virtual ~Waiter() = default;
    };

    /// `ready` is called once, later, on `loop`'s thread, with a credential or why there is none
    /// (never a secret in it). However many wait, one renewal is under way. Every wait has an end.
    [[nodiscard]] virtual std::unique_ptr<Waiter>
    acquire(event::Loop &loop, std::function<void(Result<CredentialPtr>)> ready) = 0;

    /// The provider refused `refused`: it is renewed before anybody uses the source again, unless
    /// it has been meanwhile.
    virtual void invalidate(const CredentialPtr &refused) = 0;

    /// Seconds until current() ends, and how often renewing has failed in a row: for status.
    struct State
    {
        std::chrono::seconds validFor{0};
        int failures = 0;
        std::string lastError; // never a secret
    };

    [[nodiscard]] virtual State state() const = 0;
};

} // namespace meridian::provider
