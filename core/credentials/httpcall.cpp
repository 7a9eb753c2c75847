// SPDX-License-Identifier: MIT
// One HTTP request to a token service or a metadata server, answered or failed within a deadline.
#include "core/credentials/httpcall.h"

#include "core/http/retryafter.h"

namespace meridian::credentials {

HttpCall::HttpCall(event::Loop &loop,
                   HttpRequest request,
                   Done done,
                   std::chrono::nanoseconds deadline)
    : m_loop(loop)
    , m_request(std::move(request))
    , m_span(deadline)
    , m_deadline(loop.timers(), *this)
    , m_done(std::move(done))
{
    auto url = config::parseEndpointUrl(m_request.url);
    if (!url) {
        m_answer.detail = "the url " + url.error();
        m_deadline.start({}); // tells it
        return;
    }
    m_url = std::move(*url);
    m_deadline.start(m_span); // for everything together
    m_host = std::make_unique<health::HostAddresses>(m_url.host, m_url.port, [this] { connect(); });
    if (!m_host->current().empty()) {
        connect();
    }
}

HttpCall::~HttpCall()
{
    const Secret wiped(std::move(m_received));
}

void HttpCall::connect()
{
    if (!m_done) {
        return; // the deadline came first
    }
    if (m_host->current().empty()) {
        fail("looking up " + m_url.host + ": " + m_host->problem());
        return;
    }
    if (m_url.isHttps) {
        auto tls = net::TlsContext::forUpstream({}, m_url.host, true);
        if (!tls) {
            m_answer.detail = tls.error().detail;
            m_deadline.start({});
            return;
        }
        m_tls = *tls;
    }
    m_connection = std::make_unique<http::ClientConnection>(m_loop, m_host->current(), m_tls.get());
    m_connection->begin(*this, {m_span, m_span, m_span}, false);
    writeHead(m_connection->output());
    if (!m_request.body.isEmpty()) {
        m_connection->writeFrom(m_request.body.reveal());
    }
    m_connection->requestWritten();
}

void HttpCall::writeHead(std::string &out) const
{
    out.append(m_request.method).append(" ").append(m_url.basePath);
    out.append(" HTTP/1.1\r\nhost: ");
    out.append(config::hostHeader(m_url));
    out.append("\r\nuser-agent: meridian/" MERIDIAN_VERSION "\r\naccept: */*\r\n");
    for (const auto &[name, value] : m_request.headers) {
        out.append(name).append(": ").append(value.reveal()).append("\r\n");
    }
    if (m_request.method != "GET") {
        out.append("content-length: ");
        out.append(std::to_string(m_request.body.reveal().size())).append("\r\n");
    }
    out.append("connection: close\r\n\r\n");
}

void HttpCall::onResponseHead(const http::MessageHead &head)
{
    m_answer.status = head.status;
    if (const auto value = head.headers.find("retry-after")) {
        m_answer.retryAfter = http::parseRetryAfter(*value);
    }
    constexpr std::size_t Usual = 16 * 1024; // a token's answer: never moved, so never left behind
    m_received.reserve(Usual);
}

void HttpCall::onResponseBody(std::string_view bytes)
{
    if (m_received.size() + bytes.size() > MaxBody) {
        fail("the answer is larger than " + std::to_string(MaxBody) + " bytes");
        return;
    }
    m_received.append(bytes);
}

void HttpCall::onResponseComplete()
{
    finish();
}

void HttpCall::onUpstreamFailed(const http::UpstreamFault &fault)
{
    fail(m_url.host + ": " + fault.detail);
}

void HttpCall::onTimer() noexcept
{
    fail(m_answer.detail.empty() ? m_url.host + ": no answer within the deadline"
                                 : m_answer.detail);
}

void HttpCall::fail(std::string detail)
{
    m_answer.status = 0;
    m_answer.detail = std::move(detail);
    finish();
}

void HttpCall::finish()
{
    if (const Done done = std::exchange(m_done, nullptr)) {
        m_deadline.stop();
        if (m_connection) {
            m_connection->close();
        }
        m_answer.body = Secret(std::move(m_received));
        m_received.clear();
        done(m_answer);
    }
}

std::string originOf(std::string_view url)
{
    const auto parsed = config::parseEndpointUrl(url);
    return parsed ? parsed->text.substr(0, parsed->text.size() - parsed->basePath.size())
                  : std::string();
}

Result<void> checkTokenUrl(const std::string &url, std::string_view what)
{
    const auto parsed = config::parseEndpointUrl(url);
    if (!parsed) {
        return failure(ErrorCode::InvalidConfig, std::string(what) + ": the url " + parsed.error());
    }
    if (!parsed->isHttps && !config::isLoopbackHost(parsed->host)) {
        return failure(ErrorCode::InvalidConfig,
                       std::string(what) + ": " + parsed->text +
                           " is not https: a key would be sent in clear; use https");
    }
    return {};
}

Secret formBody(const std::vector<std::pair<std::string_view, std::string_view>> &fields)
{
    constexpr std::string_view Hex = "0123456789ABCDEF";
    std::string text;
    std::size_t size = 0;
    for (const auto &[name, value] : fields) {
        size += name.size() + 3 * value.size() + 2;
    }
    text.reserve(size); // never moved, so that no copy of a secret stays behind
    for (const auto &[name, value] : fields) {
        text.append(text.empty() ? "" : "&").append(name).append("=");
        for (const char c : value) {
            const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                                 c == '~';
            if (isPlain) {
                text += c;
                continue;
            }
            const auto byte = static_cast<unsigned char>(c);
            text.append({'%', Hex[byte >> 4U], Hex[byte & 15U]});
        }
    }
    return Secret(std::move(text));
}

} // namespace meridian::credentials
