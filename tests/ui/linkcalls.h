// SPDX-License-Identifier: MIT
// Calls a link and waits for its answer.
#pragma once

#include "tests/ui/turning.h"
#include "ui/gatewaylink.h"

#include <QJsonObject>
#include <QTest>

#include <memory>
#include <tuple>

namespace meridian::ui {

struct Answered
{
    int status = -1; // -1: there was no answer
    QJsonObject body;
    int count = 0;
};

[[nodiscard]] inline Answered askAndWait(GatewayLink &link,
                                         const char *method,
                                         const std::string &path,
                                         const QJsonObject &body = {})
{
    const auto answered = std::make_shared<Answered>();
    const std::string text = body.isEmpty()
                                 ? std::string()
                                 : QJsonDocument(body).toJson(QJsonDocument::Compact).toStdString();
    link.call(method, path, text, [answered](int status, const QJsonDocument &answer) {
        answered->status = status;
        answered->body = answer.object();
        ++answered->count;
    });
    std::ignore = support::turnUntil([&] { return answered->count > 0; });
    return *answered;
}

} // namespace meridian::ui
