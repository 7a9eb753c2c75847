// SPDX-License-Identifier: MIT
#include "core/json/promptestimate.h"

#include "core/base/hash.h"
#include "core/json/valuecursor.h"

#include <algorithm>

namespace meridian::json {

namespace {

/// Which parts of a message's content are texts.
enum class PartNames : std::uint8_t { Chat, Responses };

struct Message
{
    std::uint64_t tokens = 0;
    bool isFromUser = false;
};

std::uint64_t tokensOf(const StringValue &text) noexcept
{
    return (text.points + 3) / 4;
}

bool isTextType(const StringValue &type, PartNames names) noexcept
{
    return type.means("text") || (names == PartNames::Responses &&
                                  (type.means("input_text") || type.means("output_text")));
}

std::uint64_t partTokens(ValueCursor &cursor, PartNames names)
{
    std::uint64_t tokens = 0;
    bool isText = false;
    cursor.readObject([&](const StringValue &name) {
        if (name.means("type")) {
            const auto type = cursor.readString();
            isText = type && isTextType(*type, names);
        } else if (name.means("text")) {
            const auto text = cursor.readString();
            tokens = text ? tokensOf(*text) : 0;
        } else {
            cursor.skip();
        }
    });
    return isText ? tokens : 0;
}

std::uint64_t contentTokens(ValueCursor &cursor, PartNames names)
{
    if (cursor.peek() != '[') {
        const auto text = cursor.readString();
        return text ? tokensOf(*text) : 0;
    }
    std::uint64_t tokens = 0;
    cursor.readArray([&] {
        if (cursor.peek() == '{') {
            tokens += partTokens(cursor, names);
        } else {
            cursor.skip();
        }
    });
    return tokens;
}

Message readMessage(ValueCursor &cursor, PartNames names)
{
    constexpr std::uint64_t Frame = 4; // what separates one message from the next
    std::uint64_t role = 0;
    std::uint64_t content = 0;
    bool isFromUser = false;
    cursor.readObject([&](const StringValue &name) {
        if (name.means("role")) {
            const auto value = cursor.readString();
            role = value ? tokensOf(*value) : 0;
            isFromUser = value && value->means("user");
        } else if (name.means("content")) {
            content = contentTokens(cursor, names);
        } else {
            cursor.skip();
        }
    });
    return {Frame + role + content, isFromUser};
}

constexpr std::uint64_t ReplyFrame = 3; // what makes the model answer

std::uint64_t messagesTokens(std::string_view messages)
{
    ValueCursor cursor(messages);
    if (cursor.peek() != '[') {
        return 0;
    }
    std::uint64_t tokens = 0;
    bool isEmpty = true;
    cursor.readArray([&] {
        isEmpty = false;
        if (cursor.peek() == '{') {
            tokens += readMessage(cursor, PartNames::Chat).tokens;
        } else {
            cursor.skip();
        }
    });
    return isEmpty ? 0 : tokens + ReplyFrame;
}

/// A string, or a token by its number.
std::uint64_t itemTokens(ValueCursor &cursor)
{
    const char lead = cursor.peek();
    const auto text = cursor.readString();
    return text ? tokensOf(*text) : lead >= '0' && lead <= '9' ? 1 : 0;
}

std::uint64_t promptTokens(std::string_view prompt)
{
    ValueCursor cursor(prompt);
    if (cursor.peek() != '[') {
        const auto text = cursor.readString();
        return text ? tokensOf(*text) : 0;
    }
    std::uint64_t tokens = 0;
    bool hasMessages = false;
    cursor.readArray([&] {
        if (cursor.peek() == '{') {
            tokens += readMessage(cursor, PartNames::Responses).tokens;
            hasMessages = true;
        } else if (cursor.peek() == '[') { // several prompts, each of them tokens by number
            cursor.readArray([&] { tokens += itemTokens(cursor); });
        } else {
            tokens += itemTokens(cursor);
        }
    });
    return hasMessages ? tokens + ReplyFrame : tokens;
}

/// The bytes of an array of messages to the end of the first user's; empty when it holds no object.
std::string_view conversationStart(std::string_view messages)
{
    ValueCursor cursor(messages);
    if (cursor.peek() != '[') {
        return {};
    }
    bool hasMessages = false;
    const char *end = nullptr;
    cursor.readArray([&] {
        if (cursor.peek() != '{') {
            cursor.skip();
            return;
        }
        hasMessages = true;
        if (readMessage(cursor, PartNames::Chat).isFromUser) {
            end = cursor.position();
            cursor.finish();
        }
    });
    if (end != nullptr) {
        return {messages.data(), static_cast<std::size_t>(end - messages.data())};
    }
    return hasMessages ? messages : std::string_view();
}

/// The beginning of a bare prompt; empty when it says nothing.
std::string_view promptStart(std::string_view prompt)
{
    if (prompt.starts_with('"')) {
        prompt = prompt.substr(1, prompt.size() - 2);
    } else if (!prompt.starts_with('[') ||
               prompt.find_first_not_of("[] \t\r\n") == std::string_view::npos) {
        return {};
    }
    return prompt.substr(0, PromptPrefixSize);
}

std::string_view requestStart(std::string_view body, const BodyFields &fields)
{
    if (const auto start = conversationStart(fields.messages.in(body)); !start.empty()) {
        return start;
    }
    if (const auto start = promptStart(fields.prompt.in(body)); !start.empty()) {
        return start;
    }
    const std::string_view input = fields.input.in(body);
    const auto start = conversationStart(input);
    return start.empty() ? promptStart(input) : start;
}

} // namespace

std::uint64_t estimatePromptTokens(std::string_view body, const BodyFields &fields) noexcept
{
    return messagesTokens(fields.messages.in(body)) + promptTokens(fields.prompt.in(body)) +
           promptTokens(fields.input.in(body));
}

std::uint64_t prefixHash(std::string_view body, const BodyFields &fields) noexcept
{
    const std::string_view start = requestStart(body, fields);
    if (start.empty()) {
        return 0;
    }
    return std::max<std::uint64_t>(hashBytes(start, hashBytes(fields.model)), 1);
}

} // namespace meridian::json
