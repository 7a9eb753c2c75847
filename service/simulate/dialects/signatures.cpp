// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/signatures.h"

#include "core/base/base64.h"

#include <cstdint>

namespace meridian::simulate {

namespace {

constexpr std::string_view Maker = "simulated:";
constexpr std::size_t Digits = 16;

std::string hashOf(std::string_view text)
{
    std::uint64_t hash = 0xCBF29CE484222325U; // FNV-1a
    for (const char byte : text) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    }
    std::string hex(Digits, '0');
    for (std::size_t i = Digits; i-- > 0; hash >>= 4U) {
        hex[i] = "0123456789abcdef"[hash & 0xFU];
    }
    return hex;
}

} // namespace

std::string signatureOf(std::string_view content)
{
    std::string text(Maker);
    text.append(hashOf(content));
    return base64Encode(text + hashOf(text));
}

bool isSignature(std::string_view signature)
{
    const auto text = base64Decode(signature);
    if (!text || text->size() != Maker.size() + 2 * Digits || !text->starts_with(Maker)) {
        return false;
    }
    const std::string_view content = std::string_view(*text).substr(0, text->size() - Digits);
    return text->ends_with(hashOf(content));
}

} // namespace meridian::simulate
