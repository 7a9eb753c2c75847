// SPDX-License-Identifier: MIT
#include "core/provider/vectors.h"

#include <QByteArray>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace meridian::provider {

bool isVector(json::Value value) noexcept
{
    bool isSound = value.isArray();
    std::size_t count = 0;
    value.elements([&](json::Value each) {
        isSound = isSound && each.isNumber();
        ++count;
    });
    return isSound && count > 0;
}

std::optional<std::string> base64OfVector(json::Value vector)
{
    QByteArray bytes;
    bool isSound = true;
    vector.elements([&](json::Value each) {
        const float number = static_cast<float>(each.number().value_or(HUGE_VAL));
        isSound = isSound && std::isfinite(number);
        std::uint32_t bits = std::bit_cast<std::uint32_t>(number);
        for (std::size_t i = 0; i < sizeof(bits); ++i, bits >>= 8U) {
            bytes.append(static_cast<char>(bits & 0xFFU));
        }
    });
    return isSound ? std::optional(bytes.toBase64().toStdString()) : std::nullopt;
}

std::optional<std::string> vectorOfBase64(std::string_view base64)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        QByteArray(base64.data(), static_cast<qsizetype>(base64.size())),
        QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    const QByteArray &held = decoded.decoded;
    const std::string_view bytes(held.constData(), static_cast<std::size_t>(held.size()));
    if (!decoded || bytes.empty() || bytes.size() % sizeof(float) != 0) {
        return std::nullopt;
    }
    std::string out("[");
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
        std::uint32_t bits = 0;
        for (std::size_t i = sizeof(float); i-- > 0;) {
            bits = (bits << 8U) | static_cast<unsigned char>(bytes[at + i]);
        }
        const float number = std::bit_cast<float>(bits);
        if (!std::isfinite(number)) {
            return std::nullopt;
        }
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
        out.append(out.size() > 1 ? "," : "").append(text.data(), end);
    }
    return out.append("]");
}

} // namespace meridian::provider
