// SPDX-License-Identifier: MIT
// Google's credential files (JSON): where they are found, and what makes a fetcher of one.
#pragma once

#include "core/credentials/fetcher.h"
#include "core/credentials/sourcefiles.h"
#include "core/json/value.h"
#include "core/model/providersettings.h"

#include <memory>
#include <optional>
#include <string>

namespace meridian::credentials {

/// A credential file's object while it is read; `json` is valid during that time only.
struct GoogleFile
{
    json::Value json;
    std::string name; // for errors: the path, or where else it stood
    std::string project;
    const model::CredentialSettings &settings;

    /// A string that must be there.
    [[nodiscard]] Result<std::string> required(std::string_view member) const;
};

/// By the settings' kind: reads the file (or settings.key, or searches), checks its type.
[[nodiscard]] Result<std::unique_ptr<Fetcher>>
googleFetcher(const model::CredentialSettings &settings, SourceFiles &files);

// One per type of file.
[[nodiscard]] Result<std::unique_ptr<Fetcher>> serviceAccountFetcher(const GoogleFile &file);
[[nodiscard]] Result<std::unique_ptr<Fetcher>> authorizedUserFetcher(const GoogleFile &file);
[[nodiscard]] Result<std::unique_ptr<Fetcher>> externalAccountFetcher(const GoogleFile &file);

/// Without a file: of the machine.
[[nodiscard]] Result<std::unique_ptr<Fetcher>>
metadataServerFetcher(const model::CredentialSettings &settings);

} // namespace meridian::credentials
