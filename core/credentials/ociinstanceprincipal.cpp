// SPDX-License-Identifier: MIT
// OCI instance principals: the machine's certificate buys a token for a session key of our own.
#include "core/base/base64.h"
#include "core/credentials/httpfetch.h"
#include "core/credentials/jwt.h"
#include "core/credentials/leafcertificate.h"
#include "core/credentials/ocisources.h"
#include "core/credentials/tokenanswer.h"
#include "core/credentials/tokenfetch.h"
#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/provider/oci/requestsigner.h"
#include "core/provider/oci/signingkey.h"

#include <algorithm>

namespace meridian::credentials {

namespace {

struct InstancePrincipal
{
    std::string metadataUrl; // …/opc/v2
    std::string region;      // may be empty: asked for
    std::string federation;  // origin of the token service; empty: of the region
};

/// What the three files of the machine and its region say.
struct Machine
{
    Secret key;
    std::string certificate;
    std::string intermediate;
    std::string federation;
};

/// us-phoenix-1, oraclecloud.com: becomes a part of a host's name.
bool isHostPart(std::string_view text)
{
    return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

class InstanceFetch final : public HttpFetch
{
public:
    InstanceFetch(event::Loop &loop,
                  Fetcher::Done done,
                  std::shared_ptr<const InstancePrincipal> principal)
        : HttpFetch(loop, std::move(done))
        , m_principal(std::move(principal))
    {
    }

    void begin() override
    {
        m_machine.federation = m_principal->federation;
        if (m_machine.federation.empty() && !m_principal->region.empty()) {
            setRegion(m_principal->region, "oraclecloud.com");
        }
        if (m_machine.federation.empty()) {
            askRegion();
        } else {
            askCertificate();
        }
    }

private:
    void setRegion(const std::string &region, const std::string &domain)
    {
        m_machine.federation = "https://auth." + region + "." + domain;
    }

    /// `next` gets what the metadata server has under `path`.
    void ask(const std::string &path, std::function<void(const Secret &)> next)
    {
        HttpRequest request{"GET", m_principal->metadataUrl + path, {}, {}};
        request.headers.emplace_back("authorization", Secret(std::string_view("Bearer Oracle")));
        call(std::move(request), [this, path, next = std::move(next)](const HttpAnswer &answer) {
            if (answer.status != 200) {
                fail({"the metadata server answered " + std::to_string(answer.status) + " for " +
                          path,
                      answer.status == 404});
                return;
            }
            next(answer.body);
        });
    }

    void askRegion()
    {
        ask("/instance/regionInfo", [this](const Secret &body) {
            json::Checker checker;
            const auto root = checker.check(body.reveal());
            const std::string region = root ? (*root)["regionIdentifier"].text() : std::string();
            const std::string domain =
                root ? (*root)["realmDomainComponent"].text() : std::string();
            if (!isHostPart(region) || !isHostPart(domain)) {
                fail({"the metadata server does not say the machine's region; configure region"});
                return;
            }
            setRegion(region, domain);
            askCertificate();
        });
    }

    void askCertificate()
    {
        ask("/identity/cert.pem", [this](const Secret &body) {
            m_machine.certificate = body.reveal();
            askKey();
        });
    }

    void askKey()
    {
        ask("/identity/key.pem", [this](const Secret &body) {
            m_machine.key = body;
            askIntermediate();
        });
    }

    void askIntermediate()
    {
        ask("/identity/intermediate.pem", [this](const Secret &body) {
            m_machine.intermediate = body.reveal();
            federate();
        });
    }

    void federate()
    {
        const auto leaf = readLeafCertificate(m_machine.certificate);
        const auto leafKey = RsaKey::fromPem(m_machine.key.reveal(), {});
        // some tenths of a second of the main thread, a few times an hour
        auto session = RsaKey::generate(2048);
        if (!leaf || !leafKey || !session) {
            fail({!leaf      ? leaf.error().detail
                  : !leafKey ? "the machine's key: " + leafKey.error().detail
                             : session.error().detail});
            return;
        }
        m_session = std::move(*session);
        json::JsonWriter body;
        body.beginObject();
        body.string("certificate", pemContents(m_machine.certificate));
        body.string("publicKey", pemContents(m_session->publicKeyPem()));
        body.key("intermediateCertificates").beginArray();
        if (const std::string intermediate = pemContents(m_machine.intermediate);
            !intermediate.empty()) {
            body.string(intermediate);
        }
        body.endArray().string("fingerprintAlgorithm", "SHA256").endObject();
        auto request = signedRequest(*leaf, **leafKey, body.take());
        if (!request) {
            fail({request.error().detail});
            return;
        }
        call(std::move(*request), [this](const HttpAnswer &answer) { haveToken(answer); });
    }

    /// The federation endpoint's own set of headers: the host is not among them.
    Result<HttpRequest>
    signedRequest(const LeafCertificate &leaf, const RsaKey &key, std::string body) const
    {
        const std::string date = provider::oci::httpDate(std::chrono::system_clock::now());
        const std::string digest = base64Encode(sha256(body));
        const std::string text = "date: " + date + "\n(request-target): post /v1/x509" +
                                 "\ncontent-length: " + std::to_string(body.size()) +
                                 "\ncontent-type: application/json\nx-content-sha256: " + digest;
        const auto signature = key.signSha256(text);
        if (!signature) {
            return tl::unexpected<Error>(signature.error());
        }
        std::string authorization = R"(Signature version="1",keyId=")" + leaf.tenancy +
                                    "/fed-x509-sha256/" + leaf.fingerprint +
                                    R"(",algorithm="rsa-sha256",headers="date (request-target) )"
                                    R"(content-length content-type x-content-sha256",signature=")" +
                                    base64Encode(*signature) + "\"";
        HttpRequest request{"POST", m_machine.federation + "/v1/x509", {}, Secret(std::move(body))};
        request.headers.emplace_back("date", Secret(std::string_view(date)));
        request.headers.emplace_back("content-type", Secret(std::string_view("application/json")));
        request.headers.emplace_back("x-content-sha256", Secret(std::string_view(digest)));
        request.headers.emplace_back("authorization", Secret(std::move(authorization)));
        return request;
    }

    void haveToken(const HttpAnswer &answer)
    {
        if (answer.status < 200 || answer.status > 299) {
            fail(failureOf(answer, {m_machine.key}));
            return;
        }
        json::Checker checker;
        const auto root = checker.check(answer.body.reveal());
        const Secret token(root ? (*root)["token"].text() : std::string());
        const auto end = jwtEnd(token.reveal());
        if (!end) {
            fail({"the federation service's answer has no token that says when it ends"});
            return;
        }
        auto signer = provider::oci::SigningKey::forToken(token, m_session);
        if (!signer) {
            fail({signer.error().detail});
            return;
        }
        const auto now = std::chrono::steady_clock::now();
        provider::Credential credential;
        credential.signer = std::move(*signer);
        credential.expires = endOfUse(now, *end - now);
        succeed(std::move(credential));
    }

    const std::shared_ptr<const InstancePrincipal> m_principal;
    Machine m_machine;
    std::shared_ptr<const RsaKey> m_session;
};

} // namespace

Result<std::unique_ptr<Fetcher>>
ociInstancePrincipalFetcher(const model::CredentialSettings &settings, const std::string &region)
{
    InstancePrincipal principal;
    principal.metadataUrl = environmentValue("OCI_METADATA_BASE_URL");
    if (principal.metadataUrl.empty()) {
        principal.metadataUrl = "http://169.254.169.254/opc/v2";
    }
    if (const auto url = config::parseEndpointUrl(principal.metadataUrl); !url) {
        return failure(ErrorCode::InvalidConfig, "OCI_METADATA_BASE_URL: the url " + url.error());
    }
    while (principal.metadataUrl.ends_with('/')) {
        principal.metadataUrl.pop_back();
    }
    if (!region.empty() && !isHostPart(region)) {
        return failure(ErrorCode::InvalidConfig, "region is no region's name");
    }
    principal.region = region;
    if (!settings.tokenUrl.empty()) {
        if (const auto url = checkTokenUrl(settings.tokenUrl, "credentials.token_url"); !url) {
            return tl::unexpected<Error>(url.error());
        }
        principal.federation = originOf(settings.tokenUrl);
    }
    return std::make_unique<FetcherOf<InstanceFetch, InstancePrincipal>>("OCI instance principal",
                                                                         std::move(principal));
}

} // namespace meridian::credentials
