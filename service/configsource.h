// SPDX-License-Identifier: MIT
// Where a command finds its configuration, and how it tells what is wrong with it.
#pragma once

#include "core/model/settings.h"

#include <QString>

#include <optional>

namespace meridian::service {

/// The file named on the command line; else by MERIDIAN_CONFIG (or meridian_CONFIG); else
/// ./config.yaml.
[[nodiscard]] QString configPath(const QString &fromCommandLine);

/// Loads it and prints every problem to stderr, a line each. Nothing when there is an error.
[[nodiscard]] std::optional<model::Settings> loadOrReport(const QString &path);

} // namespace meridian::service
