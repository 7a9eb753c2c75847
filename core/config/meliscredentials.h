// SPDX-License-Identifier: MIT
// `credentials:` of a provider in Melis' file.
#pragma once

#include "core/base/secret.h"
#include "core/config/section.h"
#include "core/model/backendsettings.h"

#include <string>

namespace meridian::config {

/// As the file has them.
struct MelisCredentials
{
    std::string type;
    Secret fromEnvironment; // the variable named by `env`
    model::CredentialSettings settings;
};

[[nodiscard]] const Section<MelisCredentials> &melisCredentialsSection();

/// Turns them into the backend's; its provider is known. `at`: them in the file.
void applyMelisCredentials(const Cursor &at,
                           const MelisCredentials &credentials,
                           model::BackendSettings &backend);

} // namespace meridian::config
