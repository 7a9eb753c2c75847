// SPDX-License-Identifier: MIT
#include "core/proxy/responserelay.h"

#include "core/proxy/dialecterrors.h"
#include "core/proxy/headerpolicy.h"
#include "core/proxy/streamcontinuation.h"

#include <utility>

namespace meridian::proxy {

namespace {

using provider::Dialect;

constexpr std::size_t MaxHeldEvent = 256 * 1024; // a larger event is passed on in pieces
constexpr int ClientError = 400;

json::UsageForm formOf(Dialect dialect) noexcept
{
    switch (provider::vendorOf(dialect)) {
    case provider::Vendor::Google:
        return json::UsageForm::UsageMetadata;
    case provider::Vendor::Ollama:
        return json::UsageForm::EvalCounts;
    default:
        return json::UsageForm::Usage;
    }
}

} // namespace

ResponseRelay::ResponseRelay(http::ServerConnection &client, Dialect dialect) noexcept
    : m_client(client)
    , m_dialect(dialect)
    , m_form(formOf(dialect))
    , m_streamUsage(m_form)
    , m_passing(dialect)
{
}

void ResponseRelay::start(const http::MessageHead &head, std::string_view ownHeaders)
{
    startHead(head, http::mediaTypeOf(head)).append(ownHeaders);
    startBody();
}

std::string &ResponseRelay::startHead(const http::MessageHead &head, http::MediaType type)
{
    using http::MediaType;
    const bool isEncoded = head.headers.find("content-encoding").has_value();
    m_isEventStream = !isEncoded && type == MediaType::EventStream;
    m_isJson = !isEncoded && type == MediaType::Json;
    m_isLines = !isEncoded && m_form == json::UsageForm::EvalCounts && type == MediaType::JsonLines;
    m_isJudged = head.status < ClientError;
    // A stream may have to end with an error event: it cannot keep a length somebody promised.
    m_length = m_isEventStream ? std::nullopt : head.contentLength;
    std::string &out = m_client.startHead(head.status, head.reason);
    appendResponseHeaders(out, head);
    return out;
}

void ResponseRelay::startBody()
{
    m_client.startBody(m_length);
}

void ResponseRelay::body(std::string_view bytes)
{
    if (m_isEventStream) {
        relayEvents(bytes);
        return;
    }
    if (m_isJson || m_isLines) {
        if (m_seen == 0 && bytes.size() == m_length) {
            m_usage = m_tail.finish(bytes, m_form); // the whole body at once: looked at in place
        } else {
            m_tail.feed(bytes);
        }
    }
    m_seen += bytes.size();
    m_isMidLine = bytes.empty() ? m_isMidLine : bytes.back() != '\n';
    m_client.writeBody(bytes);
}

void ResponseRelay::relayEvents(std::string_view bytes)
{
    const std::size_t whole = m_boundary.completePrefix(bytes);
    if (whole > 0) {
        if (m_held.empty()) {
            release(bytes.substr(0, whole), true);
        } else {
            m_held.append(bytes.substr(0, whole));
            release(m_held, true);
            m_held.clear();
        }
        m_isMidEvent = false;
    }
    m_held.append(bytes.substr(whole));
    if (m_held.size() > MaxHeldEvent) {
        release(m_held, false);
        m_held.clear();
        m_isMidEvent = true;
    }
}

void ResponseRelay::release(std::string_view events, bool isWhole)
{
    m_streamUsage.feed(events);
    if (m_isJudged) {
        m_passing.feed(events, isWhole);
    }
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

PassingStream::End ResponseRelay::complete()
{
    if (m_isEventStream) {
        return completeEvents();
    }
    if ((m_isJson || m_isLines) && !m_usage.found) {
        m_usage = m_tail.finish({}, m_form);
    }
    if (!m_isLines || !m_isJudged) {
        return PassingStream::End::Whole;
    }
    m_passing.feed(m_tail.text(), true);
    return m_passing.finish(false);
}

/// The upstream may have left its last event open. What it means is the client's business, unless
/// the stream was in the middle of its answer.
PassingStream::End ResponseRelay::completeEvents()
{
    m_streamUsage.feed(m_held);
    if (m_isJudged) {
        m_passing.feed(m_held, true);
    }
    const auto end =
        m_isJudged ? m_passing.finish(m_streamUsage.isDone()) : PassingStream::End::Whole;
    if (end == PassingStream::End::Truncated) {
        return end;
    }
    const bool isOpen = !m_held.empty();
    m_client.writeBody(std::exchange(m_held, {}));
    if (end == PassingStream::End::Mended) {
        m_client.writeBody(isOpen ? "\n\n" : "");
        m_client.writeBody(m_passing.repair());
    }
    return end;
}

void ResponseRelay::breakOff(std::string_view type, std::string_view message)
{
    if (!m_isEventStream && (!m_isLines || m_isMidLine)) {
        m_client.abandon();
        return;
    }
    if (m_isMidEvent) {
        m_client.writeBody("\n\n"); // ends the event whose beginning has left already
    }
    m_client.writeBody(brokenStreamIn(m_dialect, type, message));
    m_client.finish();
}

const json::Usage &ResponseRelay::usage() const noexcept
{
    return m_isEventStream ? m_streamUsage.usage() : m_usage;
}

} // namespace meridian::proxy
