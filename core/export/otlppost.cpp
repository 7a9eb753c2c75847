// SPDX-License-Identifier: MIT
// One POST to a collector, answered or failed, within a deadline.
#include "core/export/otlppost.h"

#include "core/http/retryafter.h"

#include <QHostAddress>
#include <QHostInfo>

namespace meridian::exporter {

namespace {

using Protocol = model::TracingSettings::Protocol;

std::string authorityOf(const model::TracingSettings &settings)
{
    const bool isIpv6 = settings.host.find(':') != std::string::npos;
    std::string text = isIpv6 ? "[" + settings.host + "]" : settings.host;
    if (settings.port != (settings.https ? 443 : 80)) {
        text += ":" + std::to_string(settings.port);
    }
    return text;
}

} // namespace

OtlpPost::OtlpPost(event::Loop &loop,
                   model::TracingSettings settings,
                   std::shared_ptr<net::TlsContext> tls,
                   Protocol protocol,
                   std::string_view body,
                   Done done)
    : m_loop(loop)
    , m_settings(std::move(settings))
    , m_tls(std::move(tls))
    , m_protocol(protocol)
    , m_body(body)
    , m_deadline(loop.timers(), *this)
    , m_done(std::move(done))
{
    m_deadline.start(m_settings.timeout); // for everything together
    if (auto literal = net::SocketAddress::parse(m_settings.host, m_settings.port)) {
        send({*literal});
    } else {
        lookUp();
    }
}

OtlpPost::~OtlpPost() = default;

void OtlpPost::lookUp()
{
    QHostInfo::lookupHost(
        QString::fromStdString(m_settings.host), &m_lookup, [this](const QHostInfo &info) {
            std::vector<net::SocketAddress> addresses;
            const auto found = info.addresses();
            for (const QHostAddress &address : found) {
                auto parsed =
                    net::SocketAddress::parse(address.toString().toStdString(), m_settings.port);
                if (parsed) {
                    addresses.push_back(*parsed);
                }
            }
            if (!m_done) {
                return; // the deadline came first
            }
            if (addresses.empty()) {
                fail(info.errorString().toStdString());
                return;
            }
            send(std::move(addresses));
        });
}

void OtlpPost::send(std::vector<net::SocketAddress> addresses)
{
    m_connection =
        std::make_unique<http::ClientConnection>(m_loop, std::move(addresses), m_tls.get());
    const auto span = std::chrono::nanoseconds(m_settings.timeout);
    m_connection->begin(*this, {span, span, span}, false);
    writeHead(m_connection->output());
    m_connection->writeFrom(m_body);
    m_connection->requestWritten();
}

void OtlpPost::writeHead(std::string &out) const
{
    out.append("POST ").append(m_settings.path).append(" HTTP/1.1\r\nhost: ");
    out.append(authorityOf(m_settings)).append("\r\nuser-agent: meridian/" MERIDIAN_VERSION);
    out.append("\r\ncontent-type: ");
    out.append(m_protocol == Protocol::Json ? "application/json" : "application/x-protobuf");
    out.append("\r\ncontent-length: ").append(std::to_string(m_body.size())).append("\r\n");
    for (const auto &[name, value] : m_settings.headers) {
        out.append(name).append(": ").append(value.reveal()).append("\r\n");
    }
    out.append("connection: close\r\n\r\n");
}

void OtlpPost::onResponseHead(const http::MessageHead &head)
{
    m_result.status = head.status;
    const std::string_view type = head.headers.find("content-type").value_or("");
    constexpr std::string_view Json = "application/json";
    m_result.isJson = http::equalsIgnoreCase(type.substr(0, Json.size()), Json);
    if (const auto value = head.headers.find("retry-after")) {
        m_result.retryAfter = http::parseRetryAfter(*value);
    }
}

void OtlpPost::onResponseBody(std::string_view bytes)
{
    if (m_result.body.size() + bytes.size() > MaxBody) {
        m_result.body.clear();
        finish(); // the status says it all
        return;
    }
    m_result.body.append(bytes);
}

void OtlpPost::onResponseComplete()
{
    finish();
}

void OtlpPost::onUpstreamFailed(const http::UpstreamFault &fault)
{
    fail(fault.detail);
}

void OtlpPost::onTimer() noexcept
{
    fail("no answer within the deadline");
}

void OtlpPost::fail(std::string detail)
{
    m_result.status = 0;
    m_result.detail = std::move(detail);
    finish();
}

void OtlpPost::cancel() noexcept
{
    m_done = nullptr;
    m_deadline.stop();
    if (m_connection) {
        m_connection->close();
    }
}

void OtlpPost::finish()
{
    if (const Done done = std::exchange(m_done, nullptr)) {
        cancel();
        done(m_result);
    }
}

} // namespace meridian::exporter
