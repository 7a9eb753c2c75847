// SPDX-License-Identifier: MIT
// Which header fields carry a caller's keys.
#pragma once

#include <cstdint>
#include <string_view>

namespace meridian::http {

/// A field in which clients send keys: authorization, x-api-key, api-key, x-goog-api-key.
[[nodiscard]] bool isKeyField(std::string_view name) noexcept;

/// Any of those, proxy-authorization, x-meridian-admin-token, or a key brought for a provider
/// (x-meridian-byok-…, x-modelmeld-byok-…). Out of line, for the names that holdsKey() lets
/// through.
[[nodiscard]] bool isSecretField(std::string_view name) noexcept;

/// isSecretField(), by the length first: asked for every field of every request.
[[nodiscard]] inline bool holdsKey(std::string_view name) noexcept
{
    constexpr std::uint32_t Sizes = 1U << 7U | 1U << 9U | 1U << 13U | 1U << 14U;
    const std::size_t size = name.size();
    if (size > 16) {
        const char first = name[0];
        return (first == 'x' || first == 'X' || size == 19) && isSecretField(name);
    }
    return ((Sizes >> size) & 1U) != 0 && isSecretField(name);
}

} // namespace meridian::http
