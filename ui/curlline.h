// SPDX-License-Identifier: MIT
// A request as a line for a shell, to try it by hand.
#pragma once

#include <QString>

namespace meridian::ui {

/// For a POSIX shell. `surface` is the path; the body has a placeholder where a prompt would be. A
/// surface whose body is not known gets none.
[[nodiscard]] QString
curlLineOf(const QString &address, const QString &surface, const QString &model, bool isStream);

} // namespace meridian::ui
