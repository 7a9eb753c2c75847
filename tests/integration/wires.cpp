// SPDX-License-Identifier: MIT
// The dialects as bytes: what clients of each send and read, and what providers of each answer.
#include "tests/integration/wires.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace meridian::support {

namespace {

using Text = std::string_view;

QJsonValue at(const QJsonObject &object, std::initializer_list<const char *> path)
{
    QJsonValue value = object;
    for (const char *name : path) {
        const bool isIndex = *name >= '0' && *name <= '9';
        value = isIndex ? value.toArray().at(std::atoi(name))
                        : value.toObject().value(QLatin1String(name));
    }
    return value;
}

std::string textAt(const QJsonObject &object, std::initializer_list<const char *> path)
{
    return at(object, path).toString().toStdString();
}

QJsonObject parsed(const std::string &text, std::string &problem)
{
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(text));
    if (!document.isObject()) {
        problem = "not a JSON object: " + text.substr(0, 300);
    }
    return document.object();
}

void readTokens(Told &told, const QJsonValue &usage, const char *input, const char *output)
{
    told.input = usage.toObject().value(QLatin1String(input)).toInt(told.input);
    told.output = usage.toObject().value(QLatin1String(output)).toInt(told.output);
}

void readGemini(Told &told, const QJsonObject &object)
{
    for (const QJsonValue &part : at(object, {"candidates", "0", "content", "parts"}).toArray()) {
        told.text += part.toObject().value(QLatin1String("text")).toString().toStdString();
    }
    readTokens(told, at(object, {"usageMetadata"}), "promptTokenCount", "candidatesTokenCount");
    told.hasEnded = told.hasEnded || !textAt(object, {"candidates", "0", "finishReason"}).empty();
}

void readOllama(Told &told, Wire wire, const QJsonObject &object)
{
    told.text += wire == Wire::OllamaChat ? textAt(object, {"message", "content"})
                                          : textAt(object, {"response"});
    if (object.value(QLatin1String("done")).toBool()) {
        told.hasEnded = true;
        readTokens(told, object, "prompt_eval_count", "eval_count");
    }
}

void readResponses(Told &told, const QJsonObject &object)
{
    for (const QJsonValue &item : object.value(QLatin1String("output")).toArray()) {
        for (const QJsonValue &part : at(item.toObject(), {"content"}).toArray()) {
            told.text += part.toObject().value(QLatin1String("text")).toString().toStdString();
        }
    }
    readTokens(told, at(object, {"usage"}), "input_tokens", "output_tokens");
    told.hasEnded = textAt(object, {"status"}) == "completed";
}

/// One event of an OpenAI or Anthropic stream.
void readEvent(Told &told, Wire wire, const QJsonObject &event)
{
    const std::string type = textAt(event, {"type"});
    switch (wire) {
    case Wire::Chat:
        told.text += textAt(event, {"choices", "0", "delta", "content"});
        readTokens(told, at(event, {"usage"}), "prompt_tokens", "completion_tokens");
        return;
    case Wire::Completions:
        told.text += textAt(event, {"choices", "0", "text"});
        readTokens(told, at(event, {"usage"}), "prompt_tokens", "completion_tokens");
        return;
    case Wire::Responses:
        if (type == "response.output_text.delta") {
            told.text += textAt(event, {"delta"});
        } else if (type == "response.completed") {
            told.hasEnded = true;
            readTokens(told, at(event, {"response", "usage"}), "input_tokens", "output_tokens");
        } else if (type == "response.failed") {
            told.errorMessage = textAt(event, {"response", "error", "message"});
        } else if (type == "error") {
            told.errorMessage = textAt(event, {"message"});
        }
        return;
    case Wire::Anthropic:
        told.text += textAt(event, {"delta", "text"});
        readTokens(told, at(event, {"message", "usage"}), "input_tokens", "output_tokens");
        readTokens(told, at(event, {"usage"}), "input_tokens", "output_tokens");
        told.hasEnded = told.hasEnded || type == "message_stop";
        return;
    default:
        readGemini(told, event);
    }
}

bool isOllama(Wire wire)
{
    return wire == Wire::OllamaChat || wire == Wire::OllamaGenerate;
}

void readLines(Told &told, Wire wire, const std::string &body)
{
    std::size_t from = 0;
    while (from < body.size()) {
        const std::size_t end = body.find('\n', from);
        if (end == std::string::npos) {
            told.problem = "a line without its end: " + body.substr(from, 300);
            return;
        }
        const QJsonObject line = parsed(body.substr(from, end - from), told.problem);
        if (line.contains(QLatin1String("error"))) {
            told.errorMessage = textAt(line, {"error"});
        }
        if (told.hasEnded) {
            told.problem = "a line after the last one";
        }
        readOllama(told, wire, line);
        from = end + 1;
    }
}

std::string quoted(Text text)
{
    return "\"" + std::string(text) + "\"";
}

} // namespace

const char *wireName(Wire wire)
{
    constexpr const char *Names[] = {"chat",   "completions", "responses",      "anthropic",
                                     "gemini", "ollama chat", "ollama generate"};
    return Names[static_cast<std::size_t>(wire)];
}

WireRequest ask(Wire wire, Text model, bool isStream, Text text)
{
    const std::string head = R"({"model":)" + quoted(model);
    const std::string stream = isStream ? R"(,"stream":true)" : R"(,"stream":false)";
    const std::string messages = R"(,"messages":[{"role":"user","content":)" + quoted(text) + "}]";
    const std::string usage = isStream ? R"(,"stream_options":{"include_usage":true})" : "";
    switch (wire) {
    case Wire::Chat:
        return {"/v1/chat/completions", head + stream + usage + messages + "}"};
    case Wire::Completions:
        return {"/v1/completions", head + stream + usage + R"(,"prompt":)" + quoted(text) + "}"};
    case Wire::Responses:
        return {"/v1/responses", head + stream + R"(,"input":)" + quoted(text) + "}"};
    case Wire::Anthropic:
        return {"/v1/messages", head + stream + R"(,"max_tokens":64)" + messages + "}"};
    case Wire::Gemini:
        return {"/v1beta/models/" + std::string(model) +
                    (isStream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
                R"({"contents":[{"role":"user","parts":[{"text":)" + quoted(text) + "}]}]}"};
    case Wire::OllamaChat:
        return {"/api/chat", head + stream + messages + "}"};
    case Wire::OllamaGenerate:
        return {"/api/generate", head + stream + R"(,"prompt":)" + quoted(text) + "}"};
    }
    return {};
}

std::vector<std::string> eventsOf(const std::string &bytes)
{
    std::vector<std::string> events;
    std::string stream = bytes;
    std::erase(stream, '\r'); // Google's lines end with it
    std::size_t from = 0;
    while (from < stream.size()) {
        const std::size_t end = std::min(stream.find("\n\n", from), stream.size());
        const std::string event = stream.substr(from, end - from);
        const std::size_t data = event.rfind("data: ", 0) == 0 ? 0 : event.find("\ndata: ");
        if (data != std::string::npos) {
            events.push_back(event.substr(data + (data == 0 ? 6 : 7)));
        }
        from = end + 2;
    }
    return events;
}

Told readWhole(Wire wire, const std::string &body)
{
    Told told;
    const QJsonObject object = parsed(body, told.problem);
    switch (wire) {
    case Wire::Chat:
    case Wire::Completions:
        told.text = wire == Wire::Chat ? textAt(object, {"choices", "0", "message", "content"})
                                       : textAt(object, {"choices", "0", "text"});
        told.hasEnded = textAt(object, {"choices", "0", "finish_reason"}) == "stop";
        readTokens(told, at(object, {"usage"}), "prompt_tokens", "completion_tokens");
        break;
    case Wire::Responses:
        readResponses(told, object);
        break;
    case Wire::Anthropic:
        told.text = textAt(object, {"content", "0", "text"});
        told.hasEnded = textAt(object, {"stop_reason"}) == "end_turn";
        readTokens(told, at(object, {"usage"}), "input_tokens", "output_tokens");
        break;
    case Wire::Gemini:
        readGemini(told, object);
        break;
    default:
        readOllama(told, wire, object);
    }
    return told;
}

Told readStream(Wire wire, const std::string &body)
{
    Told told;
    if (isOllama(wire)) {
        readLines(told, wire, body);
        return told;
    }
    if (!body.empty() && !body.ends_with("\n\n") && !body.ends_with("\r\n\r\n")) {
        told.problem = "an event without its end";
    }
    for (const std::string &data : eventsOf(body)) {
        if (data == "[DONE]") {
            told.hasEnded = true;
            continue;
        }
        const QJsonObject event = parsed(data, told.problem);
        if (event.value(QLatin1String("error")).isObject()) {
            told.errorMessage = textAt(event, {"error", "message"});
        }
        readEvent(told, wire, event);
    }
    return told;
}

std::string
wireErrorProblem(Wire wire, const HttpResponse &response, int status, std::string_view word)
{
    const std::string seen = std::string(" (") + wireName(wire) +
                             ") in: " + std::to_string(response.status) + " " +
                             headerLines(response.headers) + response.body.substr(0, 400);
    if (!response.isComplete()) {
        return response.problem + seen;
    }
    if (response.status != status) {
        return "expected status " + std::to_string(status) + seen;
    }
    if (!response.header("content-type").starts_with("application/json") ||
        response.header("x-request-id").empty()) {
        return "no content type, or no request id" + seen;
    }
    std::string problem;
    const QJsonObject body = parsed(response.body, problem);
    std::string said;
    std::string message = textAt(body, {"error", "message"});
    switch (wire) {
    case Wire::Anthropic:
        said = textAt(body, {"error", "type"});
        problem += textAt(body, {"type"}) == "error" ? "" : "type is not error";
        break;
    case Wire::Gemini:
        said = textAt(body, {"error", "status"});
        problem += at(body, {"error", "code"}).toInt() == status ? "" : "code is not the status";
        break;
    case Wire::OllamaChat:
    case Wire::OllamaGenerate:
        said = word;
        message = textAt(body, {"error"});
        break;
    default:
        said = textAt(body, {"error", "type"});
        problem += at(body, {"error"}).toObject().contains(QLatin1String("code")) ? "" : "no code";
    }
    problem += message.empty() ? "no message" : "";
    problem += said.empty() && !isOllama(wire) ? "no word for it" : "";
    if (!word.empty() && said != word) {
        problem += "'" + said + "' instead of '" + std::string(word) + "'";
    }
    return problem.empty() ? problem : problem + seen;
}

std::string_view streamTypeOf(std::string_view provider)
{
    return provider == "ollama" ? "application/x-ndjson" : "text/event-stream";
}

std::string providerAnswer(std::string_view provider)
{
    if (provider == "anthropic") {
        return R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-x",)"
               R"("content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn",)"
               R"("stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}})";
    }
    if (provider == "google") {
        return R"({"candidates":[{"content":{"role":"model","parts":[{"text":"hello"}]},)"
               R"("finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":7,)"
               R"("candidatesTokenCount":3,"totalTokenCount":10},"modelVersion":"g"})";
    }
    if (provider == "ollama") {
        return R"({"model":"o","created_at":"2026-01-01T00:00:00Z","message":)"
               R"({"role":"assistant","content":"hello"},"done":true,"done_reason":"stop",)"
               R"("prompt_eval_count":7,"eval_count":3})";
    }
    return completionBody();
}

std::vector<std::string> providerStream(std::string_view provider)
{
    const auto event = [](Text name, Text data) {
        return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
    };
    if (provider == "anthropic") {
        return {event("message_start",
                      R"({"type":"message_start","message":{"id":"msg_1","type":"message",)"
                      R"("role":"assistant","model":"claude-x","content":[],"stop_reason":null,)"
                      R"("stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":1}}})"),
                event("content_block_start",
                      R"({"type":"content_block_start","index":0,"content_block":)"
                      R"({"type":"text","text":""}})"),
                event("ping", R"({"type":"ping"})"),
                event("content_block_delta", R"({"type":"content_block_delta","index":0,"delta":)"
                                             R"({"type":"text_delta","text":"hel"}})"),
                event("content_block_delta", R"({"type":"content_block_delta","index":0,"delta":)"
                                             R"({"type":"text_delta","text":"lo"}})"),
                event("content_block_stop", R"({"type":"content_block_stop","index":0})"),
                event("message_delta",
                      R"({"type":"message_delta","delta":{"stop_reason":"end_turn",)"
                      R"("stop_sequence":null},"usage":{"output_tokens":5}})"),
                event("message_stop", R"({"type":"message_stop"})")};
    }
    if (provider == "google") {
        return {"data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
                "\"hel\"}]},\"index\":0}]}\r\n\r\n",
                "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
                "\"lo\"}]},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":"
                "{\"promptTokenCount\":11,\"candidatesTokenCount\":5}}\r\n\r\n"};
    }
    if (provider == "ollama") {
        const std::string head = R"({"model":"o","created_at":"2026-01-01T00:00:00Z","message":)";
        return {head + R"({"role":"assistant","content":"hel"},"done":false})" + "\n",
                head + R"({"role":"assistant","content":"lo"},"done":false})" + "\n",
                head + R"({"role":"assistant","content":""},"done":true,"done_reason":"stop",)" +
                    R"("prompt_eval_count":11,"eval_count":5})" + "\n"};
    }
    return {deltaEvent("hel"), deltaEvent("lo"),
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{"
            "\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
            usageEvent(), std::string(DoneEvent)};
}

std::string providerError(std::string_view provider, int status, std::string_view message)
{
    const std::string said = R"("message":)" + quoted(message);
    if (provider == "anthropic") {
        const char *type = status == 400   ? "invalid_request_error"
                           : status == 401 ? "authentication_error"
                           : status == 403 ? "permission_error"
                           : status == 404 ? "not_found_error"
                           : status == 413 ? "request_too_large"
                           : status == 429 ? "rate_limit_error"
                           : status == 529 ? "overloaded_error"
                                           : "api_error";
        return R"({"type":"error","error":{"type":")" + std::string(type) + "\"," + said + "}}";
    }
    if (provider == "google") {
        return R"({"error":{"code":)" + std::to_string(status) + "," + said + "}}";
    }
    if (provider == "ollama") {
        return R"({"error":)" + quoted(message) + "}";
    }
    return R"({"error":{)" + said + R"(,"type":"some_error","param":null,"code":null}})";
}

bool wantsStream(std::string_view provider, const RecordedRequest &request)
{
    if (provider == "google") {
        return request.target.find(":streamGenerateContent") != std::string::npos;
    }
    if (provider == "ollama") {
        return request.body.find(R"("stream":false)") == std::string::npos;
    }
    return request.body.find(R"("stream":true)") != std::string::npos;
}

Reply providerReply(std::string_view provider, const RecordedRequest &request)
{
    return wantsStream(provider, request)
               ? Reply::chunks(streamTypeOf(provider), providerStream(provider))
               : Reply::json(providerAnswer(provider));
}

FakeUpstream &addProvider(Scenario &scenario,
                          std::string_view provider,
                          GatewayConfig::Entries extra,
                          std::string_view name)
{
    const auto given = [&extra](Text key) {
        return std::any_of(extra.begin(), extra.end(),
                           [key](const auto &entry) { return entry.first == key; });
    };
    if (!given("provider")) {
        extra.emplace_back("provider", provider);
    }
    if (!given("model")) {
        extra.emplace_back("model", std::string(provider) + "-model");
    }
    extra.emplace_back("health_endpoint", "/v1/models");
    FakeUpstream &backend = scenario.addBackend(name.empty() ? provider : name, extra);
    backend.setHandler([dialect = std::string(provider)](const RecordedRequest &request) {
        return providerReply(dialect, request);
    });
    return backend;
}

} // namespace meridian::support
