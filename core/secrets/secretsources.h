// SPDX-License-Identifier: MIT
// Where a service finds its secrets: environment, files, systemd credentials.
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <string>

namespace meridian {

/// An environment variable; unset or empty is an error.
[[nodiscard]] Result<Secret> secretFromEnvironment(const std::string &name);

/// A file named by its absolute path; trailing line ends are dropped, at most 64 KiB.
[[nodiscard]] Result<Secret> secretFromFile(const std::string &path);

/// `$CREDENTIALS_DIRECTORY/<name>`, which systemd's LoadCredential= fills.
[[nodiscard]] Result<Secret> secretFromCredential(const std::string &name);

} // namespace meridian
