// SPDX-License-Identifier: MIT
#include "core/http/keyfields.h"

#include "core/http/headermap.h"

namespace meridian::http {

namespace {

bool begins(std::string_view name, std::string_view lowerPrefix) noexcept
{
    return equalsIgnoreCase(name.substr(0, lowerPrefix.size()), lowerPrefix);
}

} // namespace

bool isKeyField(std::string_view name) noexcept
{
    switch (name.size()) {
    case 7:
        return equalsIgnoreCase(name, "api-key");
    case 9:
        return equalsIgnoreCase(name, "x-api-key");
    case 13:
        return equalsIgnoreCase(name, "authorization");
    case 14:
        return equalsIgnoreCase(name, "x-goog-api-key");
    default:
        return false;
    }
}

bool isSecretField(std::string_view name) noexcept
{
    return isKeyField(name) || begins(name, "x-meridian-byok-") ||
           begins(name, "x-modelmeld-byok-") || equalsIgnoreCase(name, "proxy-authorization") ||
           equalsIgnoreCase(name, "x-meridian-admin-token");
}

} // namespace meridian::http
