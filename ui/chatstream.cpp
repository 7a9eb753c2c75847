// SPDX-License-Identifier: MIT
// One streamed chat completion through a gateway's data port.
#include "ui/chatstream.h"

#include "core/json/checker.h"
#include "core/json/value.h"

#include <utility>

namespace meridian::ui {

namespace {

constexpr int Ok = 200;

std::optional<long long> countOf(json::Value usage, std::string_view name)
{
    const auto count = usage[name].integer();
    return count && *count >= 0 ? std::optional<long long>(*count) : std::nullopt;
}

} // namespace

ChatStream::ChatStream(event::Loop &loop,
                       const std::string &address,
                       std::string body,
                       ChatListener &to)
    : m_loop(loop)
    , m_listener(&to)
    , m_body(std::move(body))
    , m_start(loop.timers(), *this)
    , m_reader(*this)
{
    auto url = config::parseBackendUrl(address);
    if (!url) {
        m_problem = "the address " + url.error();
        m_start.start({}); // tells it
        return;
    }
    m_url = std::move(*url);
    m_start.start(ConnectTimeout); // for the lookup
    m_host = std::make_unique<health::HostAddresses>(m_url.host, m_url.port, [this] { connect(); });
    if (!m_host->current().empty()) {
        connect();
    }
}

ChatStream::~ChatStream() = default;

void ChatStream::cancel() noexcept
{
    m_listener = nullptr;
    m_start.stop();
    if (m_connection) {
        m_connection->close();
    }
}

void ChatStream::connect()
{
    if (m_listener == nullptr || m_connection) {
        return; // a second lookup is no second request
    }
    if (m_host->current().empty()) {
        m_problem = "looking up " + m_url.host + ": " + m_host->problem();
        m_start.start({});
        return;
    }
    if (m_url.isHttps) {
        auto tls = net::TlsContext::forUpstream({}, m_url.host, true);
        if (!tls) {
            m_problem = tls.error().detail;
            m_start.start({});
            return;
        }
        m_tls = *tls;
    }
    m_start.stop();
    m_connection = std::make_unique<http::ClientConnection>(m_loop, m_host->current(), m_tls.get());
    m_connection->begin(*this, {ConnectTimeout, Silence, ConnectTimeout}, false);
    std::string &out = m_connection->output();
    out.append("POST ").append(m_url.basePath).append("/v1/chat/completions HTTP/1.1\r\nhost: ");
    out.append(config::hostHeader(m_url));
    out.append("\r\nuser-agent: meridian-desktop/" MERIDIAN_VERSION
               "\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n"
               "content-length: ");
    out.append(std::to_string(m_body.size())).append("\r\nconnection: close\r\n\r\n");
    m_connection->writeFrom(m_body);
    m_connection->requestWritten();
}

void ChatStream::onResponseHead(const http::MessageHead &head)
{
    m_status = head.status;
    m_isStream = head.status == Ok &&
                 head.headers.find("content-type").value_or("").starts_with("text/event-stream");
    if (m_listener != nullptr) {
        ChatListener::Head told;
        told.status = head.status;
        told.requestId = head.headers.find("x-request-id").value_or("");
        told.backend = head.headers.find("x-meridian-backend").value_or("");
        m_listener->onChatHead(told);
    }
}

void ChatStream::onResponseBody(std::string_view bytes)
{
    if (m_listener == nullptr) {
        return;
    }
    if (m_isStream) {
        if (m_reader.feed(bytes) == http::SseReader::Status::TooLarge) {
            finish("an event of the stream is larger than 1 MiB");
        }
        return;
    }
    if (m_whole.size() + bytes.size() > MaxWhole) {
        finish("the answer is larger than 4 MiB");
        return;
    }
    m_whole.append(bytes);
}

void ChatStream::sseEvent(std::string_view /*name*/, std::string_view data)
{
    if (data == "[DONE]") {
        m_isDone = true;
    } else if (m_listener != nullptr) {
        take(data);
    }
}

void ChatStream::take(std::string_view text)
{
    json::Checker checker;
    const auto value = checker.check(text);
    if (!value || !value->isObject()) {
        finish("the gateway sent what is no JSON object");
        return;
    }
    if (const json::Value error = (*value)["error"]; !error.isAbsent()) {
        const std::string message = error["message"].text();
        finish(message.empty() ? std::string(error.raw().substr(0, 500)) : message);
        return;
    }
    bool isFirst = true; // n is 1; others would be mixed into one text
    (*value)["choices"].elements([&](json::Value choice) {
        if (!std::exchange(isFirst, false) || m_listener == nullptr) {
            return;
        }
        const std::string piece = choice[m_isStream ? "delta" : "message"]["content"].text();
        m_isDone = m_isDone || choice["finish_reason"].isString();
        m_textBytes += piece.size();
        if (m_textBytes > MaxText) {
            finish("the answer is longer than 1 MiB; it was stopped");
        } else if (!piece.empty()) {
            m_listener->onChatText(piece);
        }
    });
    if (const json::Value usage = (*value)["usage"]; usage.isObject() && m_listener != nullptr) {
        m_listener->onChatUsage(
            {countOf(usage, "prompt_tokens"), countOf(usage, "completion_tokens")});
    }
}

void ChatStream::onResponseComplete()
{
    if (m_listener == nullptr) {
        return;
    }
    if (m_isStream) {
        finish(m_isDone ? "" : "the stream ended before the answer did");
        return;
    }
    json::Checker checker;
    if (!checker.check(m_whole)) {
        finish("HTTP " + std::to_string(m_status) + " without a JSON body");
        return;
    }
    take(m_whole); // an error ends it here
    finish(m_status == Ok ? "" : "HTTP " + std::to_string(m_status));
}

void ChatStream::onUpstreamFailed(const http::UpstreamFault &fault)
{
    finish(m_url.host + ": " + fault.detail);
}

void ChatStream::onTimer() noexcept
{
    finish(m_problem.empty() ? "looking up " + m_url.host + " took too long" : m_problem);
}

void ChatStream::finish(const std::string &problem)
{
    ChatListener *const listener = std::exchange(m_listener, nullptr);
    if (listener == nullptr) {
        return;
    }
    m_start.stop();
    if (m_connection) {
        m_connection->close();
    }
    if (problem.empty()) {
        listener->onChatEnded();
    } else {
        listener->onChatFailed(problem);
    }
}

} // namespace meridian::ui
