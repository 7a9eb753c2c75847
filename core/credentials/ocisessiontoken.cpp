// SPDX-License-Identifier: MIT
// OCI: sessions that end, whose tokens the command line or the platform puts into files.
#include "core/credentials/ociprofile.h"
#include "core/credentials/ocisources.h"
#include "core/credentials/ocitokenfetch.h"

namespace meridian::credentials {

namespace {

/// A value of a resource principal: an absolute path means the file.
void place(const std::string &value, std::string &file, Secret &inPlace)
{
    if (value.starts_with('/')) {
        file = value;
    } else {
        inPlace = Secret(std::string_view(value));
    }
}

} // namespace

Result<std::unique_ptr<Fetcher>> ociSessionTokenFetcher(const model::CredentialSettings &settings,
                                                        SourceFiles &files)
{
    const auto profile = readOciProfile(settings, files);
    if (!profile) {
        return tl::unexpected<Error>(profile.error());
    }
    const auto token = profile->required("security_token_file");
    if (!token) {
        return tl::unexpected<Error>(token.error());
    }
    OciTokenPlaces places;
    places.label = "OCI session of profile " + profile->name;
    places.tokenFile = expandHome(*token);
    places.key = settings.key;
    if (places.key.isEmpty()) {
        const auto key =
            settings.keyFile.empty() ? profile->required("key_file") : settings.keyFile;
        if (!key) {
            return tl::unexpected<Error>(key.error());
        }
        places.keyFile = expandHome(*key);
    }
    places.passPhrase =
        settings.passPhrase.isEmpty() ? Secret(profile->value("pass_phrase")) : settings.passPhrase;
    places.cure = "run `oci session authenticate --profile-name " + profile->name + "`";
    // now only whether the files are there: a token that has ended may be renewed while we run, and
    // what is in them is read anew anyway
    SourceFiles checked;
    for (const std::string &path : {places.tokenFile, places.keyFile}) {
        const auto read =
            path.empty() ? Result<Secret>(Secret()) : checked.read(path, places.label, places.cure);
        if (!read) {
            return tl::unexpected<Error>(read.error());
        }
    }
    return ociTokenFetcher(std::move(places));
}

Result<std::unique_ptr<Fetcher>> ociResourcePrincipalFetcher()
{
    const auto refuse = [](const std::string &why) {
        return failure(ErrorCode::InvalidConfig,
                       why + "; resource principals exist where OCI runs the gateway as a resource "
                             "with a dynamic group's policy");
    };
    constexpr const char *Version = "OCI_RESOURCE_PRINCIPAL_VERSION";
    constexpr const char *Token = "OCI_RESOURCE_PRINCIPAL_RPST";
    constexpr const char *Key = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM";
    const std::string version = environmentValue(Version);
    if (version != "2.2") {
        return refuse(version.empty() ? std::string(Version) + " is not set"
                                      : std::string(Version) + " is not 2.2");
    }
    OciTokenPlaces places;
    places.label = "OCI resource principal";
    places.cure = "the platform has to renew OCI_RESOURCE_PRINCIPAL_RPST";
    place(environmentValue(Token), places.tokenFile, places.token);
    place(environmentValue(Key), places.keyFile, places.key);
    place(environmentValue("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE"), places.passPhraseFile,
          places.passPhrase);
    if (places.tokenFile.empty() && places.token.isEmpty()) {
        return refuse(std::string(Token) + " is not set");
    }
    if (places.keyFile.empty() && places.key.isEmpty()) {
        return refuse(std::string(Key) + " is not set");
    }
    SourceFiles checked;
    for (const std::string &path : {places.tokenFile, places.keyFile, places.passPhraseFile}) {
        const auto read =
            path.empty() ? Result<Secret>(Secret()) : checked.read(path, places.label, places.cure);
        if (!read) {
            return tl::unexpected<Error>(read.error());
        }
    }
    return ociTokenFetcher(std::move(places));
}

} // namespace meridian::credentials
