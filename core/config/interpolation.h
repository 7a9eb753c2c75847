// SPDX-License-Identifier: MIT
// References inside the strings of Melis' files, where every value may hold them.
#pragma once

#include "core/config/cursor.h"

#include <string>
#include <string_view>

namespace meridian::config {

/// `text` with each `${NAME:-text}` replaced: by `${NAME}` when the variable is set, else by the
/// text behind the sign.
[[nodiscard]] std::string withDefaults(std::string_view text);

/// Replaces references in every value below `root`. Values of secret keys keep theirs, so that
/// whoever reads them makes a Secret of it; only defaults are settled there. What cannot be
/// resolved is reported. A replaced value is read as if it stood in quotes.
void interpolate(YamlNode &root, ReadContext &context);

} // namespace meridian::config
