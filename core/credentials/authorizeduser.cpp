// SPDX-License-Identifier: MIT
// Google's authorised users: a refresh token, as `gcloud auth application-default login` leaves it.
#include "core/credentials/googlefile.h"
#include "core/credentials/tokenfetch.h"

namespace meridian::credentials {

namespace {

struct AuthorizedUser
{
    std::string tokenUrl;
    std::string project;
    std::string clientId;
    Secret clientSecret;
    Secret refreshToken;
};

class AuthorizedUserFetch final : public TokenFetch
{
public:
    AuthorizedUserFetch(event::Loop &loop,
                        Fetcher::Done done,
                        std::shared_ptr<const AuthorizedUser> user)
        : TokenFetch(loop, std::move(done), user->project)
        , m_user(std::move(user))
    {
    }

    void begin() override
    {
        postForm(m_user->tokenUrl,
                 formBody({{"grant_type", "refresh_token"},
                           {"client_id", m_user->clientId},
                           {"client_secret", m_user->clientSecret.reveal()},
                           {"refresh_token", m_user->refreshToken.reveal()}}),
                 {m_user->clientSecret, m_user->refreshToken});
    }

private:
    const std::shared_ptr<const AuthorizedUser> m_user;
};

} // namespace

Result<std::unique_ptr<Fetcher>> authorizedUserFetcher(const GoogleFile &file)
{
    const auto id = file.required("client_id");
    auto secret = file.required("client_secret");
    auto token = file.required("refresh_token");
    for (const auto *part : {&id, static_cast<const Result<std::string> *>(&secret),
                             static_cast<const Result<std::string> *>(&token)}) {
        if (!*part) {
            return tl::unexpected<Error>(part->error());
        }
    }
    AuthorizedUser user;
    user.tokenUrl = file.settings.tokenUrl;
    if (user.tokenUrl.empty()) {
        user.tokenUrl = file.json["token_uri"].text();
    }
    if (user.tokenUrl.empty()) {
        user.tokenUrl = "https://oauth2.googleapis.com/token";
    }
    user.project = file.project;
    user.clientId = *id;
    user.clientSecret = Secret(std::move(*secret));
    user.refreshToken = Secret(std::move(*token));
    if (const auto url = checkTokenUrl(user.tokenUrl, file.name + ": token_uri"); !url) {
        return tl::unexpected<Error>(url.error());
    }
    return std::make_unique<FetcherOf<AuthorizedUserFetch, AuthorizedUser>>(
        "authorised user of " + file.name, std::move(user));
}

} // namespace meridian::credentials
