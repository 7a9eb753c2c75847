// SPDX-License-Identifier: MIT
// The language of the window: English as written, or a translation that is built in.
#pragma once

#include <QString>

namespace meridian::ui {

/// "de" for "de", and for "system" on a German one; else "en".
[[nodiscard]] QString languageFor(const QString &setting);

/// Before the window is made, with an application: every text from then on is in this language,
/// and Qt's own too where its translations are installed. Replaces what an earlier call installed.
void installLanguage(const QString &setting);

} // namespace meridian::ui
