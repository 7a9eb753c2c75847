// SPDX-License-Identifier: MIT
// A model's words as Markdown that can load and run nothing.
#include "ui/safemarkdown.h"

namespace meridian::ui {

QString safeMarkdown(QStringView text, qsizetype most)
{
    constexpr QChar WordJoiner(0x2060);
    const bool isCut = text.size() > most;
    const QStringView kept = text.first(isCut ? most : text.size());
    QString safe;
    safe.reserve(kept.size() + kept.size() / 16 + 2);
    for (qsizetype i = 0; i < kept.size(); ++i) {
        const QChar c = kept[i];
        if (c == QChar(0)) {
            safe.append(QChar::ReplacementCharacter);
            continue;
        }
        safe.append(c);
        const QChar next = i + 1 < kept.size() ? kept[i + 1] : QChar();
        const bool opensTag = c == QLatin1Char('<') && !next.isSpace() && !next.isDigit();
        const bool opensImage = c == QLatin1Char('!') && next == QLatin1Char('[');
        if (opensTag || opensImage) {
            safe.append(WordJoiner);
        }
    }
    if (isCut) {
        safe.append(QLatin1String("\n\n…"));
    }
    return safe;
}

} // namespace meridian::ui
