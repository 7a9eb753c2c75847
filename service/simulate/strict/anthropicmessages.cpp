// SPDX-License-Identifier: MIT
#include "service/simulate/strict/anthropicmessages.h"

#include "service/simulate/dialects/signatures.h"

namespace meridian::simulate {

namespace {

using json::Value;

class Turns
{
public:
    Turns(Rules &rules, Value body, bool takesSystem)
        : m_rules(rules)
        , m_takesSystem(takesSystem)
        , m_count(body["messages"].count())
        , m_mustThink(body["thinking"]["type"].is("enabled"))
    {
    }

    void turn(Value message, const std::string &path);
    void end();

private:
    void content(Value message, const std::string &path);
    void block(Value block, const std::string &path);
    void call(Value block, const std::string &path);
    void result(Value block, const std::string &path);
    void thought(Value block, const std::string &path);
    void source(Value block, const std::string &path);
    void unanswered();

    Rules &m_rules;
    const bool m_takesSystem;
    const std::size_t m_count;
    const bool m_mustThink;
    std::size_t m_index = 0;
    bool m_isAssistant = false;
    bool m_hasOther = false;       // a block that is no tool's result stood in this turn
    bool m_beginsThinking = false; // the last turn of the assistant
    bool m_isFirstBlock = false;
    std::set<std::string> m_ids;    // of all calls
    std::set<std::string> m_calls;  // of this turn
    std::set<std::string> m_open;   // of the turn before: to be answered here
    std::set<std::string> m_closed; // answered here
    std::string m_lastRole;
};

void text(Rules &rules, Value block, const std::string &path)
{
    rules.only(block, path, {"type", "text", "cache_control", "citations"});
    rules.needsText(block, path, "text");
    if (isBlank(block["text"].text())) {
        rules.refuse({}, "messages: text content blocks must contain non-whitespace text");
    }
}

void cache(Rules &rules, Value block, const std::string &path)
{
    const Value mark = block["cache_control"];
    if (mark.isAbsent()) {
        return;
    }
    rules.only(mark, path + ".cache_control", {"type", "ttl", "scope"});
    rules.word(mark, path + ".cache_control", "type", {"ephemeral"});
    rules.word(mark, path + ".cache_control", "ttl", {"5m", "1h"});
}

/// Where a picture or a document is.
void Turns::source(Value block, const std::string &path)
{
    const bool isImage = block["type"].is("image");
    const Value source = block["source"];
    const std::string place = path + ".source";
    m_rules.needsObject(block, path, "source");
    if (isImage) {
        m_rules.only(block, path, {"type", "source", "cache_control"});
        m_rules.word(source, place, "type", {"base64", "url", "file"});
    } else {
        m_rules.only(block, path,
                     {"type", "source", "title", "context", "citations", "cache_control"});
        m_rules.word(source, place, "type", {"base64", "url", "file", "text", "content"});
    }
    m_rules.needsText(source, place, "type");
    if (source["type"].is("base64")) {
        m_rules.only(source, place, {"type", "media_type", "data"});
        if (isImage) {
            m_rules.word(source, place, "media_type",
                         {"image/jpeg", "image/png", "image/gif", "image/webp"});
        } else {
            m_rules.word(source, place, "media_type", {"application/pdf"});
        }
        m_rules.needsText(source, place, "media_type");
        if (!isBase64(source["data"].text())) {
            m_rules.refuse(place + ".data", "invalid base64 data");
        }
    } else if (source["type"].is("url")) {
        m_rules.only(source, place, {"type", "url"});
        if (!source["url"].text().starts_with("http")) {
            m_rules.refuse(place + ".url", "Only HTTPS URLs are supported.");
        }
    } else if (source["type"].is("text")) {
        m_rules.only(source, place, {"type", "media_type", "data"});
        m_rules.word(source, place, "media_type", {"text/plain"});
        m_rules.needsText(source, place, "data");
    }
}

void Turns::call(Value block, const std::string &path)
{
    m_rules.only(block, path, {"type", "id", "name", "input", "cache_control", "caller"});
    const std::string id = block["id"].text();
    if (!isName(id, "_-", 256)) {
        m_rules.refuse(path + ".id", "String should match pattern '^[a-zA-Z0-9_-]+$'");
    }
    if (!m_ids.insert(id).second) {
        m_rules.refuse({}, path + ": `tool_use` ids must be unique");
    }
    m_calls.insert(id);
    if (!isName(block["name"].text(), "_-", 200)) {
        m_rules.refuse(path + ".name", "String should match pattern '^[a-zA-Z0-9_-]{1,200}$'");
    }
    m_rules.needsObject(block, path, "input");
}

void Turns::result(Value block, const std::string &path)
{
    m_rules.only(block, path, {"type", "tool_use_id", "content", "is_error", "cache_control"});
    m_rules.boolean(block, path, "is_error");
    const std::string id = block["tool_use_id"].text();
    if (!m_open.contains(id)) {
        m_rules.refuse({}, path +
                               ": unexpected `tool_use_id` found in `tool_result` blocks: " + id +
                               ". Each `tool_result` block must have a corresponding "
                               "`tool_use` block in the previous message.");
    }
    if (!m_closed.insert(id).second) {
        m_rules.refuse({}, path + ": each tool_use must have a single result");
    }
    if (m_hasOther) {
        m_rules.refuse({}, path + ": `tool_result` blocks must come first in the content");
    }
    const Value content = block["content"];
    if (!content.isMissing() && !content.isString() && !content.isArray()) {
        m_rules.refuse(path + ".content", "Input should be a valid list");
    }
    m_rules.each(content, path + ".content", [&](Value each, const std::string &place) {
        m_rules.word(each, place, "type",
                     {"text", "image", "document", "search_result", "tool_reference"});
        if (each["type"].is("text")) {
            text(m_rules, each, place);
        } else if (each["type"].is("image") || each["type"].is("document")) {
            source(each, place);
        }
    });
}

void Turns::thought(Value block, const std::string &path)
{
    m_rules.only(block, path, {"type", "thinking", "signature"});
    if (!block["thinking"].isString()) {
        m_rules.refuse(path + ".thinking", "Field required");
    }
    if (!block["signature"].isString()) {
        m_rules.refuse(path + ".signature", "Field required");
    } else if (block["signature"].text() != signatureOf(block["thinking"].text())) {
        m_rules.refuse(path, "Invalid `signature` in `thinking` block");
    }
}

void Turns::block(Value block, const std::string &path)
{
    const Value type = block["type"];
    cache(m_rules, block, path);
    if (m_isFirstBlock) {
        m_isFirstBlock = false;
        m_beginsThinking = type.is("thinking") || type.is("redacted_thinking");
    }
    const bool isOfAssistant = type.is("tool_use") || type.is("thinking") ||
                               type.is("redacted_thinking") || type.is("server_tool_use");
    const bool isOfUser = type.is("tool_result") || type.is("image") || type.is("document");
    if ((isOfAssistant && !m_isAssistant) || (isOfUser && m_isAssistant)) {
        m_rules.refuse(path, "`" + type.text() + "` blocks are not permitted in this role");
    }
    if (type.is("tool_result")) {
        result(block, path);
        return;
    }
    m_hasOther = true;
    if (type.is("text")) {
        text(m_rules, block, path);
    } else if (type.is("tool_use")) {
        call(block, path);
    } else if (type.is("thinking")) {
        thought(block, path);
    } else if (type.is("redacted_thinking")) {
        m_rules.only(block, path, {"type", "data"});
        m_rules.needsText(block, path, "data");
    } else if (type.is("image") || type.is("document")) {
        source(block, path);
    } else if (!type.text().ends_with("tool_result") &&
               !isOneOf(type,
                        {"server_tool_use", "search_result", "container_upload", "mcp_tool_use"})) {
        m_rules.refuse(path, "Input tag '" + type.text() + "' does not match any expected tag");
    }
}

void Turns::content(Value message, const std::string &path)
{
    const Value content = message["content"];
    const bool isLast = m_index + 1 == m_count;
    if (!content.isString() && !content.isArray()) {
        m_rules.refuse(path + ".content",
                       content.isMissing() ? "Field required" : "Input should be a valid list");
    }
    const bool isEmpty = content.isString() ? isBlank(content.text()) : content.count() == 0;
    if (isEmpty && !(isLast && m_isAssistant)) {
        m_rules.refuse({}, path + ": all messages must have non-empty content except for the "
                                  "optional final assistant message");
    }
    m_rules.each(content, path + ".content",
                 [this](Value each, const std::string &place) { block(each, place); });
    if (isLast && m_isAssistant) {
        std::string last = content.text();
        content.elements([&](Value each) { last = each["text"].text(); });
        if (!last.empty() && isBlank(std::string_view(last).substr(last.size() - 1))) {
            m_rules.refuse({}, "messages: final assistant content cannot end with trailing "
                               "whitespace");
        }
    }
}

void Turns::unanswered()
{
    for (const std::string &id : m_open) {
        if (!m_closed.contains(id)) {
            m_rules.refuse({}, "messages." + std::to_string(m_index - 1) +
                                   ": `tool_use` ids were found without `tool_result` blocks "
                                   "immediately after: " +
                                   id);
        }
    }
}

void Turns::turn(Value message, const std::string &path)
{
    m_rules.only(message, path, {"role", "content"});
    const std::string role = message["role"].text();
    if (role == "system" && m_takesSystem) {
        checkAnthropicSystem(m_rules, message["content"]);
        ++m_index;
        return;
    }
    if (role != "user" && role != "assistant") {
        m_rules.refuse(path + ".role", "Unexpected role \"" + role +
                                           "\". Allowed roles are \"user\" or \"assistant\".");
    }
    if (m_lastRole.empty() && role == "assistant") {
        m_rules.refuse(path, "first message must use the \"user\" role");
    }
    if (role == m_lastRole) {
        m_rules.refuse({}, "messages: roles must alternate between \"user\" and \"assistant\", but "
                           "found multiple \"" +
                               role + "\" roles in a row");
    }
    m_lastRole = role;
    m_isAssistant = role == "assistant";
    m_isFirstBlock = m_isAssistant;
    m_beginsThinking = m_isAssistant ? false : m_beginsThinking;
    m_hasOther = false;
    m_calls.clear();
    m_closed.clear();
    content(message, path);
    unanswered();
    const bool continues = !m_closed.empty() && m_index + 1 == m_count;
    if (m_mustThink && continues && !m_beginsThinking) {
        m_rules.refuse({}, "messages." + std::to_string(m_index - 1) +
                               ": Expected `thinking` or `redacted_thinking`, but found another "
                               "block. When `thinking` is enabled, a final `assistant` message "
                               "must start with a thinking block.");
    }
    m_open = m_calls;
    ++m_index;
}

void Turns::end()
{
    m_closed.clear();
    unanswered();
}

} // namespace

void checkAnthropicMessages(Rules &rules, Value body, bool takesSystem)
{
    Turns turns(rules, body, takesSystem);
    rules.each(body["messages"], "messages",
               [&](Value message, const std::string &path) { turns.turn(message, path); });
    turns.end();
}

void checkAnthropicSystem(Rules &rules, Value system)
{
    if (system.isMissing() || system.isString()) {
        return;
    }
    if (!system.isArray()) {
        rules.refuse("system", "Input should be a valid list");
    }
    rules.each(system, "system", [&](Value each, const std::string &path) {
        if (!each["type"].is("text")) {
            rules.refuse(path + ".type", "Input should be 'text'");
        }
        text(rules, each, path);
        cache(rules, each, path);
    });
}

} // namespace meridian::simulate
