// SPDX-License-Identifier: MIT
// From configured credentials to a source of them.
#pragma once

#include "core/credentials/fetcher.h"
#include "core/credentials/refreshingsource.h"
#include "core/model/providersettings.h"

#include <memory>
#include <string>

namespace meridian::credentials {

/// Checked settings, files read: what a source is made of. One of the two pointers is set, or none
/// where a fixed key, or nothing, is configured.
struct CredentialPlan
{
    std::unique_ptr<Fetcher> fetcher; // of one that ends
    provider::CredentialPtr fixed;    // one that does not
    std::string digest;               // of what the files held
};

/// Everything that can be wrong with the configuration is found here, nobody is asked over the
/// network. Errors name the file and what to do. `region`: of the backend (OCI), may be empty.
/// Main thread; reads small files.
[[nodiscard]] Result<CredentialPlan> planCredential(const model::CredentialSettings &settings,
                                                    const std::string &region);

/// A source that gets its first credential at once; null for None and ApiKey. See RefreshingSource
/// about `mainLoop`.
[[nodiscard]] Result<std::shared_ptr<provider::CredentialSource>>
makeCredentialSource(const model::CredentialSettings &settings,
                     event::Loop &mainLoop,
                     const std::string &region = {},
                     RefreshPolicy policy = {});

} // namespace meridian::credentials
