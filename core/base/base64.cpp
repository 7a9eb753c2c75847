// SPDX-License-Identifier: MIT
#include "core/base/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace meridian {

namespace {

constexpr std::string_view Common =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view ForUrls =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t Foreign = 0xFF;

constexpr std::array<std::uint8_t, 256> Values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(Foreign);
    for (const std::string_view alphabet : {Common, ForUrls}) {
        for (std::size_t i = 0; i < alphabet.size(); ++i) {
            values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
        }
    }
    return values;
}();

std::string encode(std::string_view bytes, std::string_view alphabet, bool isPadded)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t left = bytes.size() - at;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8U | (i < left ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            if (i <= left) {
                text += alphabet[group >> (18U - 6U * i) & 0x3FU];
            } else if (isPadded) {
                text += '=';
            }
        }
    }
    return text;
}

} // namespace

std::string base64Encode(std::string_view bytes)
{
    return encode(bytes, Common, true);
}

std::string base64UrlEncode(std::string_view bytes)
{
    return encode(bytes, ForUrls, false);
}

std::optional<std::string> base64Decode(std::string_view text)
{
    if (text.ends_with('=')) {
        if (text.size() % 4 != 0) {
            return std::nullopt;
        }
        text.remove_suffix(text.ends_with("==") ? 2 : 1);
    }
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned int held = 0;
    for (const char c : text) {
        const std::uint8_t value = Values[static_cast<unsigned char>(c)];
        if (value == Foreign) {
            return std::nullopt;
        }
        bits = bits << 6U | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>(bits >> held & 0xFFU);
            bits &= (1U << held) - 1U;
        }
    }
    if (bits != 0) {
        return std::nullopt;
    }
    return bytes;
}

} // namespace meridian
