// SPDX-License-Identifier: MIT
// Writes a file that a person has chosen: whole, or not at all.
#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

namespace meridian::ui {

/// Empty, or why it failed, for a person. A file that was there is replaced only when all is
/// written.
[[nodiscard]] QString saveFile(const QUrl &file, const QByteArray &content);

} // namespace meridian::ui
