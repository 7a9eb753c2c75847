// SPDX-License-Identifier: MIT
// Colours keys, comments and values of the configuration in an editor; it never changes the text.
#include "qml/Meridian/Dashboard/yamlcolors.h"

#include <QRegularExpression>

namespace meridian::qml {

namespace {

using namespace Qt::StringLiterals;

constexpr int LongestLine = 4000; // a longer one is left plain: typing stays quick

/** Where a comment begins: a # at the start or after a blank, outside of quotes; -1 without one. */
int commentStart(const QString &line)
{
    QChar quote;
    for (int i = 0; i < line.size(); ++i) {
        const QChar c = line[i];
        if (!quote.isNull()) {
            if (c == quote) {
                quote = QChar();
            }
        } else if (c == u'"' || c == u'\'') {
            quote = c;
        } else if (c == u'#' && (i == 0 || line[i - 1].isSpace())) {
            return i;
        }
    }
    return -1;
}

} // namespace

YamlColors::YamlColors(QObject *parent)
    : QSyntaxHighlighter(parent)
{
}

void YamlColors::setQuickDocument(QQuickTextDocument *document)
{
    if (m_document != document) {
        m_document = document;
        setDocument(document != nullptr ? document->textDocument() : nullptr);
        Q_EMIT documentChanged();
    }
}

void YamlColors::setKeyColor(const QColor &color)
{
    take(m_keyColor, color);
}

void YamlColors::setCommentColor(const QColor &color)
{
    take(m_commentColor, color);
}

void YamlColors::setValueColor(const QColor &color)
{
    take(m_valueColor, color);
}

void YamlColors::take(QColor &place, const QColor &color)
{
    if (place != color) {
        place = color;
        rehighlight();
        Q_EMIT colorsChanged();
    }
}

void YamlColors::highlightBlock(const QString &line)
{
    static const QRegularExpression key(
        uR"(^(\s*(?:-\s+)*)([^\s#:"'][^#:"']*|"[^"]*"|'[^']*')(?=:(\s|$)))"_s);
    if (line.size() > LongestLine) {
        return;
    }
    const int comment = commentStart(line);
    const int end = comment < 0 ? int(line.size()) : comment;
    const QRegularExpressionMatch match = key.match(line);
    int valueStart = 0;
    if (match.hasMatch() && match.capturedEnd(2) <= end) {
        setFormat(int(match.capturedStart(2)), int(match.capturedLength(2)), m_keyColor);
        valueStart = int(match.capturedEnd(2)) + 1;
    }
    setFormat(valueStart, end - valueStart, m_valueColor);
    if (comment >= 0) {
        setFormat(comment, int(line.size()) - comment, m_commentColor);
    }
}

} // namespace meridian::qml
