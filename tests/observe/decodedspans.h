// SPDX-License-Identifier: MIT
// An OTLP request as plain values, whatever it was encoded in, so that one test checks both.
#pragma once

#include <QByteArray>

#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::test {

/// Attributes as `type:text`, e.g. `s:chat`, `i:200`, `b:true`; ids in hexadecimal digits.
struct DecodedSpan
{
    std::string traceId, spanId, parentId, name;
    std::uint64_t flags = 0, kind = 0, start = 0, end = 0, statusCode = 0;
    std::string statusMessage;
    std::map<std::string, std::string> attributes;

    bool operator==(const DecodedSpan &) const = default;

    [[nodiscard]] std::string at(const std::string &key) const
    {
        const auto found = attributes.find(key);
        return found == attributes.end() ? std::string() : found->second;
    }
};

struct DecodedRequest
{
    std::map<std::string, std::string> resource;
    std::string scopeName, scopeVersion, schemaUrl;
    std::vector<DecodedSpan> spans;

    [[nodiscard]] std::vector<DecodedSpan> ofKind(std::uint64_t kind) const
    {
        std::vector<DecodedSpan> found;
        std::copy_if(spans.begin(), spans.end(), std::back_inserter(found),
                     [&](const DecodedSpan &span) { return span.kind == kind; });
        return found;
    }
};

inline std::string hexOf(std::string_view bytes)
{
    return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())).toHex().toStdString();
}

inline void addAttribute(std::map<std::string, std::string> &to, std::string key, std::string value)
{
    if (!to.emplace(std::move(key), std::move(value)).second) {
        throw std::runtime_error("an attribute given twice");
    }
}

} // namespace meridian::test
