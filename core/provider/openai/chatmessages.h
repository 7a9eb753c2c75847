// SPDX-License-Identifier: MIT
// Reads the `messages` of a chat request into turns.
#pragma once

#include "core/provider/openai/fieldreader.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace meridian::provider::openai {

/// Results of tools that follow each other become one turn. One per request.
class MessageReader
{
public:
    MessageReader(FieldReader &fields, ChatRequest &request) noexcept
        : m_fields(fields)
        , m_request(request)
    {
    }

    void read(json::Value messages);

private:
    /// The members of a message that have a meaning of their own.
    struct Message
    {
        json::Value role;
        json::Value name;
        json::Value content;
        json::Value toolCalls;
        json::Value toolCallId;
        json::Value functionCall;
        json::Value refusal;
        json::Value reasoningContent;
        json::Value reasoning;
        std::vector<Extra> extras;
    };

    void message(const Path &path, json::Value value);
    void assistant(const Path &path, Message &message, Turn &turn);
    void thoughts(const Path &path, const Message &message, Turn &turn);
    void calls(const Path &path, json::Value value, Turn &turn);
    Part call(const Path &path, json::Value value, std::size_t index);
    void signature(json::Value value, Part &part);
    void functionCall(const Path &path, json::Value value, Turn &turn);
    void result(const Path &path, Message &message);
    void functionResult(const Path &path, Message &message);
    Turn &toolTurn();

    FieldReader &m_fields;
    ChatRequest &m_request;
    std::unordered_set<std::string> m_ids;                      // of all calls so far
    std::unordered_map<std::string, std::string> m_legacyCalls; // function, id of its last call
    std::size_t m_legacyCount = 0;
};

} // namespace meridian::provider::openai
