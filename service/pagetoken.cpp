// SPDX-License-Identifier: MIT
// What a page of this gateway must know before it may change something.
#include "service/pagetoken.h"

#include <QByteArray>
#include <QRandomGenerator>

#include <array>

namespace meridian::service {

namespace {

std::string randomText()
{
    std::array<quint32, 6> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    const QByteArray bytes(reinterpret_cast<const char *>(words.data()),
                           static_cast<qsizetype>(sizeof(words)));
    return bytes.toHex().toStdString();
}

} // namespace

PageToken::PageToken()
    : m_text(randomText())
    , m_digest(m_text)
{
}

} // namespace meridian::service
