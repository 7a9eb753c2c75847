// SPDX-License-Identifier: MIT
// Colours keys, comments and values of the configuration in an editor; it never changes the text.
#pragma once

#include <QColor>
#include <QPointer>
#include <QQmlEngine>
#include <QQuickTextDocument>
#include <QSyntaxHighlighter>

namespace meridian::qml {

/** Looks at a line at a time, so that block scalars are coloured like other text. Lives on the GUI
 * thread. */
class YamlColors : public QSyntaxHighlighter
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document READ quickDocument WRITE setQuickDocument NOTIFY
                   documentChanged)
    Q_PROPERTY(QColor keyColor MEMBER m_keyColor WRITE setKeyColor NOTIFY colorsChanged)
    Q_PROPERTY(QColor commentColor MEMBER m_commentColor WRITE setCommentColor NOTIFY colorsChanged)
    Q_PROPERTY(QColor valueColor MEMBER m_valueColor WRITE setValueColor NOTIFY colorsChanged)

public:
    explicit YamlColors(QObject *parent = nullptr);

    QQuickTextDocument *quickDocument() const { return m_document; }

    void setQuickDocument(QQuickTextDocument *document);
    void setKeyColor(const QColor &color);
    void setCommentColor(const QColor &color);
    void setValueColor(const QColor &color);

Q_SIGNALS:
    void documentChanged();
    void colorsChanged();

protected:
    void highlightBlock(const QString &line) override;

private:
    void take(QColor &place, const QColor &color);

    QPointer<QQuickTextDocument> m_document;
    QColor m_keyColor;
    QColor m_commentColor;
    QColor m_valueColor;
};

} // namespace meridian::qml
