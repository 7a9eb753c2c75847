// SPDX-License-Identifier: MIT
#include "core/provider/oci/signingkey.h"

#include "core/base/base64.h"

#include <algorithm>

namespace meridian::provider::oci {

namespace {

/// May it stand between quotes in a header's value?
bool fitsHeader(std::string_view text) noexcept
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '\\'; });
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return out;
}

} // namespace

Result<std::shared_ptr<const SigningKey>> SigningKey::forUser(std::string_view tenancy,
                                                              std::string_view user,
                                                              std::string_view fingerprint,
                                                              std::string_view pem,
                                                              const Secret &passPhrase)
{
    if (tenancy.empty() || user.empty()) {
        return failure(ErrorCode::InvalidConfig, "OCI credentials need a tenancy and a user");
    }
    auto key = RsaKey::fromPem(pem, passPhrase);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    const std::string derived = (*key)->fingerprint();
    const std::string wanted = lowered(fingerprint);
    if (!derived.empty() && !wanted.empty() && derived != wanted) {
        return failure(ErrorCode::InvalidConfig, "the fingerprint " + wanted +
                                                     " is not that of the private key, which is " +
                                                     derived);
    }
    const std::string &name = wanted.empty() ? derived : wanted;
    if (name.empty()) {
        return failure(ErrorCode::InvalidConfig,
                       "OCI credentials need a fingerprint: this machine's OpenSSL has no MD5");
    }
    std::string keyId(tenancy);
    keyId.append("/").append(user).append("/").append(name);
    if (!fitsHeader(keyId)) {
        return failure(ErrorCode::InvalidConfig,
                       "tenancy, user and fingerprint may not hold spaces, quotes or controls");
    }
    return std::shared_ptr<const SigningKey>(
        new SigningKey(Secret(std::move(keyId)), std::move(*key)));
}

Result<std::shared_ptr<const SigningKey>> SigningKey::forToken(const Secret &token,
                                                               std::shared_ptr<const RsaKey> key)
{
    if (key == nullptr || token.isEmpty() || !fitsHeader(token.reveal())) {
        return failure(ErrorCode::InvalidConfig, "the OCI security token is not one");
    }
    std::string keyId("ST$");
    keyId.append(token.reveal());
    return std::shared_ptr<const SigningKey>(
        new SigningKey(Secret(std::move(keyId)), std::move(key)));
}

Result<std::string> SigningKey::sign(std::string_view bytes) const
{
    const auto signature = m_key->signSha256(bytes);
    if (!signature) {
        return tl::unexpected<Error>(signature.error());
    }
    return base64Encode(*signature);
}

} // namespace meridian::provider::oci
