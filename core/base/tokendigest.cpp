// SPDX-License-Identifier: MIT
// What is kept of a token that callers present: enough to recognise it, not to read it.
#include "core/base/tokendigest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace meridian {

TokenDigest::TokenDigest(std::string_view token) noexcept
{
    unsigned int size = 0;
    m_isUsable =
        EVP_Digest(token.data(), token.size(), m_bytes.data(), &size, EVP_sha256(), nullptr) == 1 &&
        size == m_bytes.size();
}

bool TokenDigest::matches(std::string_view presented) const noexcept
{
    const TokenDigest other(presented);
    return m_isUsable && other.m_isUsable &&
           CRYPTO_memcmp(m_bytes.data(), other.m_bytes.data(), m_bytes.size()) == 0;
}

} // namespace meridian
