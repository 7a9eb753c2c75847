// SPDX-License-Identifier: MIT
// A text as one word of a POSIX shell.
#include "ui/shellquote.h"

#include <QRegularExpression>

namespace meridian::ui {

QString shellQuoted(const QString &text)
{
    static const QRegularExpression Plain(QStringLiteral("^[A-Za-z0-9_./:=@%+-]+$"));
    if (Plain.match(text).hasMatch() && !text.endsWith(u'\n')) {
        return text;
    }
    QString quoted = text;
    quoted.remove(QChar(0)); // no word can hold one
    quoted.replace(u'\'', QStringLiteral("'\\''"));
    return u'\'' + quoted + u'\'';
}

} // namespace meridian::ui
