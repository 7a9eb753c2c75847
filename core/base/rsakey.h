// SPDX-License-Identifier: MIT
// An RSA private key that signs: Google's JWTs and OCI's requests are both RSA with SHA-256.
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace meridian {

/// Immutable after it is made and shared by pointer; every method may run on any thread at any
/// time. A signature with 2048 bits takes about a millisecond. No error text holds key material.
class RsaKey
{
public:
    /// The smallest and the largest modulus that fromPem() and generate() accept.
    static constexpr int MinimumBits = 1024;
    static constexpr int MaximumBits = 16384;

    /// From PEM text, PKCS#1 or PKCS#8, encrypted or not; what stands around the block is ignored.
    /// An empty pass phrase means none: nobody is ever asked for one at a terminal. Fails with
    /// InvalidConfig.
    [[nodiscard]] static Result<std::shared_ptr<const RsaKey>> fromPem(std::string_view pem,
                                                                       const Secret &passPhrase);

    /// A fresh key, for tests and session keys; 2048 bits take some hundred milliseconds.
    [[nodiscard]] static Result<std::shared_ptr<const RsaKey>> generate(int bits);

    RsaKey(const RsaKey &) = delete;
    RsaKey &operator=(const RsaKey &) = delete;
    ~RsaKey();

    /// RSASSA-PKCS1-v1_5 over SHA-256 of `bytes` (JOSE's RS256): the raw signature.
    [[nodiscard]] Result<std::string> signSha256(std::string_view bytes) const;

    /// MD5 of the DER public key (SubjectPublicKeyInfo) as sixteen hexadecimal pairs with colons:
    /// the name that OCI gives a key. Empty when this OpenSSL refuses MD5 (FIPS).
    [[nodiscard]] std::string fingerprint() const;

    /// SubjectPublicKeyInfo as PEM, for whoever verifies. Empty only when memory ran out.
    [[nodiscard]] std::string publicKeyPem() const;

private:
    explicit RsaKey(evp_pkey_st *key);

    evp_pkey_st *m_key; // owned; OpenSSL counts references to it atomically
};

} // namespace meridian
