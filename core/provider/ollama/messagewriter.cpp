// SPDX-License-Identifier: MIT
#include "core/provider/ollama/messagewriter.h"

#include "core/provider/common.h"
#include "core/provider/ollama/names.h"

namespace meridian::provider::ollama {

namespace {

std::string_view roleName(Role role) noexcept
{
    switch (role) {
    case Role::System:
    case Role::Developer:
        return "system";
    case Role::Assistant:
        return "assistant";
    default:
        return "user";
    }
}

/// Paragraphs where the client made them; a model's own text continues where it stopped.
std::string_view separatorOf(Role role) noexcept
{
    switch (role) {
    case Role::System:
    case Role::Developer:
        return "\n\n";
    case Role::Assistant:
        return "";
    default:
        return "\n";
    }
}

bool isMade(std::string_view id) noexcept
{
    return id.starts_with(MadeIdPrefix);
}

} // namespace

struct MessageWriter::Content
{
    std::string_view separator;
    std::string text;
    std::string thinking;
    std::vector<const Part *> images;
    std::vector<const Part *> calls;
    bool hadTextBefore = false; // an image

    [[nodiscard]] bool isEmpty() const noexcept
    {
        return text.empty() && thinking.empty() && images.empty() && calls.empty();
    }

    void addText(std::string_view more)
    {
        if (!text.empty() && !more.empty()) {
            text.append(separator);
        }
        text.append(more);
    }
};

void MessageWriter::gatherSource(Content &content, const Part &part, const std::string &path)
{
    if (part.kind == Part::Kind::Image && part.source.kind == Source::Kind::Base64) {
        content.hadTextBefore = content.hadTextBefore || !content.text.empty();
        content.images.push_back(&part);
        if (!part.detail.empty() && part.detail != "auto") {
            m_fidelity.dropped(path + ".detail", "Ollama's models choose the resolution");
        }
    } else if (part.kind == Part::Kind::Image) {
        m_fidelity.dropped(path, "Ollama takes images as base64 only");
    } else if (part.kind == Part::Kind::Document && part.source.kind == Source::Kind::Text) {
        const std::string head = part.name.empty() ? std::string() : part.name + ":\n";
        content.addText(head + part.source.data);
        m_fidelity.approximated(path, "the document is sent as plain text");
    } else {
        m_fidelity.dropped(path, "Ollama takes text and images only");
    }
}

void MessageWriter::gather(Content &content, const Part &part, const std::string &path)
{
    switch (part.kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
        if (content.hadTextBefore && !part.text.empty()) {
            m_fidelity.approximated(path, "images stand beside the text, not inside it");
        }
        content.addText(part.text);
        break;
    case Part::Kind::Thinking: // its signature means nothing here, and the client keeps it
        content.thinking.append(part.text);
        break;
    case Part::Kind::ToolCall:
        m_names.insert_or_assign(part.id, part.name);
        content.calls.push_back(&part);
        return; // its extras are written with it
    case Part::Kind::Image:
    case Part::Kind::Document:
    case Part::Kind::Audio:
        gatherSource(content, part, path);
        break;
    case Part::Kind::RedactedThinking:
        m_fidelity.dropped(path, "only its own provider can read it");
        break;
    case Part::Kind::Opaque:
    case Part::Kind::ToolResult:
        m_fidelity.dropped(path, "Ollama has no such part");
        break;
    }
    for (const Extra &extra : part.extras) {
        m_fidelity.dropped(path + "." + extra.name);
    }
}

void MessageWriter::write(std::size_t index)
{
    const Turn &turn = m_request.turns[index];
    const std::string path = "messages[" + std::to_string(index) + "]";
    if (!turn.name.empty()) {
        m_fidelity.dropped(path + ".name", "Ollama's messages have no names");
    }
    Content content;
    content.separator = separatorOf(turn.role);
    std::size_t results = 0;
    for (std::size_t i = 0; i < turn.parts.size(); ++i) {
        const std::string part = path + ".content[" + std::to_string(i) + "]";
        if (turn.parts[i].kind == Part::Kind::ToolResult) {
            writeResult(turn.parts[i], part);
            ++results;
        } else {
            gather(content, turn.parts[i], part);
        }
    }
    if (results == 0 || !content.isEmpty()) { // text beside results follows them
        beginMessage(roleName(turn.role), content);
        writeExtras(turn.extras, isOllama(m_request.origin), path);
        m_out.endObject();
    }
}

void MessageWriter::beginMessage(std::string_view role, const Content &content)
{
    m_out.beginObject().string("role", role).string("content", content.text);
    if (!content.thinking.empty()) {
        m_out.string("thinking", content.thinking);
    }
    if (!content.images.empty()) {
        m_out.key("images").beginArray();
        for (const Part *image : content.images) {
            m_out.string(image->source.data);
        }
        m_out.endArray();
    }
    if (!content.calls.empty()) {
        writeCalls(content);
    }
}

void MessageWriter::writeCalls(const Content &content)
{
    m_out.key("tool_calls").beginArray();
    for (const Part *call : content.calls) {
        const bool isOwn = isOllama(call->origin);
        m_out.beginObject();
        if (!isMade(call->id)) {
            m_out.string("id", call->id);
        }
        for (const Extra &extra : call->extras) {
            if (!isOwn) {
                m_fidelity.dropped("messages[].tool_calls[]." + extra.name);
            } else if (!extra.name.starts_with(FunctionPrefix)) {
                m_out.raw(extra.name, extra.json);
            }
        }
        m_out.key("function").beginObject().string("name", call->name);
        m_out.raw("arguments",
                  argumentsObject(call->text, "messages[].tool_calls[].arguments", m_fidelity));
        for (const Extra &extra : call->extras) {
            if (isOwn && extra.name.starts_with(FunctionPrefix)) {
                m_out.raw(std::string_view(extra.name).substr(FunctionPrefix.size()), extra.json);
            }
        }
        m_out.endObject().endObject();
    }
    m_out.endArray();
}

void MessageWriter::writeResult(const Part &result, const std::string &path)
{
    Content content;
    content.separator = "\n";
    for (std::size_t i = 0; i < result.parts.size(); ++i) {
        gather(content, result.parts[i], path + ".content[" + std::to_string(i) + "]");
    }
    if (result.isError) {
        m_fidelity.approximated(path + ".is_error", "only the result's own text can say it");
        if (content.text.empty()) {
            content.text = "error";
        }
    }
    beginMessage("tool", content);
    const auto known = m_names.find(result.id);
    const std::string_view name =
        known != m_names.end() ? known->second : std::string_view(result.name);
    if (!name.empty()) {
        m_out.string("tool_name", name);
    }
    if (!result.id.empty() && !isMade(result.id)) {
        m_out.string("tool_call_id", result.id);
    }
    writeExtras(result.extras, isOllama(result.origin), path);
    m_out.endObject();
}

void MessageWriter::writeExtras(const std::vector<Extra> &extras,
                                bool isOwn,
                                const std::string &path)
{
    for (const Extra &extra : extras) {
        if (isOwn) {
            m_out.raw(extra.name, extra.json);
        } else {
            m_fidelity.dropped(path + "." + extra.name);
        }
    }
}

} // namespace meridian::provider::ollama
