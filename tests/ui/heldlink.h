// SPDX-License-Identifier: MIT
// A link whose answers the test gives, when it likes: for what must be ignored when it is late.
#pragma once

#include "ui/gatewaylink.h"

#include <QJsonObject>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>

namespace meridian::ui {

class HeldLink final : public GatewayLink
{
public:
    struct Call
    {
        std::string method;
        std::string path;
        QJsonObject body;
        Done done;
    };

    void call(std::string method, std::string path, std::string body, Done done) override
    {
        calls.push_back({std::move(method), std::move(path),
                         QJsonDocument::fromJson(QByteArray::fromStdString(body)).object(),
                         std::move(done)});
    }

    [[nodiscard]] QString address() const override { return url; }

    [[nodiscard]] Connection connection() const override { return Connection::Connected; }

    [[nodiscard]] QString problem() const override { return {}; }

    [[nodiscard]] bool isLocal() const override { return isHere; }

    /// For QTRY_VERIFY, which evaluates its condition more than once.
    [[nodiscard]] bool isAsked(std::string_view method, std::string_view path) const
    {
        return std::any_of(calls.begin(), calls.end(), [&](const Call &call) {
            return call.method == method && call.path == path;
        });
    }

    /// The oldest call to this path that has no answer yet.
    [[nodiscard]] std::optional<Call> take(std::string_view method, std::string_view path)
    {
        for (auto call = calls.begin(); call != calls.end(); ++call) {
            if (call->method == method && call->path == path) {
                Call taken = std::move(*call);
                calls.erase(call);
                return taken;
            }
        }
        return std::nullopt;
    }

    /// Answers it; false when nobody asks.
    [[nodiscard]] bool answer(std::string_view method,
                              std::string_view path,
                              const QJsonObject &body,
                              int status = 200)
    {
        const auto call = take(method, path);
        if (call) {
            call->done(status, QJsonDocument(body));
        }
        return call.has_value();
    }

    [[nodiscard]] static QJsonObject error(const char *code, const char *message)
    {
        return {{QStringLiteral("error"),
                 QJsonObject{{QStringLiteral("code"), QLatin1String(code)},
                             {QStringLiteral("message"), QLatin1String(message)}}}};
    }

    std::deque<Call> calls;
    bool isHere = false;
    QString url = QStringLiteral("http://127.0.0.1:8080");
};

} // namespace meridian::ui
