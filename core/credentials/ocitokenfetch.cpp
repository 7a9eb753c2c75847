// SPDX-License-Identifier: MIT
// OCI's tokens that somebody else renews: read again when they change, or before they end.
#include "core/credentials/ocitokenfetch.h"

#include "core/credentials/jwt.h"
#include "core/credentials/sourcefiles.h"
#include "core/credentials/tokenanswer.h"
#include "core/provider/oci/signingkey.h"
#include "core/secrets/boundedfile.h"

#include <utility>

namespace meridian::credentials {

namespace {

tl::unexpected<FetchFailure> refuse(std::string why, bool isRefusal = false)
{
    return tl::unexpected<FetchFailure>(FetchFailure{std::move(why), isRefusal});
}

tl::expected<Secret, FetchFailure> contentsOf(const std::string &path, const Secret &value)
{
    if (path.empty()) {
        return value;
    }
    auto contents = readBoundedFile(path, SourceFiles::MaxBytes);
    if (!contents) {
        return refuse("cannot read " + path + ": " + contents.error().detail);
    }
    return Secret(std::move(*contents));
}

/// A text file ends with a line end.
Secret trimmed(const Secret &secret)
{
    std::string_view text = secret.reveal();
    constexpr std::string_view Blank = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(Blank), text.size()));
    return Secret(text.substr(0, text.find_last_not_of(Blank) + 1));
}

class OciTokenFetch final : public Fetch
{
public:
    OciTokenFetch(const OciTokenPlaces &places, Fetcher::Done done)
        : m_places(places)
        , m_done(std::move(done))
    {
    }

    void begin() override { m_done(readOciToken(m_places)); }

private:
    const OciTokenPlaces m_places;
    const Fetcher::Done m_done;
};

class OciTokenFetcher final : public Fetcher
{
public:
    explicit OciTokenFetcher(OciTokenPlaces places)
        : m_places(std::move(places))
    {
        for (const std::string &path : {m_places.tokenFile, m_places.keyFile}) {
            if (!path.empty()) {
                m_watched.push_back(path);
            }
        }
    }

    [[nodiscard]] std::unique_ptr<Fetch> newFetch(event::Loop &, Done done) override
    {
        return std::make_unique<OciTokenFetch>(m_places, std::move(done));
    }

    [[nodiscard]] const std::string &label() const noexcept override { return m_places.label; }

    [[nodiscard]] std::uint64_t watchedState() const override
    {
        return m_watched.empty() ? 0 : stateOfFiles(m_watched);
    }

private:
    const OciTokenPlaces m_places;
    std::vector<std::string> m_watched;
};

} // namespace

FetchResult readOciToken(const OciTokenPlaces &places)
{
    const auto token = contentsOf(places.tokenFile, places.token);
    const auto pem = contentsOf(places.keyFile, places.key);
    const auto passPhrase = contentsOf(places.passPhraseFile, places.passPhrase);
    for (const auto *part : {&token, &pem, &passPhrase}) {
        if (!*part) {
            return tl::unexpected<FetchFailure>(part->error());
        }
    }
    const Secret text = trimmed(*token);
    const auto end = jwtEnd(text.reveal());
    if (!end) {
        return refuse("the token is no JWT that says when it ends; " + places.cure);
    }
    const auto now = std::chrono::steady_clock::now();
    provider::Credential credential;
    credential.expires = endOfUse(now, *end - now);
    if (credential.expires <= now) {
        return refuse("the token has expired; " + places.cure, true);
    }
    auto key = RsaKey::fromPem(pem->reveal(), trimmed(*passPhrase));
    if (!key) {
        return refuse("the session's key: " + key.error().detail);
    }
    auto signer = provider::oci::SigningKey::forToken(text, std::move(*key));
    if (!signer) {
        return refuse(signer.error().detail);
    }
    credential.signer = std::move(*signer);
    return credential;
}

std::unique_ptr<Fetcher> ociTokenFetcher(OciTokenPlaces places)
{
    return std::make_unique<OciTokenFetcher>(std::move(places));
}

} // namespace meridian::credentials
