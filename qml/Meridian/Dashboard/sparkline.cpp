// SPDX-License-Identifier: MIT
// A line of the last figures without axes, for tiles and table cells.
#include "qml/Meridian/Dashboard/sparkline.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <limits>

namespace meridian::qml {

namespace {

constexpr qreal LineWidth = 1.4;
constexpr int FillAlpha = 36;

/** Draws one stretch without a gap; a single point is a dot. */
void drawStretch(
    QPainter &painter, const QPolygonF &points, const QColor &color, qreal bottom, bool isFilled)
{
    if (points.isEmpty()) {
        return;
    }
    if (isFilled && points.size() > 1) {
        QPolygonF area = points;
        area << QPointF(points.last().x(), bottom) << QPointF(points.first().x(), bottom);
        QColor fill = color;
        fill.setAlpha(FillAlpha);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawPolygon(area);
    }
    painter.setPen(QPen(color, LineWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    points.size() == 1 ? painter.drawPoint(points.first()) : painter.drawPolyline(points);
}

} // namespace

Sparkline::Sparkline(QQuickItem *parent)
    : QQuickPaintedItem(parent)
{
    setImplicitSize(80, 24);
    setAntialiasing(true);
}

QVariantList Sparkline::values() const
{
    return {m_values.cbegin(), m_values.cend()};
}

void Sparkline::setValues(const QVariantList &values)
{
    // Numbers in a list of variants: compiled bindings convert to nothing closer.
    m_values.clear();
    for (const QVariant &value : values) {
        bool isNumber = false;
        const qreal number = value.toReal(&isNumber);
        m_values.append(isNumber ? number : std::numeric_limits<qreal>::quiet_NaN());
    }
    update();
    Q_EMIT valuesChanged();
}

void Sparkline::setColor(const QColor &color)
{
    if (m_color != color) {
        m_color = color;
        update();
        Q_EMIT colorChanged();
    }
}

void Sparkline::setFilled(bool isFilled)
{
    if (m_isFilled != isFilled) {
        m_isFilled = isFilled;
        update();
        Q_EMIT filledChanged();
    }
}

void Sparkline::paint(QPainter *painter)
{
    qreal least = 0;
    qreal most = 0;
    for (const qreal value : m_values) {
        if (std::isfinite(value)) {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    }
    const qreal range = most > least ? most - least : 1;
    const qreal bottom = height() - LineWidth;
    const qreal step = m_values.size() > 1 ? (width() - LineWidth) / qreal(m_values.size() - 1) : 0;
    painter->setRenderHint(QPainter::Antialiasing);
    QPolygonF stretch;
    for (qsizetype i = 0; i < m_values.size(); ++i) {
        if (std::isfinite(m_values[i])) {
            const qreal share = (m_values[i] - least) / range;
            stretch << QPointF(LineWidth / 2 + qreal(i) * step,
                               bottom - share * (bottom - LineWidth));
        } else {
            drawStretch(*painter, stretch, m_color, bottom, m_isFilled);
            stretch.clear();
        }
    }
    drawStretch(*painter, stretch, m_color, bottom, m_isFilled);
}

} // namespace meridian::qml
