// SPDX-License-Identifier: MIT
#include "core/proxy/responserelay.h"

#include "core/http/errorresponse.h"
#include "core/proxy/headerpolicy.h"
#include "core/proxy/streamcontinuation.h"

namespace meridian::proxy {

namespace {

constexpr std::size_t MaxHeldEvent = 256 * 1024; // a larger event is passed on in pieces

bool startsWith(std::string_view value, std::string_view lowerPrefix)
{
    return value.size() >= lowerPrefix.size() &&
           http::equalsIgnoreCase(value.substr(0, lowerPrefix.size()), lowerPrefix);
}

} // namespace

void ResponseRelay::start(const http::MessageHead &head, std::string_view ownHeaders)
{
    const std::string_view type = head.headers.find("content-type").value_or("");
    const bool isEncoded = head.headers.find("content-encoding").has_value();
    m_isEventStream = !isEncoded && startsWith(type, "text/event-stream");
    m_isJson = !isEncoded && startsWith(type, "application/json");
    std::string &out = m_client.startHead(head.status, head.reason);
    appendResponseHeaders(out, head);
    out.append(ownHeaders);
    // A stream may have to end with an error event: it cannot keep a length somebody promised.
    const auto length = m_isEventStream ? std::nullopt : head.contentLength;
    m_expected = length.value_or(0);
    m_client.startBody(length);
}

void ResponseRelay::body(std::string_view bytes)
{
    if (m_isEventStream) {
        relayEvents(bytes);
        return;
    }
    if (m_isJson) {
        if (m_seen == 0 && bytes.size() == m_expected) {
            m_usage = m_tail.finish(bytes); // the whole body at once: looked at in place
        } else {
            m_tail.feed(bytes);
        }
    }
    m_seen += bytes.size();
    m_client.writeBody(bytes);
}

void ResponseRelay::relayEvents(std::string_view bytes)
{
    const std::size_t whole = m_boundary.completePrefix(bytes);
    if (whole > 0) {
        if (m_held.empty()) {
            release(bytes.substr(0, whole));
        } else {
            m_held.append(bytes.substr(0, whole));
            release(m_held);
            m_held.clear();
        }
        m_isMidEvent = false;
    }
    m_held.append(bytes.substr(whole));
    if (m_held.size() > MaxHeldEvent) {
        release(m_held);
        m_held.clear();
        m_isMidEvent = true;
    }
}

void ResponseRelay::release(std::string_view events)
{
    m_streamUsage.feed(events);
    if (m_watcher != nullptr) {
        m_watcher->feed(events);
    }
    m_client.writeBody(events);
}

bool ResponseRelay::rewind()
{
    if (m_isMidEvent) {
        return false;
    }
    m_held.clear();
    m_boundary = {};
    return true;
}

void ResponseRelay::comment(std::string_view text)
{
    std::string line(": ");
    line.append(text).append("\n\n");
    m_client.writeBody(line);
}

void ResponseRelay::complete()
{
    if (!m_held.empty()) {
        release(m_held); // the upstream left its last event open; what it means is the client's
                         // business
    }
    if (m_isJson && !m_usage.found) {
        m_usage = m_tail.finish();
    }
}

void ResponseRelay::breakOff(StreamDialect dialect, std::string_view type, std::string_view message)
{
    if (!m_isEventStream) {
        m_client.abandon();
        return;
    }
    if (m_isMidEvent) {
        m_client.writeBody("\n\n"); // ends the event whose beginning has left already
    }
    m_client.writeBody(dialect == StreamDialect::Responses
                           ? http::responsesErrorEvents(type, message)
                           : http::streamErrorEvents(type, message));
    m_client.finish();
}

const json::Usage &ResponseRelay::usage() const noexcept
{
    return m_isEventStream ? m_streamUsage.usage() : m_usage;
}

} // namespace meridian::proxy
