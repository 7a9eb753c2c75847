// SPDX-License-Identifier: MIT
#include "service/simulate/simulatedexchange.h"

#include "service/simulate/log.h"
#include "service/simulate/simulatedbackend.h"

#include <algorithm>

namespace meridian::simulate {

SimulatedExchange::SimulatedExchange(SimulatedBackend &backend, http::ServerConnection &connection)
    : m_backend(backend)
    , m_connection(connection)
    , m_timer(backend.loop().timers(), *this)
{
}

// --- the request ---------------------------------------------------------------------------------

void SimulatedExchange::start()
{
    const http::MessageHead &head = m_connection.head();
    const SimulatorOptions &options = m_backend.options();
    bool isCounted = false;
    if (options.protocol == Protocol::OpenAi) {
        m_route = routeOf(head.method, head.target);
        isCounted = isModelCall(m_route.surface);
    } else {
        m_call = std::make_unique<Call>(callOf(options.protocol, head.method, head.target));
        isCounted = isModelCall(m_call->task);
    }
    if (isCounted) {
        m_backend.load().began();
        m_isCounted = true;
    }
    refuseByHead();
    m_connection.acceptBody(true);
}

/// Refuses without looking at the body what lacks a key or a header; answered when the body has
/// come.
void SimulatedExchange::refuseByHead()
{
    const http::MessageHead &head = m_connection.head();
    std::optional<Reply> refusal;
    if (m_call) {
        refusal = refuseHead(*m_call, head.headers, m_backend.options());
    } else if (!m_backend.options().apiKey.empty()) {
        Call call;
        call.task = m_route.surface == Surface::Stats    ? Task::Stats
                    : m_route.surface == Surface::Health ? Task::Health
                                                         : Task::Generate;
        refusal = refuseHead(call, head.headers, m_backend.options());
    }
    if (refusal) {
        prepareReply(std::move(*refusal));
    }
}

bool SimulatedExchange::isCollected() const noexcept
{
    if (m_reply) {
        return false; // refused already
    }
    return m_call ? takesBody(m_call->task)
                  : isModelCall(m_route.surface) && !isUpload(m_route.surface);
}

void SimulatedExchange::onRequestBody(std::string_view bytes)
{
    m_received += bytes.size();
    if (m_phase != Phase::Receiving || !isCollected()) {
        return; // counted only
    }
    if (m_received > MaxBody) {
        m_body = {};
        sendWhole(error(413, "The request body is larger than 32 MiB."));
        return;
    }
    if (m_body.empty()) {
        m_body = m_backend.loop().takeBuffer();
    }
    m_body.append(bytes);
}

void SimulatedExchange::onRequestComplete()
{
    if (m_phase != Phase::Receiving) {
        return; // answered already: too large
    }
    if (m_reply) {
        sendWhole(*m_reply);
        return;
    }
    if (!m_isCounted) {
        sendWhole(m_call ? quickReply(*m_call) : quickReply(m_route));
        return;
    }
    prepare();
    m_call.reset();
    m_backend.loop().returnBuffer(std::move(m_body));
    m_body = std::string();
    m_phase = Phase::Waiting;
    const auto latency = m_backend.drawLatency();
    if (latency.count() > 0) {
        m_timer.start(latency);
    } else {
        answer();
    }
}

void SimulatedExchange::onRequestFailed(http::MessageParser::Fault, bool timedOut)
{
    m_body = {};
    sendWhole(timedOut ? error(408, "The request body took too long.")
                       : error(400, "The request body is malformed."));
}

// --- the response --------------------------------------------------------------------------------

void SimulatedExchange::answer()
{
    if (m_disconnectAfter == 0) {
        drop();
        return;
    }
    if (m_reply) {
        sendWhole(*m_reply);
        return;
    }
    if (!m_isStream) {
        Reply reply;
        m_format->appendWhole(reply.body, m_answer);
        m_backend.load().countTokens(m_answer.tokens, m_backend.loop().timers().now());
        sendWhole(reply);
        return;
    }
    m_phase = Phase::Streaming;
    m_streamStart = m_backend.loop().timers().now();
    std::string events;
    if (m_stream) {
        beginResponse(200, m_stream->contentType(), {}, std::nullopt);
        m_stream->appendOpening(events);
    } else {
        beginResponse(200, "text/event-stream; charset=utf-8", {}, std::nullopt);
        m_format->appendOpening(events, m_answer);
    }
    if (write(events)) {
        produce();
    }
}

void SimulatedExchange::beginResponse(int status,
                                      std::string_view contentType,
                                      std::string_view allow,
                                      std::optional<std::uint64_t> length)
{
    const auto processing = std::chrono::steady_clock::now() - m_connection.requestStart();
    std::string &head = m_connection.startHead(status);
    head.append("content-type: ").append(contentType).append("\r\n");
    head.append(m_backend.ownHeaders(processing));
    if (m_isStream) {
        head.append("cache-control: no-cache\r\n");
    }
    if (!allow.empty()) {
        head.append("allow: ").append(allow).append("\r\n");
    }
    if (status == 429 || status == 503) {
        head.append("retry-after: 1\r\n");
    }
    m_connection.startBody(length);
}

void SimulatedExchange::sendWhole(const Reply &reply)
{
    m_isStream = false;
    m_phase = Phase::Streaming;
    std::optional<std::uint64_t> length;
    if (m_backend.options().chunkBytes == 0) {
        length = reply.body.size();
    }
    beginResponse(reply.status, reply.contentType, reply.allow, length);
    if (write(reply.body)) {
        complete();
    }
}

/// Tokens that should have left by now. The first leaves with the head.
std::uint32_t SimulatedExchange::tokensDue() const noexcept
{
    const double pace = m_backend.options().tokensPerSecond;
    if (pace <= 0) {
        return m_tokens;
    }
    const std::chrono::duration<double> since = m_backend.loop().timers().now() - m_streamStart;
    // a hair more than exact: the timer is set for the very moment that this computes back
    const double due = 1 + since.count() * pace + 1e-6;
    return due >= m_tokens ? m_tokens : static_cast<std::uint32_t>(due);
}

void SimulatedExchange::produce()
{
    const std::uint32_t due = tokensDue();
    const std::uint32_t before = m_sent;
    std::string event;
    while (m_sent < due && !m_connection.isCongested()) {
        event.clear();
        if (m_stream) {
            m_stream->appendToken(event);
        } else {
            m_format->appendToken(event, m_answer, m_sent);
        }
        ++m_sent;
        if (!write(event)) {
            return;
        }
    }
    m_backend.load().countTokens(m_sent - before, m_backend.loop().timers().now());
    if (m_connection.isCongested()) {
        return; // onResponseDrained() goes on
    }
    if (m_sent < m_tokens) {
        waitForToken();
        return;
    }
    event.clear();
    if (m_stream) {
        m_stream->appendEnding(event);
    } else {
        m_format->appendEnding(event, m_answer);
    }
    if (write(event)) {
        complete();
    }
}

void SimulatedExchange::waitForToken()
{
    const std::chrono::duration<double> at(m_sent / m_backend.options().tokensPerSecond);
    const auto due = m_streamStart + std::chrono::duration_cast<std::chrono::nanoseconds>(at);
    m_timer.start(std::max<std::chrono::nanoseconds>(due - m_backend.loop().timers().now(),
                                                     std::chrono::nanoseconds(1)));
}

void SimulatedExchange::onResponseDrained()
{
    if (m_phase == Phase::Streaming && m_isStream) {
        produce();
    }
}

void SimulatedExchange::onTimer() noexcept
{
    switch (m_phase) {
    case Phase::Waiting:
        answer();
        break;
    case Phase::Streaming:
        produce();
        break;
    case Phase::Cutting:
        if (m_connection.isCongested()) {
            m_timer.start(event::TimerWheel::Tick); // the connection's own deadline bounds this
        } else {
            drop();
        }
        break;
    default:
        break;
    }
}

/// False when the bytes asked for have been sent and the connection is about to be cut.
bool SimulatedExchange::write(std::string_view bytes)
{
    bool isCut = false;
    if (m_disconnectAfter) {
        const std::uint64_t left = *m_disconnectAfter - m_connection.bodyBytesSent();
        isCut = left <= bytes.size();
        bytes = bytes.substr(0, std::min<std::uint64_t>(left, bytes.size()));
    }
    const std::size_t chunkBytes = m_backend.options().chunkBytes;
    const std::size_t step = chunkBytes > 0 ? chunkBytes : std::max<std::size_t>(bytes.size(), 1);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
        m_connection.writeBody(bytes.substr(0, step));
    }
    if (isCut) {
        m_phase = Phase::Cutting;
        m_timer.start(event::TimerWheel::Tick); // the turn's end sends what is buffered first
    }
    return !isCut;
}

// --- the end -------------------------------------------------------------------------------------

void SimulatedExchange::complete()
{
    end();
    m_connection.finish();
}

void SimulatedExchange::drop()
{
    end();
    m_connection.abandon();
}

void SimulatedExchange::end()
{
    m_timer.stop();
    m_phase = Phase::Done;
    if (m_isCounted) {
        m_isCounted = false;
        m_backend.load().ended();
    }
}

void SimulatedExchange::onClientGone()
{
    qCDebug(lcSimulate, "backend=%s event=client_gone tokens=%u", m_backend.options().name.c_str(),
            m_sent);
    m_backend.load().clientLeft();
    end();
}

void SimulatedExchange::onShutdown()
{
    drop();
}

} // namespace meridian::simulate
