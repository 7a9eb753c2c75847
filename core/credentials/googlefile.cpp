// SPDX-License-Identifier: MIT
// Google's credential files (JSON): where they are found, and what makes a fetcher of one.
#include "core/credentials/googlefile.h"

#include "core/json/checker.h"

#include <array>
#include <unistd.h>

namespace meridian::credentials {

namespace {

using model::CredentialKind;
using FetcherResult = Result<std::unique_ptr<Fetcher>>;

constexpr std::string_view Cure =
    "give credentials.file the path of a readable JSON credential file of Google";

struct FileType
{
    std::string_view type; // in the file
    CredentialKind kind;
    std::string_view configured; // credentials.type
    FetcherResult (*make)(const GoogleFile &);
};

constexpr std::array<FileType, 3> Types{FileType{"service_account", CredentialKind::ServiceAccount,
                                                 "service_account", serviceAccountFetcher},
                                        FileType{"authorized_user", CredentialKind::AuthorizedUser,
                                                 "authorized_user", authorizedUserFetcher},
                                        FileType{"external_account",
                                                 CredentialKind::WorkloadFederation,
                                                 "workload_federation", externalAccountFetcher}};

tl::unexpected<Error> refuse(const std::string &name, const std::string &why)
{
    return failure(ErrorCode::InvalidConfig, name + ": " + why);
}

/// The well-known file of gcloud.
std::string gcloudFile()
{
    std::string folder = environmentValue("CLOUDSDK_CONFIG");
    if (folder.empty()) {
        folder = expandHome("~/.config/gcloud");
    }
    return folder + "/application_default_credentials.json";
}

/// What is configured, or what the search order finds; empty: nothing, so the machine's own.
std::string pathOf(const model::CredentialSettings &settings)
{
    if (!settings.file.empty()) {
        return expandHome(settings.file);
    }
    if (std::string named = environmentValue("GOOGLE_APPLICATION_CREDENTIALS"); !named.empty()) {
        return named;
    }
    std::string known = gcloudFile();
    return ::access(known.c_str(), F_OK) == 0 ? known : std::string();
}

FetcherResult
fetcherOf(std::string_view text, const std::string &name, const model::CredentialSettings &settings)
{
    json::Checker checker;
    const auto root = checker.check(text);
    if (!root || !root->isObject()) {
        return refuse(name, "is no JSON object; " + std::string(Cure));
    }
    GoogleFile file{*root, name, (*root)["project_id"].text(), settings};
    if (file.project.empty()) {
        file.project = environmentValue("GOOGLE_CLOUD_PROJECT");
    }
    const json::Value type = (*root)["type"];
    for (const FileType &known : Types) {
        if (!type.is(known.type)) {
            continue;
        }
        if (settings.kind != known.kind && settings.kind != CredentialKind::ApplicationDefault) {
            return refuse(name, "is of type " + std::string(known.type) +
                                    ", which is configured as credentials.type: " +
                                    std::string(known.configured));
        }
        return known.make(file);
    }
    return refuse(name, "its type is none of service_account, authorized_user, external_account");
}

} // namespace

Result<std::string> GoogleFile::required(std::string_view member) const
{
    std::string text = json[member].text();
    if (text.empty()) {
        return refuse(name, "has no " + std::string(member) + "; make the file anew");
    }
    return text;
}

FetcherResult googleFetcher(const model::CredentialSettings &settings, SourceFiles &files)
{
    if (settings.kind == CredentialKind::MetadataServer) {
        return metadataServerFetcher(settings);
    }
    if (!settings.key.isEmpty()) {
        return fetcherOf(settings.key.reveal(), "credentials.key", settings);
    }
    const std::string path = pathOf(settings);
    if (path.empty()) {
        if (settings.kind == CredentialKind::ApplicationDefault) {
            return metadataServerFetcher(settings);
        }
        return refuse("credentials.file",
                      "is not given, GOOGLE_APPLICATION_CREDENTIALS is not set and " +
                          gcloudFile() + " does not exist; " + std::string(Cure));
    }
    const auto text = files.read(path, "Google credentials", Cure);
    if (!text) {
        return tl::unexpected<Error>(text.error());
    }
    return fetcherOf(text->reveal(), path, settings);
}

} // namespace meridian::credentials
