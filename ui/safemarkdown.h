// SPDX-License-Identifier: MIT
// A model's words as Markdown that can load and run nothing.
#pragma once

#include <QString>

namespace meridian::ui {

/// For Text.MarkdownText: no HTML and no images, wherever in the text they stand, code included.
/// Rather than knowing where Markdown begins and ends, it breaks what starts a tag or an image by a
/// character that is not seen. Cut after `most` characters.
[[nodiscard]] QString safeMarkdown(QStringView text, qsizetype most);

} // namespace meridian::ui
