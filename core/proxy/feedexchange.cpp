// SPDX-License-Identifier: MIT
// Somebody who follows the events: an event stream that lasts until one side has enough.
#include "core/proxy/feedexchange.h"

#include "core/http/ssewriter.h"
#include "core/json/jsonwriter.h"
#include "core/proxy/controlanswer.h"

#include <charconv>

namespace meridian::proxy {

namespace {

using http::HttpError;

constexpr std::size_t EventsAtOnce = 64;
constexpr std::string_view KeepAliveComment = ":\n\n";

/// Nothing when it is no number.
std::optional<std::uint64_t> lastEventId(const http::MessageHead &head)
{
    const std::string_view text = head.headers.find("last-event-id").value_or("");
    std::uint64_t seq = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seq);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? std::optional(seq)
                                                                               : std::nullopt;
}

} // namespace

bool wantsFeed(const http::MessageHead &head) noexcept
{
    const auto accept = head.headers.find("accept");
    return head.method == "GET" && accept &&
           accept->find("text/event-stream") != std::string_view::npos;
}

FeedExchange::FeedExchange(http::ServerConnection &client, WorkerContext &worker, FeedHub &hub)
    : m_client(client)
    , m_worker(worker)
    , m_hub(hub)
    , m_snapshot(worker.snapshot)
    , m_timer(worker.loop.timers(), *this)
{
}

FeedExchange::~FeedExchange()
{
    leave();
}

void FeedExchange::start()
{
    m_worker.metrics.count(observe::Counter::ControlRequests);
    const filter::FilterContext context{m_client.head(), m_client.peer(), *m_snapshot, true, false};
    if (const auto refusal = m_worker.filters.onHead(context)) {
        refuse(refusal->error, refusal->message);
    }
}

void FeedExchange::onRequestComplete()
{
    if (!m_hub.join(*this)) {
        refuse(HttpError::Overloaded,
               "As many callers as may do follow the events already; ask for "
               "them with ?after= instead");
        return;
    }
    m_isOpen = true;
    const std::uint64_t newest = m_hub.log().newest();
    m_seen = lastEventId(m_client.head()).value_or(newest);
    m_client.startHead(200)
        .append(ownHeaders())
        .append("content-type: text/event-stream\r\ncache-control: no-store\r\n"
                "x-accel-buffering: no\r\n");
    m_client.startBody(std::nullopt);
    m_client.writeBody(KeepAliveComment); // proxies and readers see that it stands
    m_timer.start(Heartbeat);
    deliver();
}

void FeedExchange::deliver()
{
    while (m_isOpen && !m_client.isCongested()) {
        const observe::EventLog::Page page = m_hub.log().after(m_seen, EventsAtOnce);
        std::string text;
        if (page.missed) {
            json::JsonWriter data;
            data.beginObject().boolean("missed", true).endObject();
            http::appendSseEvent(text, "missed", data.text());
        }
        for (const observe::Event &event : page.events) {
            text.append("id: ").append(std::to_string(event.seq)) += '\n';
            http::appendSseEvent(text, event.kind, toJson(event));
        }
        m_seen = page.next;
        if (text.empty()) {
            return;
        }
        m_client.writeBody(text);
        m_timer.start(Heartbeat);
    }
    if (m_isOpen && m_hub.log().newest() > m_seen + MaxBehind) {
        m_hub.log().noteDropped();
        end("slow");
    }
}

void FeedExchange::onTimer() noexcept
{
    m_timer.start(Heartbeat);
    if (!m_client.isCongested()) { // else its send deadline runs
        m_client.writeBody(KeepAliveComment);
    }
}

void FeedExchange::onResponseDrained()
{
    deliver();
}

void FeedExchange::end(std::string_view reason)
{
    if (!m_isOpen) {
        return;
    }
    leave();
    json::JsonWriter data;
    data.beginObject().string("reason", reason).endObject();
    std::string text;
    http::appendSseEvent(text, "end", data.text());
    m_client.writeBody(text);
    m_client.finish();
}

void FeedExchange::recheckAccess()
{
    if (!(m_worker.snapshot->settings.admin == m_snapshot->settings.admin)) {
        end("access");
    }
}

void FeedExchange::leave()
{
    if (m_isOpen) { // else the hub may be gone already
        m_isOpen = false;
        m_timer.stop();
        m_hub.leave(*this);
    }
}

std::string FeedExchange::ownHeaders() const
{
    return controlHeaders(m_client.head(), m_id);
}

void FeedExchange::refuse(HttpError error, std::string_view message)
{
    respondRefusal(m_client, ownHeaders(), error, message);
}

void FeedExchange::onRequestFailed(http::MessageParser::Fault, bool timedOut)
{
    refuse(timedOut ? HttpError::BodyTimeout : HttpError::MalformedRequest);
}

void FeedExchange::onClientGone()
{
    leave();
}

void FeedExchange::onShutdown()
{
    if (m_isOpen) {
        end("draining");
    } else if (!m_client.responseStarted()) {
        refuse(HttpError::Draining);
    }
}

} // namespace meridian::proxy
