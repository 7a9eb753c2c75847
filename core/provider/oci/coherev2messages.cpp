// SPDX-License-Identifier: MIT
#include "core/provider/oci/coherev2messages.h"

#include "core/provider/common.h"
#include "core/provider/oci/requestparts.h"

namespace meridian::provider::oci {

namespace {

using Kind = Part::Kind;

std::string_view roleName(Role role) noexcept
{
    switch (role) {
    case Role::System:
    case Role::Developer:
        return "SYSTEM";
    case Role::Assistant:
        return "ASSISTANT";
    default:
        return "USER";
    }
}

class Writer
{
public:
    Writer(json::JsonWriter &out, bool takesThoughts, Fidelity &fidelity)
        : m_out(out)
        , m_takesThoughts(takesThoughts)
        , m_fidelity(fidelity)
    {
    }

    void message(const Turn &turn, std::size_t index);
    void results(const Turn &turn, std::size_t index);

private:
    bool content(const Part &part, const std::string &path);
    bool text(std::string_view text);
    bool image(const Part &part, const std::string &path);
    bool thought(const Part &part, const std::string &path);
    void calls(const Turn &turn);

    json::JsonWriter &m_out;
    const bool m_takesThoughts;
    Fidelity &m_fidelity;
};

bool Writer::text(std::string_view text)
{
    if (!text.empty()) {
        writeText(m_out, text);
    }
    return !text.empty();
}

bool Writer::image(const Part &part, const std::string &path)
{
    const auto url = urlOfSource(part.source);
    if (!url) {
        m_fidelity.dropped(path, "the provider knows no such file");
        return false;
    }
    m_out.beginObject().string("type", "IMAGE_URL");
    writeImageUrl(m_out, part, *url);
    m_out.endObject();
    return true;
}

bool Writer::thought(const Part &part, const std::string &path)
{
    if (!m_takesThoughts || part.text.empty()) {
        m_fidelity.dropped(path, "the model takes no thoughts back");
        return false;
    }
    if (!part.signature.empty()) {
        m_fidelity.dropped(path + ".signature", "the provider signs no thoughts");
    }
    m_out.beginObject().string("type", "THINKING").string("thinking", part.text).endObject();
    return true;
}

/// True when something was written.
bool Writer::content(const Part &part, const std::string &path)
{
    switch (part.kind) {
    case Kind::Text:
        return text(part.text);
    case Kind::Refusal:
        m_fidelity.approximated(path, "a refusal becomes text");
        return text(part.text);
    case Kind::Image:
        return image(part, path);
    case Kind::Thinking:
        return thought(part, path);
    case Kind::ToolCall:
        return false; // a field of the message
    case Kind::Document:
        if (part.source.kind == Source::Kind::Text) {
            m_fidelity.approximated(path, "a text document becomes text");
            return text(part.source.data);
        }
        [[fallthrough]];
    default:
        m_fidelity.dropped(path, "the provider has no such part");
        return false;
    }
}

void Writer::calls(const Turn &turn)
{
    bool hasCalls = false;
    for (const Part &part : turn.parts) {
        if (part.kind != Kind::ToolCall) {
            continue;
        }
        if (!hasCalls) {
            hasCalls = true;
            m_out.key("toolCalls").beginArray();
        }
        m_out.beginObject().string("id", part.id).string("type", "FUNCTION");
        m_out.key("function").beginObject().string("name", part.name);
        m_out.string("arguments", part.text.empty() ? "{}" : std::string_view(part.text));
        m_out.endObject().endObject();
    }
    if (hasCalls) {
        m_out.endArray();
    }
}

void Writer::message(const Turn &turn, std::size_t index)
{
    m_out.beginObject().string("role", roleName(turn.role));
    calls(turn);
    m_out.key("content").beginArray();
    bool hasContent = false;
    for (std::size_t i = 0; i < turn.parts.size(); ++i) {
        hasContent = content(turn.parts[i], partPath(index, i)) || hasContent;
    }
    if (!hasContent) {
        writeText(m_out, turn.role == Role::Assistant ? " " : ""); // an empty one is refused
    }
    m_out.endArray().endObject();
}

void Writer::results(const Turn &turn, std::size_t index)
{
    for (std::size_t i = 0; i < turn.parts.size(); ++i) {
        const Part &part = turn.parts[i];
        const std::string path = partPath(index, i);
        if (part.kind != Kind::ToolResult) {
            m_fidelity.dropped(path, "it stands among the results of tools");
            continue;
        }
        if (part.isError) {
            m_fidelity.approximated(path + ".is_error", "only the text says that it failed");
        }
        m_out.beginObject().string("role", "TOOL").string("toolCallId", part.id);
        m_out.key("content").beginArray();
        writeText(m_out, resultText(part, path, m_fidelity));
        m_out.endArray().endObject();
    }
}

} // namespace

void writeCohereV2Messages(json::JsonWriter &out,
                           const ChatRequest &request,
                           bool takesThoughts,
                           Fidelity &fidelity)
{
    Writer writer(out, takesThoughts, fidelity);
    out.key("messages").beginArray();
    for (std::size_t i = 0; i < request.turns.size(); ++i) {
        const Turn &turn = request.turns[i];
        if (turn.role == Role::Tool) {
            writer.results(turn, i);
        } else {
            writer.message(turn, i);
        }
    }
    out.endArray();
}

} // namespace meridian::provider::oci
