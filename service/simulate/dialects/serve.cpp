// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/serve.h"

#include "core/json/jsonwriter.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/ollama/loadanswer.h"
#include "core/provider/tokencount.h"
#include "service/simulate/dialects/errors.h"
#include "service/simulate/dialects/listings.h"
#include "service/simulate/dialects/vectoranswers.h"
#include "service/simulate/oci/ocicodecs.h"
#include "service/simulate/strict/strictchecks.h"

#include <QCryptographicHash>

namespace meridian::simulate {

namespace {

using json::Value;
using provider::ChatRequest;
using provider::ClientCodec;
using provider::Dialect;

Outcome refused(const Kitchen &kitchen, int status, std::string_view message)
{
    return {nullptr, errorOf(kitchen.options.protocol, status, message), 0};
}

/// The model that is asked for; `:latest` is what Ollama adds by itself.
std::string modelOf(const Call &call, Value body)
{
    if (call.dialect == Dialect::OciGeneric) {
        const Value mode = body["servingMode"];
        return mode["modelId"].isString() ? mode["modelId"].text() : mode["endpointId"].text();
    }
    return call.model.empty() ? body["model"].text() : call.model;
}

bool isServed(const Kitchen &kitchen, std::string_view model)
{
    const std::string &served = kitchen.options.model;
    return served.empty() || model == served ||
           (kitchen.options.protocol == Protocol::Ollama && model == served + ":latest");
}

const ClientCodec &codecOf(const Call &call, Value body)
{
    return call.dialect == Dialect::OciGeneric ? ociServerOf(body)
                                               : *provider::clientCodec(call.dialect);
}

std::optional<Refusal> check(const Call &call, Value body)
{
    switch (call.dialect) {
    case Dialect::Anthropic:
        return checkAnthropic(body, call);
    case Dialect::Gemini:
        return checkGemini(body, call);
    case Dialect::OciGeneric:
        return checkOci(body);
    default:
        return checkOllama(body, call);
    }
}

/// Vertex AI names Claude's model in the path; the codec wants it in the body.
std::string withModel(std::string_view body, std::string_view model)
{
    std::string out = "{\"model\":";
    json::appendString(out, model);
    const std::string_view rest = body.substr(body.find('{') + 1);
    const bool isEmpty = rest[rest.find_first_not_of(" \t\r\n")] == '}';
    return out.append(isEmpty ? "" : ",").append(rest);
}

std::string_view idPrefix(Dialect dialect) noexcept
{
    switch (dialect) {
    case Dialect::Anthropic:
        return "msg_";
    case Dialect::OpenAiChat:
        return "chatcmpl-";
    default:
        return {};
    }
}

Outcome generate(const ClientCodec &codec, ChatRequest request, const Kitchen &kitchen)
{
    const std::string id = std::string(idPrefix(codec.dialect())).append(kitchen.id);
    AnswerPlan plan = planOf(request, {kitchen.text, codec.dialect(), request.model, id,
                                       kitchen.options.tokens, kitchen.created});
    Outcome outcome;
    if (request.isStream) {
        outcome.stream = std::make_unique<StreamedAnswer>(codec, std::move(request),
                                                          std::move(plan), kitchen.text);
        return outcome;
    }
    const provider::AnswerContext context{id, request.model, kitchen.created, &request};
    outcome.reply.body = codec.encodeAnswer(plan.whole(kitchen.text), context);
    outcome.tokens = static_cast<std::uint32_t>(plan.usage.output.value_or(0));
    return outcome;
}

Outcome converse(const Call &call, Value body, const Kitchen &kitchen)
{
    if (const auto refusal = check(call, body)) {
        return refused(kitchen, 400, refusal->message);
    }
    const std::string model = modelOf(call, body);
    if (!isServed(kitchen, model)) {
        return {nullptr, modelNotFoundOf(kitchen.options.protocol, model), 0};
    }
    std::string spliced;
    if (call.isVertex && call.dialect == Dialect::Anthropic && !call.model.empty()) {
        spliced = withModel(body.raw(), model);
        body = Value(spliced);
    }
    const ClientCodec &codec = codecOf(call, body);
    auto request = codec.decodeRequest(body, call.target);
    if (!request) {
        return refused(kitchen, 400, request.error().message);
    }
    request->model = model;
    if (call.task == Task::Count) {
        Outcome outcome;
        outcome.reply.body =
            provider::encodeCount(call.dialect, provider::estimateTokens(*request));
        return outcome;
    }
    if (provider::ollama::isLoadRequest(*request)) {
        Outcome outcome;
        outcome.reply.body =
            provider::ollama::loadAnswer({kitchen.id, request->model, kitchen.created, &*request});
        return outcome;
    }
    return generate(codec, std::move(*request), kitchen);
}

/// Is the body the one that was signed?
bool isSignedBody(const Call &call, std::string_view body)
{
    const QByteArray hash = QCryptographicHash::hash(
        QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size())),
        QCryptographicHash::Sha256);
    return !call.isSigned || hash.toBase64().toStdString() == call.checksum;
}

} // namespace

Outcome serve(const Call &call, std::string_view body, const Kitchen &kitchen)
{
    if (!isSignedBody(call, body)) {
        return refused(kitchen, 401, "The body's hash is not the one that x-content-sha256 says.");
    }
    const auto value = kitchen.checker.check(body);
    if (!value || !value->isObject()) {
        return refused(kitchen, 400, "The request body is not a JSON object.");
    }
    if (call.task != Task::Embed && call.task != Task::Show) {
        return converse(call, *value, kitchen);
    }
    const std::string model = modelOf(call, *value);
    const bool isAsked = call.task == Task::Embed && !model.empty();
    if (isAsked && !isServed(kitchen, model)) {
        return {nullptr, modelNotFoundOf(kitchen.options.protocol, model), 0};
    }
    return {nullptr,
            call.task == Task::Show ? showReply(*value, kitchen)
                                    : vectorReply(call, model, *value, kitchen),
            0};
}

Outcome serveOpenAi(Dialect dialect, std::string_view body, const Kitchen &kitchen)
{
    const auto value = kitchen.checker.check(body);
    if (!value || !value->isObject()) {
        return refused(kitchen, 400, "We could not parse the JSON body of your request.");
    }
    if (const auto refusal = dialect == Dialect::OpenAiChat ? checkOpenAi(*value) : std::nullopt) {
        return refused(kitchen, 400, refusal->message);
    }
    const ClientCodec &codec = *provider::clientCodec(dialect);
    auto request = codec.decodeRequest(*value, {});
    if (!request) {
        return refused(kitchen, 400, request.error().message);
    }
    if (request->model.empty()) {
        request->model = kitchen.options.model;
    }
    return generate(codec, std::move(*request), kitchen);
}

bool needsCodec(std::string_view body) noexcept
{
    constexpr std::string_view Role = "\"role\"";
    for (const std::string_view word : {"\"tool", "\"response_format\"", "\"reasoning", "\"type\"",
                                        "\"max_completion_tokens\"", "\"stop\""}) {
        if (body.find(word) != std::string_view::npos) {
            return true;
        }
    }
    for (std::size_t at = body.find(Role); at != std::string_view::npos;
         at = body.find(Role, at + 1)) {
        const std::size_t begin = body.find_first_not_of(" :\t\r\n", at + Role.size());
        const std::string_view role = body.substr(std::min(begin, body.size()), 12);
        if (!role.starts_with("\"user\"") && !role.starts_with("\"assistant\"") &&
            !role.starts_with("\"system\"") && !role.starts_with("\"developer\"")) {
            return true;
        }
    }
    return false;
}

} // namespace meridian::simulate
