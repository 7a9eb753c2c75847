// SPDX-License-Identifier: MIT
// A profile of OCI's configuration file, as its command line and SDKs write it.
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/credentials/sourcefiles.h"
#include "core/model/providersettings.h"

#include <map>
#include <string>
#include <string_view>

namespace meridian::credentials {

/// The values of one profile. What it does not say, DEFAULT says.
struct OciProfile
{
    std::string path; // of the file, for errors
    std::string name;
    std::map<std::string, Secret, std::less<>> values;

    /// Empty when the profile does not say.
    [[nodiscard]] std::string value(std::string_view key) const;

    /// The same, or an error that names file, profile and key.
    [[nodiscard]] Result<std::string> required(std::string_view key) const;
};

/// `text` is an INI file: `[NAME]`, `key = value`, comments after # or ;.
[[nodiscard]] Result<OciProfile>
parseOciProfile(std::string_view text, const std::string &path, const std::string &name);

/// The profile that the settings mean: file (else OCI_CONFIG_FILE, else ~/.oci/config) and profile
/// (else OCI_CLI_PROFILE, else DEFAULT).
[[nodiscard]] Result<OciProfile> readOciProfile(const model::CredentialSettings &settings,
                                                SourceFiles &files);

} // namespace meridian::credentials
