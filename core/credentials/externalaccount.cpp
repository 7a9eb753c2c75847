// SPDX-License-Identifier: MIT
// Google's workload identity federation: another issuer's token buys one of Google's.
#include "core/base/base64.h"
#include "core/credentials/googlefile.h"
#include "core/credentials/tokenfetch.h"
#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/secrets/boundedfile.h"

#include <algorithm>

namespace meridian::credentials {

namespace {

constexpr std::string_view Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view AccessToken = "urn:ietf:params:oauth:token-type:access_token";
constexpr std::string_view CloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

struct ExternalAccount
{
    std::string name;
    std::string project;
    std::string audience;
    std::string tokenType;
    std::string stsUrl;
    std::string scope;
    std::string options; // of the exchange; may be empty
    Secret basic;        // the client's own authorization; may be empty
    std::string impersonationUrl;
    std::int64_t lifetime = 3600; // of an impersonated token, seconds
    std::string subjectFile;
    std::string subjectUrl;
    std::vector<std::pair<std::string, Secret>> subjectHeaders;
    std::string subjectField; // empty: the whole text
};

class ExternalAccountFetch final : public TokenFetch
{
public:
    ExternalAccountFetch(event::Loop &loop,
                         Fetcher::Done done,
                         std::shared_ptr<const ExternalAccount> account)
        : TokenFetch(loop, std::move(done), account->project)
        , m_account(std::move(account))
    {
    }

    void begin() override
    {
        if (m_account->subjectUrl.empty()) {
            auto text = readBoundedFile(m_account->subjectFile, SourceFiles::MaxBytes);
            if (!text) {
                fail({"the subject token: cannot read " + m_account->subjectFile + ": " +
                      text.error().detail});
                return;
            }
            haveSubject(Secret(std::move(*text)));
            return;
        }
        call({"GET", m_account->subjectUrl, m_account->subjectHeaders, {}},
             [this](const HttpAnswer &answer) {
                 if (answer.status != 200) {
                     fail({"the subject token's server answered " + std::to_string(answer.status)});
                     return;
                 }
                 haveSubject(answer.body);
             });
    }

private:
    void haveSubject(const Secret &text)
    {
        std::string_view token = text.reveal();
        Secret field;
        if (!m_account->subjectField.empty()) {
            json::Checker checker;
            if (const auto root = checker.check(token)) {
                field = Secret((*root)[m_account->subjectField].text());
            }
            token = field.reveal();
        }
        constexpr std::string_view Blank = " \t\r\n";
        const std::size_t begin = std::min(token.find_first_not_of(Blank), token.size());
        token.remove_prefix(begin);
        token = token.substr(0, token.find_last_not_of(Blank) + 1);
        if (!isHeaderToken(token)) {
            fail({m_account->subjectField.empty()
                      ? std::string("the subject token is no token")
                      : "the subject token has no field " + m_account->subjectField});
            return;
        }
        exchange(Secret(token));
    }

    void exchange(const Secret &subject)
    {
        const bool isImpersonated = !m_account->impersonationUrl.empty();
        std::vector<std::pair<std::string_view, std::string_view>> fields{
            {"grant_type", Exchange},
            {"audience", m_account->audience},
            {"scope", isImpersonated ? CloudPlatform : m_account->scope},
            {"requested_token_type", AccessToken},
            {"subject_token", subject.reveal()},
            {"subject_token_type", m_account->tokenType}};
        if (!m_account->options.empty()) {
            fields.emplace_back("options", m_account->options);
        }
        HttpRequest request = formRequest(m_account->stsUrl, formBody(fields));
        if (!m_account->basic.isEmpty()) {
            request.headers.emplace_back("authorization", m_account->basic);
        }
        std::vector<Secret> secrets{subject, m_account->basic};
        call(std::move(request),
             [this, asked = now(), secrets = std::move(secrets)](const HttpAnswer &answer) {
                 TokenResult token = readTokenAnswer(answer, asked, secrets);
                 if (!token || m_account->impersonationUrl.empty()) {
                     finish(std::move(token));
                 } else {
                     impersonate(token->text);
                 }
             });
    }

    void impersonate(const Secret &token)
    {
        json::JsonWriter body;
        body.beginObject().key("scope").beginArray().string(m_account->scope).endArray();
        body.string("lifetime", std::to_string(m_account->lifetime) + "s").endObject();
        HttpRequest request{"POST", m_account->impersonationUrl, {}, Secret(body.take())};
        request.headers.emplace_back("content-type", Secret(std::string_view("application/json")));
        request.headers.emplace_back("authorization",
                                     Secret("Bearer " + std::string(token.reveal())));
        call(std::move(request), [this, asked = now(), token](const HttpAnswer &answer) {
            finish(readImpersonationAnswer(answer, asked, {token}));
        });
    }

    const std::shared_ptr<const ExternalAccount> m_account;
};

/// Visible characters, inner spaces: what may stand in a header of a request.
bool isHeaderText(std::string_view text, bool isName)
{
    return !text.empty() && text.size() <= 8192 &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return c > 0x20 ? c < 0x7f && !(isName && c == ':') : c == ' ' && !isName;
           });
}

Result<void> readSubject(const GoogleFile &file, ExternalAccount &account)
{
    const auto refuse = [&](const std::string &why) -> Result<void> {
        return failure(ErrorCode::InvalidConfig, file.name + ": credential_source: " + why);
    };
    const json::Value source = file.json["credential_source"];
    account.subjectFile = expandHome(source["file"].text());
    account.subjectUrl = source["url"].text();
    if (account.subjectFile.empty() == account.subjectUrl.empty()) {
        return refuse("must have either file or url; others (AWS, executables, certificates) are "
                      "not supported");
    }
    if (!source["environment_id"].isAbsent()) {
        return refuse("AWS is not supported");
    }
    if (!account.subjectUrl.empty()) {
        // in clear is fine: cloud metadata servers speak plain HTTP
        if (const auto url = config::parseEndpointUrl(account.subjectUrl); !url) {
            return refuse("url " + url.error());
        }
    }
    if (!account.subjectFile.empty()) {
        if (const auto text = readBoundedFile(account.subjectFile, SourceFiles::MaxBytes); !text) {
            return refuse("cannot read " + account.subjectFile + ": " + text.error().detail +
                          "; the subject token has to be there before the gateway is");
        }
    }
    bool areSound = true;
    source["headers"].members([&](const json::Value &name, const json::Value &value) {
        Secret text(value.text());
        areSound =
            areSound && isHeaderText(name.text(), true) && isHeaderText(text.reveal(), false);
        account.subjectHeaders.emplace_back(name.text(), std::move(text));
    });
    if (!areSound) {
        return refuse("headers hold what no header can hold");
    }
    const json::Value format = source["format"];
    if (format["type"].is("json")) {
        account.subjectField = format["subject_token_field_name"].text();
        if (account.subjectField.empty()) {
            return refuse("format is json without subject_token_field_name");
        }
    } else if (!format["type"].isAbsent() && !format["type"].is("text")) {
        return refuse("format is neither text nor json");
    }
    return {};
}

} // namespace

Result<std::unique_ptr<Fetcher>> externalAccountFetcher(const GoogleFile &file)
{
    ExternalAccount account;
    account.name = file.name;
    account.project = file.project;
    account.scope = file.settings.scope;
    for (const auto &[member, target] :
         {std::pair{"audience", &account.audience}, {"subject_token_type", &account.tokenType}}) {
        auto text = file.required(member);
        if (!text) {
            return tl::unexpected<Error>(text.error());
        }
        *target = std::move(*text);
    }
    account.stsUrl = file.settings.tokenUrl;
    if (account.stsUrl.empty()) {
        account.stsUrl = file.json["token_url"].text();
    }
    if (account.stsUrl.empty()) {
        account.stsUrl = "https://sts.googleapis.com/v1/token";
    }
    account.impersonationUrl = file.json["service_account_impersonation_url"].text();
    for (const std::string &url : {account.stsUrl, account.impersonationUrl}) {
        const auto checked = url.empty() ? Result<void>() : checkTokenUrl(url, file.name);
        if (!checked) {
            return tl::unexpected<Error>(checked.error());
        }
    }
    const auto lifetime =
        file.json["service_account_impersonation"]["token_lifetime_seconds"].integer();
    account.lifetime = std::clamp<std::int64_t>(lifetime.value_or(3600), 600, 43200);
    const std::string clientId = file.json["client_id"].text();
    if (!clientId.empty()) {
        const Secret pair(clientId + ":" + file.json["client_secret"].text());
        account.basic = Secret("Basic " + base64Encode(pair.reveal()));
    } else if (const json::Value project = file.json["workforce_pool_user_project"];
               project.isString()) {
        json::JsonWriter options;
        options.beginObject().string("userProject", project.text()).endObject();
        account.options = options.take();
    }
    if (const auto subject = readSubject(file, account); !subject) {
        return tl::unexpected<Error>(subject.error());
    }
    return std::make_unique<FetcherOf<ExternalAccountFetch, ExternalAccount>>(
        "workload federation of " + file.name, std::move(account));
}

} // namespace meridian::credentials
