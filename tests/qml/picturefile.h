// SPDX-License-Identifier: MIT
// Pictures of pages as small files, and how two of them differ.
#pragma once

#include <QImage>
#include <QString>

namespace meridian::tests {

/** The picture with at most 256 colours: the most frequent ones; every other pixel gets the
 * nearest. */
[[nodiscard]] QImage reduced(const QImage &picture);

/** As an 8-bit PNG; false if the file cannot be written. */
[[nodiscard]] bool savePicture(const QImage &picture, const QString &file);

/** The share of pixels (0 to 1) that are visibly another colour; 1 for pictures of different size.
 */
[[nodiscard]] double difference(const QImage &one, const QImage &other);

} // namespace meridian::tests
