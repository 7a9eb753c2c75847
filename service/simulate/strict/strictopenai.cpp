// SPDX-License-Identifier: MIT
#include "service/simulate/strict/strictchecks.h"

namespace meridian::simulate {

namespace {

using json::Value;

constexpr std::size_t LongestId = 40;

class Messages
{
public:
    explicit Messages(Rules &rules)
        : m_rules(rules)
    {
    }

    void message(Value message, const std::string &path);

    void end() { answered(); }

private:
    void answered();
    void calls(Value message, const std::string &path);
    void content(Value content, const std::string &path, Words types);
    void part(Value part, const std::string &path, Words types);

    Rules &m_rules;
    std::set<std::string> m_open; // calls that have no answer yet
};

void Messages::answered()
{
    if (!m_open.empty()) {
        m_rules.refuse({}, "An assistant message with 'tool_calls' must be followed by tool "
                           "messages responding to each 'tool_call_id'. The following "
                           "tool_call_ids did not have response messages: " +
                               *m_open.begin());
    }
}

void Messages::part(Value part, const std::string &path, Words types)
{
    m_rules.word(part, path, "type", types);
    m_rules.needsText(part, path, "type");
    if (part["type"].is("text") && !part["text"].isString()) {
        m_rules.refuse(path + ".text", "must be a string");
    } else if (part["type"].is("image_url")) {
        const Value image = part["image_url"];
        m_rules.needsObject(part, path, "image_url");
        m_rules.needsText(image, path + ".image_url", "url");
        m_rules.word(image, path + ".image_url", "detail", {"auto", "low", "high"});
    } else if (part["type"].is("input_audio")) {
        m_rules.needsText(part["input_audio"], path + ".input_audio", "data");
        m_rules.word(part["input_audio"], path + ".input_audio", "format", {"wav", "mp3"});
    } else if (part["type"].is("file")) {
        m_rules.needsObject(part, path, "file");
        m_rules.only(part["file"], path + ".file", {"file_data", "file_id", "filename"});
    }
}

void Messages::content(Value content, const std::string &path, Words types)
{
    const std::string place = path + ".content";
    if (content.isString()) {
        return;
    }
    if (!content.isArray() || content.count() == 0) {
        m_rules.refuse(place, "Invalid type: expected a string or a list of parts");
    }
    m_rules.each(content, place, [&](Value each, const std::string &at) { part(each, at, types); });
}

void Messages::calls(Value message, const std::string &path)
{
    const Value calls = message["tool_calls"];
    if (calls.isMissing()) {
        return;
    }
    m_rules.needsArray(message, path, "tool_calls");
    m_rules.each(calls, path + ".tool_calls", [this](Value call, const std::string &place) {
        m_rules.needsText(call, place, "id");
        const std::string id = call["id"].text();
        if (id.size() > LongestId) {
            m_rules.refuse(place + ".id", "string too long, the maximum length is 40");
        }
        if (!m_open.insert(id).second) {
            m_rules.refuse(place + ".id", "Duplicate value for 'tool_call_id'");
        }
        m_rules.word(call, place, "type", {"function", "custom"});
        m_rules.needsText(call, place, "type");
        if (call["type"].is("function")) {
            m_rules.needsObject(call, place, "function");
            m_rules.needsText(call["function"], place + ".function", "name");
            if (!call["function"]["arguments"].isString()) {
                m_rules.refuse(place + ".function.arguments", "must be a string");
            }
        }
    });
}

void Messages::message(Value message, const std::string &path)
{
    const Value role = message["role"];
    m_rules.word(message, path, "role",
                 {"developer", "system", "user", "assistant", "tool", "function"});
    m_rules.needsText(message, path, "role");
    if (role.is("tool")) {
        m_rules.needsText(message, path, "tool_call_id");
        if (m_open.erase(message["tool_call_id"].text()) == 0) {
            m_rules.refuse(path, "messages with role 'tool' must be a response to a preceeding "
                                 "message with 'tool_calls'.");
        }
        content(message["content"], path, {"text"});
        return;
    }
    answered();
    if (role.is("user")) {
        content(message["content"], path, {"text", "image_url", "input_audio", "file"});
    } else if (role.is("assistant")) {
        calls(message, path);
        const bool mayBeSilent = message["tool_calls"].isArray() || message["refusal"].isString() ||
                                 message["function_call"].isObject();
        if (!mayBeSilent || !message["content"].isAbsent()) {
            content(message["content"], path, {"text", "refusal"});
        }
    } else if (!role.is("function")) {
        content(message["content"], path, {"text"});
    }
}

void tools(Rules &rules, Value body)
{
    const Value tools = body["tools"];
    const Value choice = body["tool_choice"];
    if (!tools.isMissing()) {
        rules.needsArray(body, {}, "tools");
    } else if (!choice.isMissing()) {
        rules.refuse("tool_choice", "'tool_choice' is only allowed when 'tools' are specified.");
    } else if (!body["parallel_tool_calls"].isMissing()) {
        rules.refuse("parallel_tool_calls",
                     "'parallel_tool_calls' is only allowed when 'tools' are specified.");
    }
    bool isChosen = false;
    rules.each(tools, "tools", [&](Value tool, const std::string &path) {
        rules.needsText(tool, path, "type");
        if (!tool["type"].is("function")) {
            return;
        }
        const Value function = tool["function"];
        rules.needsObject(tool, path, "function");
        rules.only(function, path + ".function", {"name", "description", "parameters", "strict"});
        const std::string name = function["name"].text();
        if (!isName(name, "_-", 64)) {
            rules.refuse(path + ".function.name",
                         "does not match the pattern '^[a-zA-Z0-9_-]{1,64}$'");
        }
        if (const Value schema = function["parameters"];
            !schema.isAbsent() && !(schema.isObject() && schema["type"].is("object")) &&
            schema.raw() != "{}") {
            rules.refuse(path + ".function.parameters",
                         "schema must be a JSON Schema of 'type: \"object\"'");
        }
        isChosen = isChosen || name == choice["function"]["name"].text();
    });
    if (choice.isString()) {
        rules.word(body, {}, "tool_choice", {"none", "auto", "required"});
    } else if (choice.isObject() && choice["type"].is("function") && !isChosen) {
        rules.refuse("tool_choice", "Tool choice not found in 'tools' parameter.");
    } else if (!choice.isMissing() && !choice.isObject()) {
        rules.refuse("tool_choice", "must be a string or an object");
    }
}

void format(Rules &rules, Value body)
{
    const Value format = body["response_format"];
    if (format.isMissing()) {
        return;
    }
    rules.needsObject(body, {}, "response_format");
    rules.word(format, "response_format", "type", {"text", "json_object", "json_schema"});
    rules.needsText(format, "response_format", "type");
    if (format["type"].is("json_schema")) {
        const Value schema = format["json_schema"];
        rules.needsObject(format, "response_format", "json_schema");
        rules.only(schema, "response_format.json_schema",
                   {"name", "description", "schema", "strict"});
        if (!isName(schema["name"].text(), "_-", 64)) {
            rules.refuse("response_format.json_schema.name",
                         "does not match the pattern '^[a-zA-Z0-9_-]{1,64}$'");
        }
    }
}

} // namespace

std::optional<Refusal> checkOpenAi(Value body)
{
    Rules rules("Unknown parameter");
    if (!body["max_tokens"].isAbsent() && !body["max_completion_tokens"].isAbsent()) {
        rules.refuse("max_tokens", "Setting 'max_tokens' and 'max_completion_tokens' at the same "
                                   "time is not supported.");
    }
    rules.integer(body, {}, "max_tokens", 1);
    rules.integer(body, {}, "max_completion_tokens", 1);
    rules.number(body, {}, "temperature", 0, 2);
    rules.number(body, {}, "top_p", 0, 1);
    rules.number(body, {}, "presence_penalty", -2, 2);
    rules.number(body, {}, "frequency_penalty", -2, 2);
    rules.integer(body, {}, "n", 1, 128);
    rules.word(body, {}, "reasoning_effort",
               {"none", "minimal", "low", "medium", "high", "xhigh", "max"});
    if (!body["stop"].isAbsent() && !body["stop"].isString()) {
        rules.texts(body, {}, "stop", 4);
    }
    if (!body["stream_options"].isAbsent() && !body["stream"].isTrue()) {
        rules.refuse("stream_options", "only allowed when 'stream' is enabled.");
    }
    tools(rules, body);
    format(rules, body);
    if (!body["messages"].isArray()) {
        rules.refuse("messages", "Missing required parameter: 'messages'.");
    }
    Messages messages(rules);
    rules.each(body["messages"], "messages",
               [&](Value each, const std::string &path) { messages.message(each, path); });
    messages.end();
    return rules.refusal();
}

} // namespace meridian::simulate
