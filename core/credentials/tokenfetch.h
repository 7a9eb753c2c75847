// SPDX-License-Identifier: MIT
// Attempts that end with a bearer token.
#pragma once

#include "core/credentials/httpfetch.h"
#include "core/credentials/tokenanswer.h"

#include <string>
#include <utility>

namespace meridian::credentials {

/// Base of attempts that know what to do with a token, or with none.
class TokenFetch : public HttpFetch
{
public:
    TokenFetch(event::Loop &loop, Fetcher::Done done, std::string project)
        : HttpFetch(loop, std::move(done))
        , m_project(std::move(project))
    {
    }

protected:
    using Time = std::chrono::steady_clock::time_point;

    [[nodiscard]] static Time now() noexcept { return std::chrono::steady_clock::now(); }

    /// A POST of form fields to `url`, whose answer is the token wanted.
    void postForm(const std::string &url, Secret form, std::vector<Secret> secrets)
    {
        call(formRequest(url, std::move(form)),
             [this, asked = now(), secrets = std::move(secrets)](const HttpAnswer &answer) {
                 finish(readTokenAnswer(answer, asked, secrets));
             });
    }

    [[nodiscard]] static HttpRequest formRequest(const std::string &url, Secret form)
    {
        return {"POST",
                url,
                {{"content-type", Secret(std::string_view("application/x-www-form-urlencoded"))}},
                std::move(form)};
    }

    void finish(TokenResult token)
    {
        if (!token) {
            fail(std::move(token.error()));
            return;
        }
        provider::Credential credential;
        credential.bearer = std::move(token->text);
        credential.project = m_project;
        credential.expires = token->expires;
        succeed(std::move(credential));
    }

    std::string m_project;
};

/// A fetcher with a name and the data that its attempts share.
template <typename FetchType, typename Data>
class FetcherOf final : public Fetcher
{
public:
    FetcherOf(std::string label, Data data)
        : m_label(std::move(label))
        , m_data(std::make_shared<const Data>(std::move(data)))
    {
    }

    [[nodiscard]] std::unique_ptr<Fetch> newFetch(event::Loop &loop, Done done) override
    {
        return std::make_unique<FetchType>(loop, std::move(done), m_data);
    }

    [[nodiscard]] const std::string &label() const noexcept override { return m_label; }

private:
    const std::string m_label;
    const std::shared_ptr<const Data> m_data;
};

} // namespace meridian::credentials
