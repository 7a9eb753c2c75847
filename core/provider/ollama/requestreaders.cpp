// SPDX-License-Identifier: MIT
#include "core/provider/ollama/requestreaders.h"

#include "core/provider/ollama/messagereader.h"
#include "core/provider/ollama/optionsreader.h"

#include <utility>

namespace meridian::provider::ollama {

namespace {

Read readMessages(ChatRequest &request, json::Value messages)
{
    if (!messages.isAbsent() && !messages.isArray()) {
        return badRequest("messages", "must be an array");
    }
    MessageReader reader(request.turns);
    Read outcome(true);
    std::size_t index = 0;
    messages.elements([&](json::Value message) {
        if (outcome) {
            outcome = reader.read(message, "messages[" + std::to_string(index++) + "]");
        }
    });
    return outcome;
}

void keep(ChatRequest &request, json::Value name, json::Value value)
{
    // what is not given, and defaults of Ollama's that are said aloud, are no fields
    const bool isDefault = value.isAbsent() || value.is("") || value.isFalse() ||
                           (value.isArray() && value.count() == 0);
    if (!isDefault || name.is("truncate") || name.is("shift")) { // true where they are not given
        request.extras.push_back({name.text(), std::string(value.raw())});
    }
}

void addTurn(ChatRequest &request, Role role, std::string text, std::vector<Part> images)
{
    if (text.empty() && images.empty()) {
        return;
    }
    Turn turn;
    turn.role = role;
    if (!text.empty()) {
        Part part;
        part.text = std::move(text);
        part.origin = Dialect::OllamaGenerate;
        turn.parts.push_back(std::move(part));
    }
    for (Part &image : images) {
        turn.parts.push_back(std::move(image));
    }
    request.turns.push_back(std::move(turn));
}

} // namespace

Decoded<ChatRequest> readChatRequest(json::Value body)
{
    ChatRequest request;
    request.origin = Dialect::OllamaChat;
    request.isStream = true;
    Read outcome(true);
    body.members([&](json::Value name, json::Value value) {
        if (!outcome) {
            return;
        }
        if (name.is("messages") || name.is("tools")) {
            return; // below: the last one of a name counts
        }
        outcome = readCommon(request, name, value);
        if (outcome && !*outcome) {
            keep(request, name, value);
        }
    });
    outcome = outcome ? requireModel(request) : outcome;
    outcome = outcome ? readMessages(request, body["messages"]) : outcome;
    outcome = outcome ? readTools(request, body["tools"]) : outcome;
    if (!outcome) {
        return tl::unexpected<BadRequest>(std::move(outcome.error()));
    }
    return request;
}

Decoded<ChatRequest> readGenerateRequest(json::Value body)
{
    ChatRequest request;
    request.origin = Dialect::OllamaGenerate;
    request.isStream = true;
    Read outcome(true);
    body.members([&](json::Value name, json::Value value) {
        if (!outcome || name.is("images")) {
            return;
        }
        if (name.is("prompt") || name.is("system")) {
            outcome = value.isAbsent() || value.isString()
                          ? outcome
                          : badRequest(name.text(), "must be a string");
            return;
        }
        outcome = readCommon(request, name, value);
        if (outcome && !*outcome) {
            keep(request, name, value);
        }
    });
    outcome = outcome ? requireModel(request) : outcome;
    std::vector<Part> images;
    outcome = outcome ? readImages(images, body["images"], "images") : outcome;
    if (outcome && body["raw"].isTrue() && !body["system"].text().empty()) {
        outcome = badRequest("raw", "does not go together with system"); // as Ollama has it
    }
    if (!outcome) {
        return tl::unexpected<BadRequest>(std::move(outcome.error()));
    }
    addTurn(request, Role::System, body["system"].text(), {});
    addTurn(request, Role::User, body["prompt"].text(), std::move(images));
    return request;
}

} // namespace meridian::provider::ollama
