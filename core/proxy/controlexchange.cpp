// SPDX-License-Identifier: MIT
#include "core/proxy/controlexchange.h"

#include "core/proxy/controlanswer.h"

namespace meridian::proxy {

namespace {

using namespace std::chrono_literals;
using http::HttpError;

constexpr http::ClientTimeouts Timeouts{1s, 10s, 5s}; // the main thread should answer at once

} // namespace

ControlExchange::ControlExchange(http::ServerConnection &client,
                                 WorkerContext &worker,
                                 ControlLink &link,
                                 const Surface &surface)
    : m_client(client)
    , m_worker(worker)
    , m_link(link)
    , m_surface(surface)
    , m_relay(client, provider::Dialect::OpenAiOther)
{
}

ControlExchange::~ControlExchange()
{
    endAttempt();
}

void ControlExchange::start()
{
    m_worker.metrics.count(observe::Counter::ControlRequests);
    const filter::FilterContext context{
        m_client.head(),    m_client.peer(),  *m_worker.snapshot, true,
        m_surface.isPublic, m_surface.isPage, &m_caller};
    if (const auto refusal = m_worker.filters.onHead(context)) {
        refuse(refusal->error, refusal->message);
        return;
    }
    if (m_client.head().contentLength.value_or(0) > MaxBody) {
        refuse(HttpError::BodyTooLarge, http::bodyTooLargeMessage(MaxBody));
        return;
    }
    m_client.acceptBody(true);
}

void ControlExchange::onRequestBody(std::string_view bytes)
{
    if (m_body.size() + bytes.size() > MaxBody) {
        refuse(HttpError::BodyTooLarge, http::bodyTooLargeMessage(MaxBody));
        return;
    }
    m_body.append(bytes);
}

void ControlExchange::onRequestComplete()
{
    m_upstream = m_link.lease();
    if (!m_upstream) {
        refuse(HttpError::Overloaded);
        return;
    }
    const http::MessageHead &head = m_client.head();
    m_upstream->begin(*this, Timeouts, head.method == "HEAD");
    std::string &out = m_upstream->output();
    out.append(head.method).append(" ").append(originForm(head.target));
    out.append(" HTTP/1.1\r\nhost: control\r\n");
    out.append(PrincipalHeader).append(": ").append(filter::callerName(m_caller));
    out.append(" ").append(m_client.peerName()).append("\r\n");
    if (head.headers.find("origin") || head.headers.find("sec-fetch-site")) {
        out.append(BrowserHeader).append(": 1\r\n");
    }
    for (const std::string_view name :
         {"content-type", "if-none-match", "accept", "accept-encoding", "x-meridian-session",
          "x-meridian-page-token", "anthropic-version"}) {
        if (const auto value = head.headers.find(name)) {
            out.append(name).append(": ").append(*value).append("\r\n");
        }
    }
    out.append("content-length: ").append(std::to_string(m_body.size())).append("\r\n\r\n");
    out.append(m_body);
    m_upstream->requestWritten();
}

std::string ControlExchange::ownHeaders() const
{
    return controlHeaders(m_client.head(), m_id);
}

void ControlExchange::refuse(HttpError error, std::string_view message)
{
    endAttempt();
    respondRefusal(m_client, ownHeaders(), error, message);
}

void ControlExchange::onResponseHead(const http::MessageHead &head)
{
    m_relay.start(head, ownHeaders());
}

void ControlExchange::onResponseBody(std::string_view bytes)
{
    m_relay.body(bytes);
    if (m_client.isCongested()) {
        m_upstream->pauseReading();
    }
}

void ControlExchange::onResponseDrained()
{
    if (m_upstream) {
        m_upstream->resumeReading();
    }
}

void ControlExchange::onResponseComplete()
{
    m_link.giveBack(std::move(m_upstream));
    static_cast<void>(m_relay.complete()); // nothing of ours is a stream of a model
    m_client.finish();
}

void ControlExchange::onUpstreamFailed(const http::UpstreamFault &)
{
    endAttempt();
    if (m_client.responseStarted()) {
        m_client.abandon();
    } else {
        refuse(HttpError::Overloaded, "The control plane does not answer");
    }
}

void ControlExchange::onRequestFailed(http::MessageParser::Fault, bool timedOut)
{
    refuse(timedOut ? HttpError::BodyTimeout : HttpError::MalformedRequest);
}

void ControlExchange::onClientGone()
{
    endAttempt();
}

void ControlExchange::onShutdown()
{
    if (m_client.responseStarted()) {
        endAttempt();
        m_client.abandon();
    } else {
        refuse(HttpError::Draining);
    }
}

void ControlExchange::endAttempt()
{
    if (m_upstream) {
        m_upstream->close();
        m_link.giveBack(std::move(m_upstream));
    }
}

} // namespace meridian::proxy
