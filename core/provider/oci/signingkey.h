// SPDX-License-Identifier: MIT
// The key that OCI requests are signed with, and the name that OCI knows it by.
#pragma once

#include "core/base/result.h"
#include "core/base/rsakey.h"
#include "core/base/secret.h"

#include <memory>
#include <string>
#include <string_view>

namespace meridian::provider::oci {

/// Immutable, shared by pointer; every method on any thread. Two signatures of the same bytes are
/// equal.
class SigningKey
{
public:
    /// Of a user: keyId `tenancy/user/fingerprint`. An empty fingerprint is derived from the key;
    /// one that is not the key's is refused, because OCI would only answer "NotAuthenticated".
    /// Fails with InvalidConfig.
    [[nodiscard]] static Result<std::shared_ptr<const SigningKey>>
    forUser(std::string_view tenancy,
            std::string_view user,
            std::string_view fingerprint,
            std::string_view pem,
            const Secret &passPhrase);

    /// Of a session, an instance or a resource: keyId `ST$token`, signed with the session's key.
    /// Fails with InvalidConfig when the token cannot stand in a header.
    [[nodiscard]] static Result<std::shared_ptr<const SigningKey>>
    forToken(const Secret &token, std::shared_ptr<const RsaKey> key);

    /// For the Authorization header only: with a token it is no less a secret than the key.
    [[nodiscard]] std::string_view keyId() const noexcept { return m_keyId.reveal(); }

    /// Of the key, as RsaKey::fingerprint() says it.
    [[nodiscard]] std::string fingerprint() const { return m_key->fingerprint(); }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `bytes`, in base64.
    [[nodiscard]] Result<std::string> sign(std::string_view bytes) const;

private:
    SigningKey(Secret keyId, std::shared_ptr<const RsaKey> key)
        : m_keyId(std::move(keyId))
        , m_key(std::move(key))
    {
    }

    Secret m_keyId;
    std::shared_ptr<const RsaKey> m_key; // never null
};

} // namespace meridian::provider::oci
