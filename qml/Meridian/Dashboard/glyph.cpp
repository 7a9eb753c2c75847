// SPDX-License-Identifier: MIT
// A small line drawing: the icons of the rail and of buttons, without an icon font or SVG.
#include "qml/Meridian/Dashboard/glyph.h"

#include <QHash>
#include <QPainter>
#include <QPainterPath>
#include <QPointF>

#include <initializer_list>

namespace meridian::qml {

namespace {

using namespace Qt::StringLiterals;

constexpr qreal Grid = 16; // each drawing is made on 16 × 16 units

class Drawing
{
public:
    Drawing line(std::initializer_list<QPointF> points) const
    {
        Drawing next = *this;
        bool isFirst = true;
        for (const QPointF &point : points) {
            isFirst ? next.m_path.moveTo(point) : next.m_path.lineTo(point);
            isFirst = false;
        }
        return next;
    }

    Drawing box(qreal x, qreal y, qreal width, qreal height) const
    {
        Drawing next = *this;
        next.m_path.addRoundedRect(x, y, width, height, 1.2, 1.2);
        return next;
    }

    Drawing circle(qreal x, qreal y, qreal radius) const
    {
        Drawing next = *this;
        next.m_path.addEllipse(QPointF(x, y), radius, radius);
        return next;
    }

    const QPainterPath &path() const { return m_path; }

private:
    QPainterPath m_path;
};

const QHash<QString, Drawing> &drawings()
{
    static const QHash<QString, Drawing> all = {
        {u"overview"_s,
         Drawing().line({{1.5, 8.5}, {4.5, 8.5}, {6.5, 3}, {9.5, 13}, {11.5, 8.5}, {14.5, 8.5}})},
        {u"backends"_s, Drawing()
                            .box(2, 2, 12, 5)
                            .box(2, 9, 12, 5)
                            .line({{4.5, 4.5}, {6, 4.5}})
                            .line({{4.5, 11.5}, {6, 11.5}})},
        {u"requests"_s,
         Drawing().line({{2, 4}, {14, 4}}).line({{2, 8}, {14, 8}}).line({{2, 12}, {9, 12}})},
        {u"routes"_s, Drawing()
                          .circle(3.5, 8, 1.8)
                          .circle(12.5, 3.5, 1.8)
                          .circle(12.5, 12.5, 1.8)
                          .line({{5.2, 7.2}, {10.8, 4.3}})
                          .line({{5.2, 8.8}, {10.8, 11.7}})},
        {u"playground"_s,
         Drawing().line(
             {{2, 3}, {14, 3}, {14, 11}, {8, 11}, {4.5, 14}, {4.5, 11}, {2, 11}, {2, 3}})},
        {u"keys"_s, Drawing()
                        .circle(5, 8, 3)
                        .line({{8, 8}, {14.5, 8}, {14.5, 11}})
                        .line({{11.5, 8}, {11.5, 10.5}})},
        {u"settings"_s, Drawing()
                            .line({{2, 5}, {9, 5}})
                            .circle(11, 5, 2)
                            .line({{13, 5}, {14.5, 5}})
                            .line({{1.5, 11}, {3, 11}})
                            .circle(5, 11, 2)
                            .line({{7, 11}, {14, 11}})},
        {u"copy"_s,
         Drawing().box(2, 5, 8.5, 9).line({{5.5, 5}, {5.5, 2}, {14, 2}, {14, 11}, {10.5, 11}})},
        {u"close"_s, Drawing().line({{3.5, 3.5}, {12.5, 12.5}}).line({{12.5, 3.5}, {3.5, 12.5}})},
        {u"down"_s, Drawing().line({{4, 6}, {8, 10.5}, {12, 6}})},
        {u"up"_s, Drawing().line({{4, 10}, {8, 5.5}, {12, 10}})},
        {u"more"_s, Drawing().circle(3, 8, 0.7).circle(8, 8, 0.7).circle(13, 8, 0.7)},
        {u"columns"_s,
         Drawing().box(2, 3, 12, 10).line({{6, 3}, {6, 13}}).line({{10, 3}, {10, 13}})},
        {u"plus"_s, Drawing().line({{8, 3}, {8, 13}}).line({{3, 8}, {13, 8}})},
        {u"check"_s, Drawing().line({{3, 8.5}, {6.5, 12}, {13, 4.5}})},
        {u"stop"_s, Drawing().box(4, 4, 8, 8)},
        {u"save"_s, Drawing()
                        .line({{8, 2.5}, {8, 10}})
                        .line({{4.5, 7}, {8, 10.5}, {11.5, 7}})
                        .line({{2.5, 13.5}, {13.5, 13.5}})},
        {u"mark"_s, Drawing()
                        .line({{8, 1.5}, {14.5, 8}, {8, 14.5}, {1.5, 8}, {8, 1.5}})
                        .line({{8, 5}, {11, 8}, {8, 11}, {5, 8}, {8, 5}})},
    };
    return all;
}

} // namespace

Glyph::Glyph(QQuickItem *parent)
    : QQuickPaintedItem(parent)
{
    setImplicitSize(Grid, Grid);
    setAntialiasing(true);
}

void Glyph::setName(const QString &name)
{
    if (m_name != name) {
        m_name = name;
        update();
        Q_EMIT nameChanged();
    }
}

void Glyph::setColor(const QColor &color)
{
    if (m_color != color) {
        m_color = color;
        update();
        Q_EMIT colorChanged();
    }
}

void Glyph::paint(QPainter *painter)
{
    const auto drawing = drawings().constFind(m_name);
    if (drawing == drawings().constEnd()) {
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    painter->scale(width() / Grid, height() / Grid);
    painter->setPen(QPen(m_color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPath(drawing->path());
}

} // namespace meridian::qml
