// SPDX-License-Identifier: MIT
// OCI's ways to prove who asks: a user's key, and three kinds of session that end.
#pragma once

#include "core/credentials/fetcher.h"
#include "core/credentials/sourcefiles.h"
#include "core/model/providersettings.h"

#include <memory>
#include <string>

namespace meridian::credentials {

/// A user's key does not end. Of the settings (user, tenancy, key), else of a profile.
[[nodiscard]] Result<provider::CredentialPtr> ociApiKey(const model::CredentialSettings &settings,
                                                        SourceFiles &files);

/// A profile's security_token_file and key_file, which `oci session` writes and renews.
[[nodiscard]] Result<std::unique_ptr<Fetcher>>
ociSessionTokenFetcher(const model::CredentialSettings &settings, SourceFiles &files);

/// Version 2.2: OCI_RESOURCE_PRINCIPAL_RPST and _PRIVATE_PEM, values or paths of files that the
/// platform renews.
[[nodiscard]] Result<std::unique_ptr<Fetcher>> ociResourcePrincipalFetcher();

/// The machine's certificate buys a token for a session key of our own. An empty region is asked
/// for. OCI_METADATA_BASE_URL and settings.tokenUrl stand in for the two services.
[[nodiscard]] Result<std::unique_ptr<Fetcher>>
ociInstancePrincipalFetcher(const model::CredentialSettings &settings, const std::string &region);

} // namespace meridian::credentials
