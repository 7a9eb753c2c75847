// SPDX-License-Identifier: MIT
// Reads an OTLP request in JSON; what is not as it should be throws.
#pragma once

#include "tests/observe/decodedspans.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace meridian::test {

/// The member, which must be a string.
inline std::string jsonText(const QJsonObject &object, const char *key)
{
    const QJsonValue value = object.value(QLatin1String(key));
    if (!value.isString()) {
        throw std::runtime_error(std::string(key) + " is no string");
    }
    return value.toString().toStdString();
}

inline std::uint64_t jsonNumber(const QJsonObject &object, const char *key)
{
    const QJsonValue value = object.value(QLatin1String(key));
    if (!value.isDouble()) {
        throw std::runtime_error(std::string(key) + " is no number");
    }
    return static_cast<std::uint64_t>(value.toInteger());
}

inline std::map<std::string, std::string> jsonAttributes(const QJsonObject &object)
{
    std::map<std::string, std::string> result;
    const QJsonArray list = object.value(QLatin1String("attributes")).toArray();
    for (const auto &item : list) {
        const QJsonObject pair = item.toObject();
        const QJsonObject value = pair.value(QLatin1String("value")).toObject();
        if (value.size() != 1) {
            throw std::runtime_error("a value is one of several");
        }
        const QString kind = value.keys().front();
        const std::string text = kind == QLatin1String("stringValue")
                                     ? "s:" + jsonText(value, "stringValue")
                                 : kind == QLatin1String("intValue")
                                     ? "i:" + jsonText(value, "intValue") // a string, by OTLP
                                 : value.value(QLatin1String("boolValue")).toBool() ? "b:true"
                                                                                    : "b:?";
        addAttribute(result, jsonText(pair, "key"), text);
    }
    return result;
}

inline DecodedSpan jsonSpan(const QJsonObject &object)
{
    DecodedSpan span;
    span.traceId = jsonText(object, "traceId");
    span.spanId = jsonText(object, "spanId");
    if (object.contains(QLatin1String("parentSpanId"))) {
        span.parentId = jsonText(object, "parentSpanId");
    }
    span.name = jsonText(object, "name");
    span.kind = jsonNumber(object, "kind");
    span.flags = jsonNumber(object, "flags");
    span.start = std::stoull(jsonText(object, "startTimeUnixNano"));
    span.end = std::stoull(jsonText(object, "endTimeUnixNano"));
    span.attributes = jsonAttributes(object);
    const QJsonObject status = object.value(QLatin1String("status")).toObject();
    if (status.contains(QLatin1String("code"))) {
        span.statusCode = jsonNumber(status, "code");
        span.statusMessage = jsonText(status, "message");
    }
    return span;
}

inline DecodedRequest decodeJson(std::string_view body)
{
    const QJsonObject root =
        QJsonDocument::fromJson(QByteArray(body.data(), static_cast<qsizetype>(body.size())))
            .object();
    const QJsonArray resources = root.value(QLatin1String("resourceSpans")).toArray();
    const QJsonObject resourceSpans = resources.at(0).toObject();
    const QJsonArray scopes = resourceSpans.value(QLatin1String("scopeSpans")).toArray();
    if (root.size() != 1 || resources.size() != 1 || scopes.size() != 1) {
        throw std::runtime_error("not one resource with one scope");
    }
    const QJsonObject scopeSpans = scopes.at(0).toObject();
    const QJsonObject scope = scopeSpans.value(QLatin1String("scope")).toObject();
    DecodedRequest request;
    request.resource = jsonAttributes(resourceSpans.value(QLatin1String("resource")).toObject());
    request.scopeName = jsonText(scope, "name");
    request.scopeVersion = jsonText(scope, "version");
    request.schemaUrl = jsonText(scopeSpans, "schemaUrl");
    const QJsonArray spans = scopeSpans.value(QLatin1String("spans")).toArray();
    for (const auto &span : spans) {
        request.spans.push_back(jsonSpan(span.toObject()));
    }
    return request;
}

} // namespace meridian::test
