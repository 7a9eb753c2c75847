// SPDX-License-Identifier: MIT
#include "core/provider/ollama/loadanswer.h"

#include "core/json/jsonwriter.h"
#include "core/json/value.h"
#include "core/provider/timestamps.h"

#include <algorithm>

namespace meridian::provider::ollama {

namespace {

/// 0, "0", "0s", "0h0m": every number in it is zero.
bool isZero(const json::Value &duration)
{
    const std::string text = duration.isString() ? duration.text() : std::string(duration.raw());
    const bool hasDigit = text.find('0') != std::string::npos;
    return hasDigit && text.find_first_of("123456789") == std::string::npos;
}

} // namespace

bool isLoadRequest(const ChatRequest &request) noexcept
{
    if (request.origin == Dialect::OllamaChat) {
        return request.turns.empty();
    }
    return request.origin == Dialect::OllamaGenerate &&
           std::none_of(request.turns.begin(), request.turns.end(),
                        [](const Turn &turn) { return turn.role == Role::User; });
}

std::string loadAnswer(const AnswerContext &context)
{
    const ChatRequest &request = *context.request;
    json::JsonWriter writer;
    writer.beginObject().string("model", context.model);
    writer.string("created_at", timestamp(context.created));
    if (request.origin == Dialect::OllamaChat) {
        writer.key("message").beginObject().string("role", "assistant").string("content", "");
        writer.endObject();
    } else {
        writer.string("response", "");
    }
    writer.boolean("done", true);
    writer.string("done_reason", isZero(json::Value(request.keepAlive)) ? "unload" : "load");
    writer.endObject();
    return writer.take();
}

} // namespace meridian::provider::ollama
