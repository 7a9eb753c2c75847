// SPDX-License-Identifier: MIT
// Google's metadata server: a token of the machine's service account, and the project's name.
#include "core/credentials/googlefile.h"
#include "core/credentials/tokenfetch.h"

#include <algorithm>

namespace meridian::credentials {

namespace {

struct MetadataServer
{
    std::string tokenUrl;
    std::string projectUrl;
};

/// Letters, digits and `-`; old ones hold `.` and `:` (example.com:project).
bool isProjectId(std::string_view text)
{
    constexpr std::size_t Longest = 128;
    return !text.empty() && text.size() <= Longest &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                      c == ':';
           });
}

class MetadataFetch final : public TokenFetch
{
public:
    MetadataFetch(event::Loop &loop,
                  Fetcher::Done done,
                  std::shared_ptr<const MetadataServer> server)
        : TokenFetch(loop, std::move(done), environmentValue("GOOGLE_CLOUD_PROJECT"))
        , m_server(std::move(server))
    {
    }

    void begin() override
    {
        call(requestTo(m_server->tokenUrl), [this, asked = now()](const HttpAnswer &answer) {
            if (answer.status == 404) {
                fail(
                    {"the metadata server answered 404: the machine has no service account", true});
                return;
            }
            m_token = readTokenAnswer(answer, asked, {});
            if (!m_token || !m_project.empty()) {
                finish(std::move(m_token));
            } else {
                askProject();
            }
        });
    }

private:
    static HttpRequest requestTo(const std::string &url)
    {
        return {"GET", url, {{"metadata-flavor", Secret(std::string_view("Google"))}}, {}};
    }

    void askProject()
    {
        // a token without it is still of use to who has configured the project
        tryCall(requestTo(m_server->projectUrl), [this](const HttpAnswer &answer) {
            if (answer.status == 200 && isProjectId(answer.body.reveal())) {
                m_project = answer.body.reveal();
            }
            finish(std::move(m_token));
        });
    }

    const std::shared_ptr<const MetadataServer> m_server;
    TokenResult m_token;
};

} // namespace

Result<std::unique_ptr<Fetcher>> metadataServerFetcher(const model::CredentialSettings &settings)
{
    std::string host = environmentValue("GCE_METADATA_HOST");
    if (host.empty()) {
        host = "metadata.google.internal";
    }
    // in clear by nature: it is of the machine itself, and nothing secret is sent
    std::string origin = "http://" + host;
    MetadataServer server;
    server.tokenUrl = origin + "/computeMetadata/v1/instance/service-accounts/default/token";
    if (!settings.tokenUrl.empty()) {
        server.tokenUrl = settings.tokenUrl;
        origin = originOf(settings.tokenUrl);
    }
    server.projectUrl = origin + "/computeMetadata/v1/project/project-id";
    if (const auto url = config::parseEndpointUrl(server.tokenUrl); !url) {
        return failure(ErrorCode::InvalidConfig,
                       "the metadata server's address (GCE_METADATA_HOST): the url " + url.error());
    }
    return std::make_unique<FetcherOf<MetadataFetch, MetadataServer>>("metadata server",
                                                                      std::move(server));
}

} // namespace meridian::credentials
