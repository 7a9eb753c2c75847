// SPDX-License-Identifier: MIT
// A line of the last figures without axes, for tiles and table cells.
#pragma once

#include <QColor>
#include <QList>
#include <QQuickPaintedItem>
#include <QVariantList>

namespace meridian::qml {

/** Y from zero (or the smallest value below it); NaN is a gap. Lives on the GUI thread, owned by
 * its QML parent. */
class Sparkline : public QQuickPaintedItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QVariantList values READ values WRITE setValues NOTIFY valuesChanged)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged)
    Q_PROPERTY(bool filled READ isFilled WRITE setFilled NOTIFY filledChanged)

public:
    explicit Sparkline(QQuickItem *parent = nullptr);

    QVariantList values() const;

    void setValues(const QVariantList &values);

    QColor color() const { return m_color; }

    void setColor(const QColor &color);

    bool isFilled() const { return m_isFilled; }

    void setFilled(bool isFilled);

    void paint(QPainter *painter) override;

Q_SIGNALS:
    void valuesChanged();
    void colorChanged();
    void filledChanged();

private:
    QList<qreal> m_values;
    QColor m_color = Qt::gray;
    bool m_isFilled = true;
};

} // namespace meridian::qml
