// SPDX-License-Identifier: MIT
// Decides what a simulated backend answers, once the whole request is there.
#include "core/base/ids.h"
#include "service/simulate/dialects/errors.h"
#include "service/simulate/modelreplies.h"
#include "service/simulate/simulatedbackend.h"
#include "service/simulate/simulatedexchange.h"

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

Reply SimulatedExchange::error(int status, std::string_view message, std::string_view code) const
{
    return errorOf(m_backend.options().protocol, status, message, code);
}

void SimulatedExchange::prepareReply(Reply reply)
{
    m_reply = std::make_unique<Reply>(std::move(reply));
}

void SimulatedExchange::prepare()
{
    m_disconnectAfter = m_backend.options().disconnectAfter;
    if (m_backend.drawError()) {
        prepareReply(error(500, "The simulated backend fails at random.", "mock_error"));
    } else if (m_call) {
        if (!misbehaves(mockFieldsOf(m_body))) {
            const std::string id = newId();
            prepareOutcome(serve(*m_call, m_body, kitchen(id)));
        }
    } else if (isUpload(m_route.surface)) {
        prepareReply(uploadReply(m_route.surface, m_backend.options().name, m_received,
                                 SimulatedBackend::unixTime()));
    } else {
        prepareJson();
    }
}

/// Does the request ask for an error? Then it is prepared.
bool SimulatedExchange::misbehaves(const MockFields &mock)
{
    if (mock.disconnectAfter) {
        m_disconnectAfter = mock.disconnectAfter;
    }
    if (mock.fail) {
        prepareReply(error(500, "The simulated backend fails as it was told.", "mock_error"));
    } else if (mock.status &&
               (*mock.status < LowestMockStatus || *mock.status > HighestMockStatus)) {
        prepareReply(error(400, "mock_status must be between 400 and 599."));
    } else if (mock.status) {
        prepareReply(error(*mock.status, "The simulated backend answers as it was told.",
                           *mock.status == 429 ? "rate_limit_exceeded" : "mock_error"));
    }
    return m_reply != nullptr;
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
    if (misbehaves(mockFieldsOf(m_body))) {
        return;
    }
    const std::string &served = m_backend.options().model;
    const std::string_view model = scan.fields.model.empty() ? served : scan.fields.model;
    const bool isChat = m_route.surface == Surface::ChatCompletions;
    if (!served.empty() && model != served) {
        prepareReply(modelNotFound(model));
    } else if ((isChat || m_route.surface == Surface::Responses) && needsCodec(m_body)) {
        const std::string id = newId();
        prepareOutcome(
            serveOpenAi(isChat ? provider::Dialect::OpenAiChat : provider::Dialect::OpenAiResponses,
                        m_body, kitchen(id)));
    } else if (formatOf(m_route.surface) != nullptr) {
        m_answer.model = model;
        prepareAnswer(scan.fields);
    } else {
        const std::string id = newId();
        prepareReply(
            pieceReply({m_route.surface, model, m_body, id, SimulatedBackend::unixTime()}));
    }
}

Kitchen SimulatedExchange::kitchen(std::string_view id)
{
    return {m_backend.options(), m_backend.text(), m_backend.checker(), id,
            SimulatedBackend::unixTime()};
}

void SimulatedExchange::prepareOutcome(Outcome outcome)
{
    if (outcome.stream) {
        m_stream = std::move(outcome.stream);
        m_tokens = m_stream->tokens();
        m_isStream = true;
        return;
    }
    m_backend.load().countTokens(outcome.tokens, m_backend.loop().timers().now());
    prepareReply(std::move(outcome.reply));
}

void SimulatedExchange::prepareAnswer(const json::BodyFields &fields)
{
    m_format = formatOf(m_route.surface);
    m_isStream = fields.stream;
    m_answer.id = newId();
    m_answer.text = &m_backend.text();
    m_answer.created = SimulatedBackend::unixTime();
    m_answer.tokens = std::min(fields.maxTokens.value_or(m_backend.options().tokens), MaxTokens);
    m_tokens = m_answer.tokens;
    m_answer.endsAtLimit = fields.maxTokens.has_value();
    m_answer.withUsage = fields.streamOptionsIncludeUsage;
    // the usual rule of thumb: a token is four bytes
    const std::size_t prompt = fields.messages.size + fields.prompt.size + fields.input.size;
    m_answer.promptTokens = static_cast<std::uint32_t>(std::max<std::size_t>(prompt / 4, 1));
}

Reply SimulatedExchange::stats()
{
    Reply reply;
    reply.body = m_backend.load().toJson(m_backend.loop().timers().now());
    return reply;
}

Reply SimulatedExchange::quickReply(const Call &call)
{
    if (call.task == Task::Stats) {
        return stats();
    }
    if (takesBody(call.task)) {
        return serve(call, m_body, kitchen({})).reply;
    }
    return serveHead(call, kitchen({}));
}

Reply SimulatedExchange::quickReply(const Route &route)
{
    const SimulatorOptions &options = m_backend.options();
    switch (route.surface) {
    case Surface::Models:
        return modelListReply(options.model, SimulatedBackend::unixTime());
    case Surface::Model:
        return modelReply(options.model, route.model, SimulatedBackend::unixTime());
    case Surface::Stats:
        return stats();
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

} // namespace meridian::simulate
