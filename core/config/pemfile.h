// SPDX-License-Identifier: MIT
// Paths of certificates and keys: checked while the file is read, not when the first client comes.
#pragma once

#include "core/config/cursor.h"

#include <optional>
#include <string>

namespace meridian::config {

enum class PemKind { Certificate, PrivateKey };

/// A path whose file can be read and holds what it should; anything else is reported.
[[nodiscard]] std::optional<std::string> readPemPath(const Cursor &value, PemKind kind);

} // namespace meridian::config
