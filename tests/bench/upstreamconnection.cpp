// SPDX-License-Identifier: MIT
// The upstream's answers: models, a completion, or an SSE stream in chunked coding.
#include "tests/bench/upstreamconnection.h"

#include "tests/bench/payload.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <sys/socket.h>

namespace meridian::bench {
namespace {

constexpr std::size_t MaxBody = 1U << 20;
constexpr std::size_t MaxPipelined = 65536;
constexpr int EventsPerTurn = 16; // of an unpaced stream, before the others get their turn
constexpr std::string_view StreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";

std::array<char, 262144> readBuffer; // one thread, and nothing stays in it between reads

std::string jsonResponse(std::string_view body)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

} // namespace

UpstreamConnection::UpstreamConnection(Fd socket, UpstreamManners &manners)
    : m_socket(std::move(socket))
    , m_manners(manners)
{
}

bool UpstreamConnection::onReadable()
{
    for (;;) {
        const ssize_t count = recv(fd(), readBuffer.data(), readBuffer.size(), 0);
        if (count == 0) {
            return false; // a gateway that left mid-stream: nothing more to say
        }
        if (count < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        m_input.append(readBuffer.data(), static_cast<std::size_t>(count));
        if (!consume() || m_input.size() > MaxPipelined) {
            return false;
        }
    }
}

bool UpstreamConnection::consume()
{
    while (!m_input.empty() && !m_isStreaming && !m_isDelayed && m_pending.empty()) {
        const std::size_t used = m_reader.feed(m_input, *this);
        m_input.erase(0, used);
        if (m_reader.isMalformed()) {
            return false;
        }
        if (m_reader.isComplete() && !answer()) {
            return false;
        }
    }
    return true;
}

void UpstreamConnection::onBody(std::string_view bytes)
{
    m_body.append(bytes.substr(0, MaxBody - m_body.size()));
}

bool UpstreamConnection::answer()
{
    static const std::string models = jsonResponse(modelsJson());
    const bool isPost = m_reader.head().starts_with("POST ");
    m_isMessages = m_reader.head().starts_with("POST /v1/messages");
    const bool isCount = m_reader.head().starts_with("GET /bench/count ");
    const std::string body = std::exchange(m_body, {});
    m_reader.reset();
    if (isCount) {
        return send(
            jsonResponse("{\"completions\":" + std::to_string(m_manners.completions) + "}"));
    }
    if (!isPost) {
        return send(models);
    }
    ++m_manners.completions;
    if (wantsStream(body)) {
        return startStream(body);
    }
    if (m_manners.delayMs == 0) {
        return sendCompletion();
    }
    m_isDelayed = true;
    m_nextDue = monotonicNow() + m_manners.delayMs * std::uint64_t{1'000'000};
    return true;
}

bool UpstreamConnection::sendCompletion()
{
    static const std::string completion = jsonResponse(completionJson());
    m_isDelayed = false;
    m_nextDue = 0;
    return send(completion);
}

bool UpstreamConnection::startStream(std::string_view body)
{
    m_chunks = numberAfter(body, "\"max_tokens\"", m_manners.chunks);
    m_intervalMs = numberAfter(body, "\"interval_ms\"", m_manners.intervalMs);
    m_index = 0;
    m_isStreaming = true;
    if (m_intervalMs > 0) {
        m_nextDue = monotonicNow() + m_intervalMs * std::uint64_t{1'000'000};
    }
    return send(StreamHead);
}

bool UpstreamConnection::isHungry() const
{
    return m_isStreaming && m_intervalMs == 0 && m_pending.empty();
}

bool UpstreamConnection::sendDue()
{
    if (m_isDelayed) {
        return sendCompletion() && consume();
    }
    if (m_intervalMs == 0) {
        for (int i = 0; i < EventsPerTurn && isHungry(); ++i) {
            if (!sendEvent()) {
                return false;
            }
        }
    } else if (m_pending.empty() && !sendEvent()) { // a slow reader: its token is late, not lost
        return false;
    } else if (m_nextDue != 0) {
        m_nextDue += m_intervalMs * std::uint64_t{1'000'000};
    }
    return m_isStreaming || consume();
}

bool UpstreamConnection::sendEvent()
{
    static std::string event;
    static std::string framed;
    event.clear();
    if (m_isMessages) {
        appendMessageEvent(event, m_index, m_chunks);
    } else {
        appendEvent(event, m_index, m_chunks, monotonicNow());
    }
    std::array<char, 16> size{};
    const int digits = std::snprintf(size.data(), size.size(), "%zx\r\n", event.size());
    framed.assign(size.data(), static_cast<std::size_t>(digits));
    framed += event;
    framed += "\r\n";
    if (m_index++ >= m_chunks) { // that was [DONE]
        framed += "0\r\n\r\n";
        m_isStreaming = false;
        m_nextDue = 0;
    }
    return send(framed);
}

bool UpstreamConnection::onWritable()
{
    if (m_pending.empty()) {
        return true;
    }
    const std::string rest = std::exchange(m_pending, {});
    return send(rest) && (m_isStreaming || !m_pending.empty() || consume());
}

bool UpstreamConnection::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno != EAGAIN) {
            return false;
        }
        if (count < 0) {
            m_pending.assign(bytes);
            return true;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

} // namespace meridian::bench
