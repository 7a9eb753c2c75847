// SPDX-License-Identifier: MIT
// A simulated backend of some dialect and requests to it, over real sockets.
#pragma once

#include "service/simulate/simulatorthread.h"
#include "tests/support/rawclient.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <string>
#include <string_view>

namespace meridian::support {

/// One backend on a thread of its own; port 0 when it did not start.
class SimulatedServer
{
public:
    explicit SimulatedServer(simulate::Protocol protocol, simulate::SimulatorOptions options = {})
        : m_protocol(protocol)
        , m_thread({adapted(protocol, std::move(options))})
    {
        if (const auto ports = m_thread.launch()) {
            m_port = ports->front();
        }
    }

    [[nodiscard]] std::uint16_t port() const { return m_port; }

    /// With the headers that the provider insists on.
    [[nodiscard]] HttpResponse
    post(std::string_view path, std::string_view body, Headers extra = {}) const
    {
        if (m_protocol == simulate::Protocol::Anthropic) {
            extra.push_back({"anthropic-version", "2023-06-01"});
        } else if (m_protocol == simulate::Protocol::Oci) {
            const Headers own = ociHeaders(body);
            extra.insert(extra.end(), own.begin(), own.end());
        }
        return RawClient(m_port).exchange("POST", path, body, extra);
    }

    [[nodiscard]] HttpResponse get(std::string_view path, Headers extra = {}) const
    {
        if (m_protocol == simulate::Protocol::Anthropic) {
            extra.push_back({"anthropic-version", "2023-06-01"});
        }
        return RawClient(m_port).exchange("GET", path, {}, extra);
    }

    /// A signature by nobody's key, over the right hash.
    static Headers ociHeaders(std::string_view body)
    {
        const QByteArray hash =
            QCryptographicHash::hash(QByteArray(body.data(), static_cast<qsizetype>(body.size())),
                                     QCryptographicHash::Sha256);
        return {{"date", "Thu, 05 Jan 2014 21:31:40 GMT"},
                {"x-content-sha256", hash.toBase64().toStdString()},
                {"authorization",
                 "Signature version=\"1\",keyId=\"t/u/f\",algorithm=\"rsa-sha256\",headers=\"date "
                 "(request-target) host content-length content-type x-content-sha256\",signature="
                 "\"AAAA\""}};
    }

private:
    static simulate::SimulatorOptions adapted(simulate::Protocol protocol,
                                              simulate::SimulatorOptions options)
    {
        options.protocol = protocol;
        options.name = "fast";
        options.latency = std::chrono::milliseconds(0);
        return options;
    }

    const simulate::Protocol m_protocol;
    simulate::SimulatorThread m_thread;
    std::uint16_t m_port = 0;
};

/// The value at `path` ("choices.0.message") of a JSON text.
inline QJsonValue valueAt(std::string_view json, const char *path)
{
    const QByteArray bytes(json.data(), static_cast<qsizetype>(json.size()));
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    QJsonValue value =
        document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    for (const QString &step : QString::fromLatin1(path).split(u'.')) {
        bool isIndex = false;
        const int index = step.toInt(&isIndex);
        value =
            isIndex && value.isArray() ? value.toArray().at(index) : value.toObject().value(step);
    }
    return value;
}

} // namespace meridian::support
