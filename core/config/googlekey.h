// SPDX-License-Identifier: MIT
// What a Google key file says of itself: its type and project.
#pragma once

#include "core/config/cursor.h"
#include "core/model/providersettings.h"

namespace meridian::config {

/// Looks into credentials.key or credentials.file, where one is given: sets the kind when the
/// configuration does not (`isChosen`), and the project when it is empty. Reports a file that
/// cannot be read or is none of Google's, and a kind that needs one and has none. `at`: the
/// credentials in the file.
void readGoogleKey(const Cursor &at, bool isChosen, model::ProviderOptions &options);

/// `credentials.token_url`: checked as an address.
void readTokenUrl(const Cursor &value, model::CredentialSettings &into);

} // namespace meridian::config
