// SPDX-License-Identifier: MIT
// Takes out of a text what must not leave this computer in a bug report.
#pragma once

#include <QString>

namespace meridian::ui {

/// Values behind words such as api_key, token, password, authorization; bearer tokens; strings with
/// a known key's beginning; passwords in urls; the user's home folder. References (env:, file:,
/// keychain:, credential:) stay: they say where, not what.
[[nodiscard]] QString redacted(const QString &text);

} // namespace meridian::ui
