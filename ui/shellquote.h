// SPDX-License-Identifier: MIT
// A text as one word of a POSIX shell.
#pragma once

#include <QString>

namespace meridian::ui {

/// In single quotes unless it holds nothing that a shell could take amiss.
[[nodiscard]] QString shellQuoted(const QString &text);

} // namespace meridian::ui
