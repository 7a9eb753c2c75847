// SPDX-License-Identifier: MIT
// Google service accounts: a JWT signed with the key file's key buys an access token.
#include "core/credentials/googlefile.h"
#include "core/credentials/jwt.h"
#include "core/credentials/tokenfetch.h"
#include "core/json/jsonwriter.h"

namespace meridian::credentials {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view GoogleTokenUrl = "https://oauth2.googleapis.com/token";
constexpr std::string_view GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";

struct ServiceAccount
{
    std::string email;
    std::string keyId;
    std::string audience; // the token url of the file, wherever the request is sent
    std::string tokenUrl;
    std::string scope;
    std::string project;
    std::shared_ptr<const RsaKey> key;
};

Result<Secret> assertionOf(const ServiceAccount &account)
{
    constexpr auto Skew = 10s; // our clock may be ahead of Google's
    constexpr auto Life = 1h;  // the longest allowed, counted from iat
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    json::JsonWriter header;
    header.beginObject().string("alg", "RS256").string("typ", "JWT");
    if (!account.keyId.empty()) {
        header.string("kid", account.keyId);
    }
    header.endObject();
    json::JsonWriter claims;
    claims.beginObject().string("iss", account.email).string("scope", account.scope);
    claims.string("aud", account.audience).integer("iat", (now - Skew).count());
    claims.integer("exp", (now - Skew + Life).count()).endObject();
    return signedJwt(header.text(), claims.text(), *account.key);
}

class ServiceAccountFetch final : public TokenFetch
{
public:
    ServiceAccountFetch(event::Loop &loop,
                        Fetcher::Done done,
                        std::shared_ptr<const ServiceAccount> account)
        : TokenFetch(loop, std::move(done), account->project)
        , m_account(std::move(account))
    {
    }

    void begin() override
    {
        const auto assertion = assertionOf(*m_account);
        if (!assertion) {
            fail({assertion.error().detail});
            return;
        }
        postForm(m_account->tokenUrl,
                 formBody({{"grant_type", GrantType}, {"assertion", assertion->reveal()}}),
                 {*assertion});
    }

private:
    const std::shared_ptr<const ServiceAccount> m_account;
};

} // namespace

Result<std::unique_ptr<Fetcher>> serviceAccountFetcher(const GoogleFile &file)
{
    const auto email = file.required("client_email");
    if (!email) {
        return tl::unexpected<Error>(email.error());
    }
    auto pem = file.required("private_key");
    if (!pem) {
        return tl::unexpected<Error>(pem.error());
    }
    const Secret wiped(std::move(*pem));
    auto key = RsaKey::fromPem(wiped.reveal(), file.settings.passPhrase);
    if (!key) {
        return failure(key.error().code, file.name + ": private_key: " + key.error().detail);
    }
    ServiceAccount account{*email,
                           file.json["private_key_id"].text(),
                           file.json["token_uri"].text(),
                           file.settings.tokenUrl,
                           file.settings.scope,
                           file.project,
                           *key};
    if (account.audience.empty()) {
        account.audience = GoogleTokenUrl;
    }
    if (account.tokenUrl.empty()) {
        account.tokenUrl = account.audience;
    }
    if (const auto url = checkTokenUrl(account.tokenUrl, file.name + ": token_uri"); !url) {
        return tl::unexpected<Error>(url.error());
    }
    return std::make_unique<FetcherOf<ServiceAccountFetch, ServiceAccount>>(
        "service account " + *email, std::move(account));
}

} // namespace meridian::credentials
