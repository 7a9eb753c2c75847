// SPDX-License-Identifier: MIT
// How tests look at the gateway's routing from outside: explanations, status, who got how much.
#pragma once

#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <map>
#include <string>
#include <string_view>

namespace meridian::support {

/// What `x-meridian-explain: 1` brought; empty when nothing.
[[nodiscard]] inline QJsonObject explanationOf(const HttpResponse &response)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(response.header("x-meridian-explain")))
        .object();
}

/// One backend's part of an explanation (`key` = backend) or of the status (`key` = name).
[[nodiscard]] inline QJsonObject
entryOf(const QJsonObject &object, const char *key, std::string_view name)
{
    for (const QJsonValue &entry : object.value(QLatin1String("backends")).toArray()) {
        if (entry[QLatin1String(key)].toString().toStdString() == name) {
            return entry.toObject();
        }
    }
    return {};
}

[[nodiscard]] inline double scoreOf(const QJsonObject &explanation, std::string_view backend)
{
    return entryOf(explanation, "backend", backend).value(QLatin1String("score")).toDouble(-1);
}

[[nodiscard]] inline std::string verdictOf(const QJsonObject &explanation, std::string_view backend)
{
    return entryOf(explanation, "backend", backend)
        .value(QLatin1String("verdict"))
        .toString()
        .toStdString();
}

[[nodiscard]] inline QJsonObject statusOf(const Scenario &scenario, std::string_view backend)
{
    return entryOf(jsonOf(scenario.get("/meridian/status")), "name", backend);
}

/// A chat request of one message.
[[nodiscard]] inline std::string
chatBody(std::string_view text, std::string_view extra = {}, std::string_view model = "test-model")
{
    return std::string(R"({"model":")") + std::string(model) +
           R"(","messages":[{"role":"user","content":")" + std::string(text) + "\"}]" +
           std::string(extra) + "}";
}

/// How many of `times` requests each backend answered; errors count under their status.
[[nodiscard]] inline std::map<std::string, int> sharesOf(const Scenario &scenario,
                                                         int times,
                                                         std::string_view body = Scenario::ChatBody,
                                                         const Headers &headers = {})
{
    std::map<std::string, int> shares;
    RawClient client = scenario.connect();
    for (int i = 0; i < times; ++i) {
        if (!client.isOpen()) {
            client = scenario.connect();
        }
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, body, headers, 30s);
        ++shares[response.status == 200 ? response.header("x-meridian-backend")
                                        : std::to_string(response.status)];
        if (!response.isComplete()) {
            client = scenario.connect();
        }
    }
    return shares;
}

inline const Headers Explain{{"x-meridian-explain", "1"}};

} // namespace meridian::support
