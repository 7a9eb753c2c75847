// SPDX-License-Identifier: MIT
#include "core/provider/openai/messagewriter.h"

#include "core/provider/common.h"
#include "core/provider/openai/partwriter.h"
#include "core/provider/openai/spelling.h"

#include <algorithm>

namespace meridian::provider::openai {

namespace {

bool isCall(const Part &part) noexcept
{
    return part.kind == Part::Kind::ToolCall ||
           (part.kind == Part::Kind::Opaque && part.name == OpaqueCall);
}

/// Is it the message's own `refusal`, and no part of its content?
bool isMessageRefusal(const Part &part) noexcept
{
    return part.kind == Part::Kind::Refusal && part.detail != ListForm;
}

bool isMedia(const Part &part) noexcept
{
    return part.kind == Part::Kind::Image || part.kind == Part::Kind::Document ||
           part.kind == Part::Kind::Audio;
}

/// Empty arguments are no JSON, and engines that parse them stumble.
std::string_view argumentsOf(const Part &part) noexcept
{
    return part.text.find_first_not_of(" \t\r\n") == std::string::npos
               ? std::string_view("{}")
               : std::string_view(part.text);
}

} // namespace

std::string MessageWriter::path() const
{
    const std::string_view list = m_request.origin == Dialect::Gemini            ? "contents"
                                  : m_request.origin == Dialect::OpenAiResponses ? "input"
                                                                                 : "messages";
    return std::string(list).append("[").append(std::to_string(m_message)).append("]");
}

std::string MessageWriter::path(std::string_view list, std::size_t index) const
{
    return path().append(".").append(list).append("[").append(std::to_string(index)).append("]");
}

std::string_view MessageWriter::roleName(Role role) const noexcept
{
    switch (role) {
    case Role::System:
        return "system";
    case Role::Developer: // other engines' templates know no developer
        return m_isOwn || isOpenAiModel(m_model) ? "developer" : "system";
    case Role::Assistant:
        return "assistant";
    default:
        return "user";
    }
}

void MessageWriter::write()
{
    m_json.beginArray();
    for (const Turn &turn : m_request.turns) {
        if (turn.role == Role::Tool) {
            tools(turn);
        } else if (turn.role == Role::Assistant) {
            assistant(turn);
            ++m_message;
        } else {
            plain(turn);
            ++m_message;
        }
    }
    m_json.endArray();
}

void MessageWriter::open(std::string_view role)
{
    m_json.beginObject().string("role", role);
}

void MessageWriter::close(const Turn &turn)
{
    if (!turn.name.empty()) {
        m_json.string("name", turn.name);
    }
    if (m_isOwn) {
        writeExtras(m_json, turn.extras);
    } else {
        dropExtras(turn.extras, path(), m_fidelity);
    }
    m_json.endObject();
}

void MessageWriter::content(const Parts &parts, Join join, bool canBeNull)
{
    const bool isText = std::all_of(parts.begin(), parts.end(), [](const Part *part) {
        return part->kind == Part::Kind::Text;
    });
    if (parts.empty() && canBeNull) {
        m_json.null("content");
    } else if (isPlainText(parts)) {
        m_json.string("content", parts.empty() ? std::string_view() : parts[0]->text);
    } else if (isText && !m_isOwn && (join != Join::Never || parts.size() == 1)) {
        const std::string_view separator = join == Join::Lines        ? "\n"
                                           : join == Join::Paragraphs ? "\n\n"
                                                                      : "";
        std::string joined;
        for (const Part *part : parts) {
            if (!joined.empty() && !part->text.empty()) {
                joined.append(separator);
            }
            joined.append(part->text);
        }
        m_json.string("content", joined);
    } else {
        m_json.key("content").beginArray();
        for (const Part *part : parts) {
            writePart(m_json, *part, m_request.origin);
        }
        m_json.endArray();
    }
}

void MessageWriter::plain(const Turn &turn)
{
    Parts parts;
    for (std::size_t i = 0; i < turn.parts.size(); ++i) {
        if (canWrite(turn.parts[i], path("content", i), m_fidelity)) {
            parts.push_back(&turn.parts[i]);
        }
    }
    open(roleName(turn.role));
    content(parts, turn.role == Role::User ? Join::Never : Join::Paragraphs, false);
    close(turn);
}

void MessageWriter::thoughts(const Turn &turn)
{
    // other dialects' thoughts stay out: many backends refuse them, none needs them
    if (!m_isOwn) {
        return;
    }
    std::string text;
    std::string_view form;
    for (const Part &part : turn.parts) {
        if (part.kind == Part::Kind::Thinking) {
            text.append(part.text);
            form = part.detail;
        }
    }
    if (!text.empty() && form != ReasoningField) {
        m_json.string("reasoning_content", text);
    }
    if (!text.empty() && (form == ReasoningField || form == BothFields)) {
        m_json.string("reasoning", text);
    }
}

void MessageWriter::refusal(const Turn &turn)
{
    std::string text;
    for (const Part &part : turn.parts) {
        if (isMessageRefusal(part)) {
            text.append(part.text);
        }
    }
    if (!text.empty()) {
        m_json.string("refusal", text);
    }
}

void MessageWriter::call(const Part &part)
{
    if (part.kind == Part::Kind::Opaque) {
        m_json.raw(part.json);
        return;
    }
    const bool isOwn = part.origin == Dialect::OpenAiChat;
    m_json.beginObject().string("id", part.id).string("type", "function");
    m_json.key("function").beginObject();
    m_json.string("name", part.name).string("arguments", argumentsOf(part));
    if (isOwn) {
        writeNestedExtras(m_json, part.extras, "function");
    }
    m_json.endObject();
    const bool hasExtraContent =
        isOwn && std::any_of(part.extras.begin(), part.extras.end(),
                             [](const Extra &each) { return each.name == "extra_content"; });
    // Gemini behind its OpenAI-compatible face needs it back; OpenAI refuses what it does not know
    const bool takesSignature = m_isOwn || m_model.find("gemini") != std::string_view::npos;
    if (part.signedBy == Vendor::Google && !part.signature.empty() && takesSignature &&
        !hasExtraContent) {
        m_json.key("extra_content").beginObject().key("google").beginObject();
        m_json.string("thought_signature", part.signature).endObject().endObject();
    }
    if (isOwn) {
        writeExtras(m_json, part.extras, "function");
    }
    m_json.endObject();
}

void MessageWriter::calls(const Turn &turn)
{
    const auto isListed = [](const Part &part) {
        return isCall(part) && part.detail != LegacyForm;
    };
    if (std::any_of(turn.parts.begin(), turn.parts.end(), isListed)) {
        m_json.key("tool_calls").beginArray();
        for (const Part &part : turn.parts) {
            if (isListed(part)) {
                call(part);
            }
        }
        m_json.endArray();
    }
    const auto legacy = std::find_if(turn.parts.begin(), turn.parts.end(), [&](const Part &part) {
        return part.kind == Part::Kind::ToolCall && part.detail == LegacyForm;
    });
    if (legacy != turn.parts.end()) {
        m_json.key("function_call").beginObject();
        m_json.string("name", legacy->name).string("arguments", argumentsOf(*legacy));
        writeNestedExtras(m_json, legacy->extras, "function");
        m_json.endObject();
    }
}

void MessageWriter::assistant(const Turn &turn)
{
    Parts parts;
    std::size_t others = 0;
    for (std::size_t i = 0; i < turn.parts.size(); ++i) {
        const Part &part = turn.parts[i];
        if (isCall(part) || isMessageRefusal(part)) {
            ++others;
            if (part.origin != Dialect::OpenAiChat) {
                dropExtras(part.extras, path("content", i), m_fidelity);
            }
        } else if (canWrite(part, path("content", i), m_fidelity)) {
            if (others > 0 && part.kind == Part::Kind::Text && !part.text.empty()) {
                m_fidelity.approximated(path("content", i), "text after a call is told before it");
            }
            parts.push_back(&part);
        }
    }
    open("assistant");
    content(parts, Join::Plain, others > 0 || !turn.extras.empty());
    thoughts(turn);
    refusal(turn);
    calls(turn);
    close(turn);
}

void MessageWriter::result(const Part &part, Parts &media)
{
    const bool isLegacy = part.detail == LegacyForm && part.origin == Dialect::OpenAiChat;
    open(isLegacy ? "function" : "tool");
    if (isLegacy) {
        m_json.string("name", part.name);
    } else {
        m_json.string("tool_call_id", part.id);
        if (m_isOwn && !part.name.empty()) {
            m_json.string("name", part.name);
        }
    }
    Parts parts;
    std::size_t attached = 0;
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
        const Part &inner = part.parts[i];
        if (!canWrite(inner, path("content", i), m_fidelity)) {
            continue;
        }
        if (!m_isOwn && isMedia(inner)) {
            m_fidelity.approximated(path("content", i), "a tool's picture is told as the user's");
            media.push_back(&inner);
            ++attached;
        } else {
            parts.push_back(&inner);
        }
    }
    if (part.isError) { // the dialect has no mark for it
        m_fidelity.approximated(path() + ".is_error", "a failed call is told in its text");
        std::string text = joinedText(part.parts, "\n");
        m_json.string("content", text.starts_with("Error") ? text : "Error: " + text);
    } else if (parts.empty() && attached > 0) {
        m_json.string("content", "(attached to the next message)");
    } else {
        content(parts, Join::Lines, false);
    }
    if (part.origin == Dialect::OpenAiChat) {
        writeExtras(m_json, part.extras);
    } else {
        dropExtras(part.extras, path(), m_fidelity);
    }
    m_json.endObject();
}

void MessageWriter::tools(const Turn &turn)
{
    const std::size_t first = m_message;
    Parts media;
    for (const Part &part : turn.parts) {
        if (part.kind == Part::Kind::ToolResult) {
            result(part, media);
            m_message += m_isOwn ? 1 : 0; // a message each, in this dialect
        } else if (canWrite(part, path(), m_fidelity)) {
            media.push_back(&part);
        }
    }
    if (!media.empty()) {
        open("user");
        content(media, Join::Never, false);
        m_json.endObject();
    }
    if (m_message == first) {
        ++m_message;
    }
}

} // namespace meridian::provider::openai
