// SPDX-License-Identifier: MIT
// OCI: a user's own signing key.
#include "core/credentials/ociprofile.h"
#include "core/credentials/ocisources.h"
#include "core/provider/oci/signingkey.h"

namespace meridian::credentials {

namespace {

constexpr std::string_view Cure = "give the path of the private key (PEM) whose public half is "
                                  "registered with the user";

Result<provider::CredentialPtr> credentialOf(const std::string &where,
                                             const std::string &tenancy,
                                             const std::string &user,
                                             const std::string &fingerprint,
                                             const Secret &pem,
                                             const Secret &passPhrase)
{
    auto key =
        provider::oci::SigningKey::forUser(tenancy, user, fingerprint, pem.reveal(), passPhrase);
    if (!key) {
        return failure(key.error().code, where + ": " + key.error().detail);
    }
    auto credential = std::make_shared<provider::Credential>();
    credential->signer = std::move(*key);
    return credential;
}

Result<provider::CredentialPtr> fromSettings(const model::CredentialSettings &settings,
                                             SourceFiles &files)
{
    const std::string where = "credentials of " + settings.user;
    if (settings.user.empty() || settings.tenancy.empty()) {
        return failure(ErrorCode::InvalidConfig,
                       "credentials: user and tenancy go together, both as OCIDs");
    }
    Secret pem = settings.key;
    if (pem.isEmpty()) {
        if (settings.keyFile.empty()) {
            return failure(ErrorCode::InvalidConfig,
                           where + ": neither key nor key_file is given; " + std::string(Cure));
        }
        auto read = files.read(expandHome(settings.keyFile), where, Cure);
        if (!read) {
            return tl::unexpected<Error>(read.error());
        }
        pem = std::move(*read);
    }
    return credentialOf(where, settings.tenancy, settings.user, settings.fingerprint, pem,
                        settings.passPhrase);
}

} // namespace

Result<provider::CredentialPtr> ociApiKey(const model::CredentialSettings &settings,
                                          SourceFiles &files)
{
    if (!settings.user.empty() || !settings.tenancy.empty()) {
        return fromSettings(settings, files);
    }
    const auto profile = readOciProfile(settings, files);
    if (!profile) {
        return tl::unexpected<Error>(profile.error());
    }
    const auto user = profile->required("user");
    if (!user) {
        return tl::unexpected<Error>(user.error());
    }
    const auto tenancy = profile->required("tenancy");
    if (!tenancy) {
        return tl::unexpected<Error>(tenancy.error());
    }
    const std::string where = profile->path + ", profile " + profile->name;
    Secret pem = settings.key;
    if (pem.isEmpty()) {
        const auto path =
            settings.keyFile.empty() ? profile->required("key_file") : settings.keyFile;
        if (!path) {
            return tl::unexpected<Error>(path.error());
        }
        auto read = files.read(expandHome(*path), where, Cure);
        if (!read) {
            return tl::unexpected<Error>(read.error());
        }
        pem = std::move(*read);
    }
    const Secret passPhrase =
        settings.passPhrase.isEmpty() ? Secret(profile->value("pass_phrase")) : settings.passPhrase;
    const std::string fingerprint =
        settings.fingerprint.empty() ? profile->value("fingerprint") : settings.fingerprint;
    return credentialOf(where, *tenancy, *user, fingerprint, pem, passPhrase);
}

} // namespace meridian::credentials
