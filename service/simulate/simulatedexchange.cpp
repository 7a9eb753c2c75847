// SPDX-License-Identifier: MIT
#include "service/simulate/simulatedexchange.h"

#include "core/base/ids.h"
#include "service/simulate/log.h"
#include "service/simulate/modelreplies.h"
#include "service/simulate/simulatedbackend.h"

#include <algorithm>

namespace meridian::simulate {

namespace {

constexpr int LowestMockStatus = 400;
constexpr int HighestMockStatus = 599;

const AnswerFormat *formatOf(Surface surface)
{
    switch (surface) {
    case Surface::ChatCompletions:
        return &chatFormat();
    case Surface::Completions:
        return &completionFormat();
    case Surface::Responses:
        return &responsesFormat();
    default:
        return nullptr;
    }
}

std::string newId()
{
    return std::string(RequestId::next().view().substr(RequestId::Size - 12));
}

} // namespace

SimulatedExchange::SimulatedExchange(SimulatedBackend &backend, http::ServerConnection &connection)
    : m_backend(backend)
    , m_connection(connection)
    , m_timer(backend.loop().timers(), *this)
{
}

// --- the request ---------------------------------------------------------------------------------

void SimulatedExchange::start()
{
    m_route = routeOf(m_connection.head().method, m_connection.head().target);
    if (isModelCall(m_route.surface)) {
        m_backend.load().began();
        m_isCounted = true;
    }
    m_connection.acceptBody(true);
}

void SimulatedExchange::onRequestBody(std::string_view bytes)
{
    m_received += bytes.size();
    if (m_phase != Phase::Receiving || !isModelCall(m_route.surface) || isUpload(m_route.surface)) {
        return; // counted only
    }
    if (m_received > MaxBody) {
        m_body = {};
        sendWhole(errorReply(413, "The request body is larger than 32 MiB."));
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
    if (!isModelCall(m_route.surface)) {
        sendWhole(quickReply(m_route));
        return;
    }
    prepare();
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
    sendWhole(timedOut ? errorReply(408, "The request body took too long.")
                       : errorReply(400, "The request body is malformed."));
}

void SimulatedExchange::prepareReply(Reply reply)
{
    m_reply = std::make_unique<Reply>(std::move(reply));
}

void SimulatedExchange::prepare()
{
    m_disconnectAfter = m_backend.options().disconnectAfter;
    if (m_backend.drawError()) {
        prepareReply(errorReply(500, "The simulated backend fails at random.", "mock_error"));
    } else if (isUpload(m_route.surface)) {
        prepareReply(uploadReply(m_route.surface, m_backend.options().name, m_received,
                                 SimulatedBackend::unixTime()));
    } else {
        prepareJson();
    }
}

void SimulatedExchange::prepareJson()
{
    const json::ScanResult scan = m_backend.scanner().scan(m_body);
    if (scan.outcome != json::ScanOutcome::Ok || m_body.empty()) {
        std::string message = "We could not parse the JSON body of your request: ";
        message += m_body.empty() ? "it is empty" : scan.reason;
        prepareReply(errorReply(400, message));
        return;
    }
    const MockFields mock = mockFieldsOf(m_body);
    if (mock.disconnectAfter) {
        m_disconnectAfter = mock.disconnectAfter;
    }
    const std::string &served = m_backend.options().model;
    const std::string_view model = scan.fields.model.empty() ? served : scan.fields.model;
    if (mock.fail) {
        prepareReply(errorReply(500, "The simulated backend fails as it was told.", "mock_error"));
    } else if (mock.status &&
               (*mock.status < LowestMockStatus || *mock.status > HighestMockStatus)) {
        prepareReply(errorReply(400, "mock_status must be between 400 and 599."));
    } else if (mock.status) {
        prepareReply(errorReply(*mock.status, "The simulated backend answers as it was told.",
                                *mock.status == 429 ? "rate_limit_exceeded" : "mock_error"));
    } else if (!served.empty() && model != served) {
        prepareReply(modelNotFound(model));
    } else if (formatOf(m_route.surface) != nullptr) {
        m_answer.model = model;
        prepareAnswer(scan.fields);
    } else {
        const std::string id = newId();
        prepareReply(
            pieceReply({m_route.surface, model, m_body, id, SimulatedBackend::unixTime()}));
    }
}

void SimulatedExchange::prepareAnswer(const json::BodyFields &fields)
{
    m_format = formatOf(m_route.surface);
    m_isStream = fields.stream;
    m_answer.id = newId();
    m_answer.text = &m_backend.text();
    m_answer.created = SimulatedBackend::unixTime();
    m_answer.tokens = std::min(fields.maxTokens.value_or(m_backend.options().tokens), MaxTokens);
    m_answer.endsAtLimit = fields.maxTokens.has_value();
    m_answer.withUsage = fields.streamOptionsIncludeUsage;
    // the usual rule of thumb: a token is four bytes
    const std::size_t prompt = fields.messages.size + fields.prompt.size + fields.input.size;
    m_answer.promptTokens = static_cast<std::uint32_t>(std::max<std::size_t>(prompt / 4, 1));
}

Reply SimulatedExchange::quickReply(const Route &route)
{
    const SimulatorOptions &options = m_backend.options();
    switch (route.surface) {
    case Surface::Models:
        return modelListReply(options.model, SimulatedBackend::unixTime());
    case Surface::Model:
        return modelReply(options.model, route.model, SimulatedBackend::unixTime());
    case Surface::Stats: {
        Reply reply;
        reply.body = m_backend.load().toJson(m_backend.loop().timers().now());
        return reply;
    }
    case Surface::Health: {
        Reply reply;
        reply.body = R"({"status":"ok"})";
        return reply;
    }
    case Surface::WrongMethod: {
        Reply reply = errorReply(405, "Not allowed with this method.");
        reply.allow = route.allowed;
        return reply;
    }
    default:
        return errorReply(404, "Invalid URL.");
    }
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
    beginResponse(200, "text/event-stream; charset=utf-8", {}, std::nullopt);
    std::string events;
    m_format->appendOpening(events, m_answer);
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
        return m_answer.tokens;
    }
    const std::chrono::duration<double> since = m_backend.loop().timers().now() - m_streamStart;
    // a hair more than exact: the timer is set for the very moment that this computes back
    const double due = 1 + since.count() * pace + 1e-6;
    return due >= m_answer.tokens ? m_answer.tokens : static_cast<std::uint32_t>(due);
}

void SimulatedExchange::produce()
{
    const std::uint32_t due = tokensDue();
    const std::uint32_t before = m_sent;
    std::string event;
    while (m_sent < due && !m_connection.isCongested()) {
        event.clear();
        m_format->appendToken(event, m_answer, m_sent++);
        if (!write(event)) {
            return;
        }
    }
    m_backend.load().countTokens(m_sent - before, m_backend.loop().timers().now());
    if (m_connection.isCongested()) {
        return; // onResponseDrained() goes on
    }
    if (m_sent < m_answer.tokens) {
        waitForToken();
        return;
    }
    event.clear();
    m_format->appendEnding(event, m_answer);
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
