// SPDX-License-Identifier: MIT
#include "core/provider/geminitarget.h"

#include <algorithm>

namespace meridian::provider {

namespace {

constexpr std::string_view Models = "/models/";

int hexValue(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

GeminiTarget parseGeminiTarget(std::string_view target) noexcept
{
    GeminiTarget parsed;
    target = target.substr(0, target.find('#'));
    const std::size_t mark = std::min(target.find('?'), target.size());
    const std::size_t models = target.substr(0, mark).find(Models);
    if (models == std::string_view::npos) {
        return parsed;
    }
    parsed.query = target.substr(mark);
    std::string_view rest = target.substr(0, mark).substr(models + Models.size());
    const std::size_t colon = rest.rfind(':');
    parsed.model = rest.substr(0, colon);
    if (colon != std::string_view::npos) {
        parsed.verb = rest.substr(colon + 1);
    }
    return parsed;
}

std::string percentDecoded(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const int high = hexValue(text[i + 1]);
            const int low = hexValue(text[i + 2]);
            if (high >= 0 && low >= 0) {
                out.push_back(static_cast<char>(high * 16 + low));
                i += 2;
                continue;
            }
        }
        out.push_back(text[i]);
    }
    return out;
}

void appendPathSegment(std::string &out, std::string_view text)
{
    constexpr std::string_view Allowed = "-._~@:";
    constexpr std::string_view Digits = "0123456789ABCDEF";
    for (const char c : text) {
        const char lower = static_cast<char>(c | 0x20);
        if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
            Allowed.find(c) != std::string_view::npos) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(Digits[byte >> 4U]);
            out.push_back(Digits[byte & 15U]);
        }
    }
}

std::string queryWithoutKey(std::string_view query)
{
    std::string out;
    if (query.starts_with('?')) {
        query.remove_prefix(1);
    }
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view parameter = query.substr(0, end);
        if (!parameter.empty() && !parameter.starts_with("key=")) {
            out.append(out.empty() ? "?" : "&").append(parameter);
        }
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return out;
}

} // namespace meridian::provider
