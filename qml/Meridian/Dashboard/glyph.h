// SPDX-License-Identifier: MIT
// A small line drawing: the icons of the rail and of buttons, without an icon font or SVG.
#pragma once

#include <QColor>
#include <QQuickPaintedItem>
#include <QString>

namespace meridian::qml {

/** Lives on the GUI thread, owned by its QML parent. An unknown name draws nothing. */
class Glyph : public QQuickPaintedItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged)

public:
    explicit Glyph(QQuickItem *parent = nullptr);

    QString name() const { return m_name; }

    void setName(const QString &name);

    QColor color() const { return m_color; }

    void setColor(const QColor &color);

    void paint(QPainter *painter) override;

Q_SIGNALS:
    void nameChanged();
    void colorChanged();

private:
    QString m_name;
    QColor m_color = Qt::black;
};

} // namespace meridian::qml
