// SPDX-License-Identifier: MIT
// Pictures of pages as small files, and how two of them differ.
#include "tests/qml/picturefile.h"

#include <QHash>
#include <QImageWriter>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace meridian::tests {

namespace {

constexpr int MostColours = 256;
constexpr int VividCounts =
    40; // a state's dot is small, and must not turn grey among the shades of text
constexpr int VisibleStep = 48; // of 255 in one channel; less is an edge drawn a little differently

int distance(QRgb a, QRgb b)
{
    const int red = qRed(a) - qRed(b);
    const int green = qGreen(a) - qGreen(b);
    const int blue = qBlue(a) - qBlue(b);
    return red * red + green * green + blue * blue;
}

/** Colours that a person takes for the same. */
QRgb bucket(QRgb colour)
{
    return colour & qRgb(0xF8, 0xF8, 0xF8);
}

bool isVivid(QRgb colour)
{
    const auto [least, most] = std::minmax({qRed(colour), qGreen(colour), qBlue(colour)});
    return most - least > 80;
}

QList<QRgb> palette(const QHash<QRgb, int> &counts)
{
    struct Group
    {
        QRgb colour = 0; // the most frequent one
        int most = 0;
        qint64 weight = 0;
    };

    QHash<QRgb, Group> groups;
    for (auto colour = counts.cbegin(); colour != counts.cend(); ++colour) {
        Group &group = groups[bucket(colour.key())];
        const bool isFirst = colour.value() > group.most ||
                             (colour.value() == group.most && colour.key() < group.colour);
        if (isFirst) {
            group.colour = colour.key();
            group.most = colour.value();
        }
        group.weight += qint64{colour.value()} * (isVivid(colour.key()) ? VividCounts : 1);
    }
    std::vector<std::pair<qint64, QRgb>> ordered;
    for (const Group &group : std::as_const(groups)) {
        ordered.emplace_back(-group.weight, group.colour);
    }
    std::sort(ordered.begin(), ordered.end());
    QList<QRgb> colours;
    for (std::size_t i = 0; i < ordered.size() && i < MostColours; ++i) {
        colours.append(ordered[i].second);
    }
    return colours;
}

} // namespace

QImage reduced(const QImage &picture)
{
    const QImage source = picture.convertToFormat(QImage::Format_RGB32);
    QHash<QRgb, int> counts;
    for (int y = 0; y < source.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(source.constScanLine(y));
        for (int x = 0; x < source.width(); ++x) {
            ++counts[line[x]];
        }
    }
    const QList<QRgb> colours = palette(counts);
    QHash<QRgb, uchar> nearest;
    for (auto colour = counts.cbegin(); colour != counts.cend(); ++colour) {
        const auto best = std::min_element(colours.cbegin(), colours.cend(), [&](QRgb a, QRgb b) {
            return distance(a, colour.key()) < distance(b, colour.key());
        });
        nearest.insert(colour.key(), uchar(best - colours.cbegin()));
    }
    QImage result(source.size(), QImage::Format_Indexed8);
    result.setColorTable(colours);
    for (int y = 0; y < source.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(source.constScanLine(y));
        uchar *target = result.scanLine(y);
        for (int x = 0; x < source.width(); ++x) {
            target[x] = nearest.value(line[x]);
        }
    }
    return result;
}

bool savePicture(const QImage &picture, const QString &file)
{
    QImageWriter writer(file, "png");
    writer.setQuality(0); // of PNG: the smallest file
    return writer.write(reduced(picture));
}

double difference(const QImage &one, const QImage &other)
{
    if (one.size() != other.size() || one.isNull()) {
        return 1;
    }
    const QImage left = one.convertToFormat(QImage::Format_RGB32);
    const QImage right = other.convertToFormat(QImage::Format_RGB32);
    qint64 differing = 0;
    for (int y = 0; y < left.height(); ++y) {
        const auto *a = reinterpret_cast<const QRgb *>(left.constScanLine(y));
        const auto *b = reinterpret_cast<const QRgb *>(right.constScanLine(y));
        for (int x = 0; x < left.width(); ++x) {
            const int step =
                std::max({std::abs(qRed(a[x]) - qRed(b[x])), std::abs(qGreen(a[x]) - qGreen(b[x])),
                          std::abs(qBlue(a[x]) - qBlue(b[x]))});
            differing += step > VisibleStep ? 1 : 0;
        }
    }
    return double(differing) / (double(left.width()) * double(left.height()));
}

} // namespace meridian::tests
