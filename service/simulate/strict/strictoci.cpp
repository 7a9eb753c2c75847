// SPDX-License-Identifier: MIT
#include "service/simulate/strict/ocicohere.h"
#include "service/simulate/strict/strictchecks.h"

namespace meridian::simulate {

namespace {

using json::Value;

const std::string Chat = "chatRequest";

/// Messages of GENERIC and of COHEREV2.
class Messages
{
public:
    Messages(Rules &rules, bool isV2)
        : m_rules(rules)
        , m_isV2(isV2)
    {
    }

    void message(Value message, const std::string &path);

private:
    void content(Value message, const std::string &path);
    void call(Value call, const std::string &path);

    Rules &m_rules;
    const bool m_isV2;
    std::set<std::string> m_open;
};

void Messages::content(Value message, const std::string &path)
{
    const Value content = message["content"];
    const bool calls = message["toolCalls"].count() > 0;
    if (content.isAbsent()) {
        if (!calls && !message["refusal"].isString()) {
            m_rules.refuse(path + ".content", "must not be null");
        }
        return;
    }
    if (content.isString() && m_isV2) {
        return;
    }
    if (!content.isArray() || content.count() == 0) {
        m_rules.refuse(path + ".content", "must be a list that is not empty");
    }
    m_rules.each(content, path + ".content", [&](Value each, const std::string &place) {
        if (m_isV2) {
            m_rules.word(each, place, "type", {"TEXT", "IMAGE_URL", "THINKING", "DOCUMENT"});
        } else {
            m_rules.word(each, place, "type", {"TEXT", "IMAGE", "DOCUMENT", "AUDIO", "VIDEO"});
        }
        m_rules.needsText(each, place, "type");
        if (each["type"].is("TEXT")) {
            m_rules.only(each, place, {"type", "text"});
            if (!each["text"].isString()) {
                m_rules.refuse(place + ".text", "must not be null");
            }
        } else if (each["type"].is("IMAGE") || each["type"].is("IMAGE_URL")) {
            m_rules.only(each, place, {"type", "imageUrl"});
            m_rules.needsText(each["imageUrl"], place + ".imageUrl", "url");
            m_rules.word(each["imageUrl"], place + ".imageUrl", "detail", {"AUTO", "HIGH", "LOW"});
        } else if (each["type"].is("THINKING")) {
            m_rules.only(each, place, {"type", "thinking"});
            m_rules.needsText(each, place, "thinking");
        }
    });
}

void Messages::call(Value call, const std::string &path)
{
    const Value inner = m_isV2 ? call["function"] : call;
    const std::string place = m_isV2 ? path + ".function" : path;
    m_rules.word(call, path, "type", {"FUNCTION"});
    m_rules.needsText(call, path, "type");
    m_rules.needsText(call, path, "id");
    if (m_isV2) {
        m_rules.only(call, path, {"id", "type", "function"});
        m_rules.only(inner, place, {"name", "arguments"});
    } else {
        m_rules.only(call, path, {"id", "type", "name", "arguments"});
    }
    m_rules.needsText(inner, place, "name");
    if (!inner["arguments"].isString()) {
        m_rules.refuse(place + ".arguments", "must be a string");
    }
    m_open.insert(call["id"].text());
}

void Messages::message(Value message, const std::string &path)
{
    const Value role = message["role"];
    m_rules.word(message, path, "role", {"SYSTEM", "DEVELOPER", "USER", "ASSISTANT", "TOOL"});
    m_rules.needsText(message, path, "role");
    m_rules.only(message, path,
                 {"role", "name", "content", "toolCalls", "toolCallId", "refusal", "toolPlan",
                  "reasoningContent", "citations"});
    if (role.is("TOOL")) {
        m_rules.needsText(message, path, "toolCallId");
        if (m_open.erase(message["toolCallId"].text()) == 0) {
            m_rules.refuse(path + ".toolCallId", "no call has this id");
        }
    } else if (!m_open.empty()) {
        m_rules.refuse(path, "tool call " + *m_open.begin() + " has no result");
    }
    if (!role.is("ASSISTANT") && !message["toolCalls"].isAbsent()) {
        m_rules.refuse(path + ".toolCalls", "only the assistant calls tools");
    }
    content(message, path);
    m_rules.each(message["toolCalls"], path + ".toolCalls",
                 [&](Value each, const std::string &place) { call(each, place); });
}

void tools(Rules &rules, Value chat, bool isV2)
{
    rules.each(chat["tools"], Chat + ".tools", [&](Value tool, const std::string &path) {
        const Value inner = isV2 ? tool["function"] : tool;
        const std::string place = isV2 ? path + ".function" : path;
        rules.word(tool, path, "type", {"FUNCTION"});
        rules.needsText(tool, path, "type");
        if (isV2) {
            rules.only(tool, path, {"type", "function"});
            rules.only(inner, place, {"name", "description", "parameters"});
        } else {
            rules.only(tool, path, {"type", "name", "description", "parameters"});
        }
        rules.needsText(inner, place, "name");
        rules.needsObject(inner, place, "parameters");
        const std::string_view schema = inner["parameters"].raw();
        for (const std::string_view word : {"\"$ref\"", "\"$defs\"", "\"anyOf\""}) {
            if (schema.find(word) != std::string_view::npos) {
                rules.refuse(place + ".parameters", std::string(word) + " is not supported");
            }
        }
    });
}

void common(Rules &rules, Value chat)
{
    rules.boolean(chat, Chat, "isStream");
    rules.integer(chat, Chat, "maxTokens", 1);
    rules.integer(chat, Chat, "maxCompletionTokens", 1);
    rules.number(chat, Chat, "temperature", 0, 2);
    rules.number(chat, Chat, "topP", 0, 1);
    rules.texts(chat, Chat, "stop", 64);
    rules.texts(chat, Chat, "stopSequences", 64);
    rules.only(chat["streamOptions"], Chat + ".streamOptions", {"isIncludeUsage"});
    rules.word(chat["responseFormat"], Chat + ".responseFormat", "type",
               {"TEXT", "JSON_OBJECT", "JSON_SCHEMA"});
}

void messages(Rules &rules, Value chat, bool isV2)
{
    Messages messages(rules, isV2);
    if (rules.needsArray(chat, Chat, "messages")) {
        rules.each(chat["messages"], Chat + ".messages",
                   [&](Value each, const std::string &path) { messages.message(each, path); });
    }
    tools(rules, chat, isV2);
}

void generic(Rules &rules, Value chat)
{
    rules.only(chat, Chat,
               {"apiFormat",
                "messages",
                "isStream",
                "streamOptions",
                "numGenerations",
                "seed",
                "isEcho",
                "topK",
                "topP",
                "temperature",
                "frequencyPenalty",
                "presencePenalty",
                "stop",
                "logProbs",
                "maxTokens",
                "maxCompletionTokens",
                "logitBias",
                "prediction",
                "toolChoice",
                "tools",
                "isParallelToolCalls",
                "responseFormat",
                "reasoningEffort",
                "verbosity",
                "metadata",
                "serviceTier",
                "webSearchOptions"});
    rules.word(chat, Chat, "reasoningEffort", {"NONE", "MINIMAL", "LOW", "MEDIUM", "HIGH"});
    rules.word(chat, Chat, "verbosity", {"LOW", "MEDIUM", "HIGH"});
    if (const Value choice = chat["toolChoice"]; !choice.isMissing()) {
        rules.word(choice, Chat + ".toolChoice", "type", {"AUTO", "REQUIRED", "NONE", "FUNCTION"});
        rules.needsText(choice, Chat + ".toolChoice", "type");
        if (choice["type"].is("FUNCTION")) {
            rules.needsText(choice, Chat + ".toolChoice", "name");
        }
    }
    if (chat["responseFormat"]["type"].is("JSON_SCHEMA")) {
        const Value schema = chat["responseFormat"]["jsonSchema"];
        rules.only(schema, Chat + ".responseFormat.jsonSchema",
                   {"name", "description", "schema", "isStrict"});
        rules.needsText(schema, Chat + ".responseFormat.jsonSchema", "name");
    }
    messages(rules, chat, false);
}

void cohereV2(Rules &rules, Value chat)
{
    rules.only(chat, Chat,
               {"apiFormat",
                "messages",
                "documents",
                "citationOptions",
                "tools",
                "toolsChoice",
                "isStrictToolsEnabled",
                "isStream",
                "streamOptions",
                "responseFormat",
                "maxTokens",
                "temperature",
                "topK",
                "topP",
                "frequencyPenalty",
                "presencePenalty",
                "seed",
                "stopSequences",
                "safetyMode",
                "thinking",
                "isLogProbsEnabled",
                "isRawPrompting",
                "priority"});
    rules.word(chat, Chat, "toolsChoice", {"REQUIRED", "NONE"});
    rules.word(chat, Chat, "safetyMode", {"CONTEXTUAL", "STRICT", "OFF"});
    messages(rules, chat, true);
}

void servingMode(Rules &rules, Value body)
{
    const Value mode = body["servingMode"];
    rules.needsObject(body, {}, "servingMode");
    rules.word(mode, "servingMode", "servingType", {"ON_DEMAND", "DEDICATED"});
    rules.needsText(mode, "servingMode", "servingType");
    if (mode["servingType"].is("DEDICATED")) {
        rules.only(mode, "servingMode", {"servingType", "endpointId"});
        rules.needsText(mode, "servingMode", "endpointId");
    } else {
        rules.only(mode, "servingMode", {"servingType", "modelId"});
        rules.needsText(mode, "servingMode", "modelId");
    }
}

} // namespace

std::optional<Refusal> checkOci(Value body)
{
    Rules rules("Unrecognized field");
    rules.only(body, {}, {"compartmentId", "servingMode", "chatRequest"});
    rules.needsText(body, {}, "compartmentId");
    servingMode(rules, body);
    if (!rules.needsObject(body, {}, Chat)) {
        return rules.refusal();
    }
    const Value chat = body[Chat];
    rules.word(chat, Chat, "apiFormat", {"GENERIC", "COHERE", "COHEREV2"});
    rules.needsText(chat, Chat, "apiFormat");
    const bool isCohereModel = body["servingMode"]["modelId"].text().starts_with("cohere.");
    if (isCohereModel && chat["apiFormat"].is("GENERIC")) {
        rules.refuse(Chat + ".apiFormat", "the model does not support GENERIC");
    }
    common(rules, chat);
    if (chat["apiFormat"].is("COHERE")) {
        checkOciCohere(rules, chat, Chat);
    } else if (chat["apiFormat"].is("COHEREV2")) {
        cohereV2(rules, chat);
    } else {
        generic(rules, chat);
    }
    return rules.refusal();
}

} // namespace meridian::simulate
