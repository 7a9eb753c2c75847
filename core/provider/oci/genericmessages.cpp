// SPDX-License-Identifier: MIT
#include "core/provider/oci/genericmessages.h"

#include "core/provider/common.h"
#include "core/provider/oci/requestparts.h"

namespace meridian::provider::oci {

namespace {

using Kind = Part::Kind;

std::string_view roleName(Role role, bool knowsDeveloper) noexcept
{
    switch (role) {
    case Role::System:
        return "SYSTEM";
    case Role::Developer:
        return knowsDeveloper ? "DEVELOPER" : "SYSTEM";
    case Role::Assistant:
        return "ASSISTANT";
    default:
        return "USER";
    }
}

class Writer
{
public:
    Writer(json::JsonWriter &out,
           const ChatRequest &request,
           bool knowsDeveloper,
           Fidelity &fidelity)
        : m_out(out)
        , m_request(request)
        , m_knowsDeveloper(knowsDeveloper)
        , m_fidelity(fidelity)
    {
    }

    void turn(std::size_t index)
    {
        if (m_request.turns[index].role == Role::Tool) {
            results(index);
        } else {
            message(index);
        }
    }

private:
    void message(std::size_t index);
    void results(std::size_t index);
    void toolCalls(const Turn &turn);
    bool content(const Part &part, const std::string &path);
    bool media(const Part &part, const std::string &path);
    void beginElement();

    json::JsonWriter &m_out;
    const ChatRequest &m_request;
    const bool m_knowsDeveloper;
    Fidelity &m_fidelity;
    bool m_hasContent = false; // the message's content has been opened
};

void Writer::beginElement()
{
    if (!m_hasContent) {
        m_hasContent = true;
        m_out.key("content").beginArray();
    }
}

/// An image, a document or a sound; false when it cannot be said.
bool Writer::media(const Part &part, const std::string &path)
{
    if (part.source.kind == Source::Kind::Text) {
        m_fidelity.approximated(path, "a text document becomes text");
        beginElement();
        writeText(m_out, part.source.data);
        return true;
    }
    const auto url = urlOfSource(part.source);
    if (!url) {
        m_fidelity.dropped(path, "the provider knows no such file");
        return false;
    }
    if (part.source.kind == Source::Kind::Url) {
        m_fidelity.approximated(path, "the provider takes data URLs and may not fetch others");
    }
    beginElement();
    m_out.beginObject();
    if (part.kind == Kind::Image) {
        m_out.string("type", "IMAGE");
        writeImageUrl(m_out, part, *url);
    } else {
        const bool isAudio = part.kind == Kind::Audio;
        m_out.string("type", isAudio ? "AUDIO" : "DOCUMENT");
        m_out.key(isAudio ? "audioUrl" : "documentUrl").beginObject().string("url", *url);
        m_out.endObject();
        if (!part.name.empty()) {
            m_fidelity.dropped(path + ".name", "the provider's documents have no name");
        }
    }
    m_out.endObject();
    return true;
}

/// True when `part` belongs into the content and has been written, or needs no place there.
bool Writer::content(const Part &part, const std::string &path)
{
    switch (part.kind) {
    case Kind::Text:
        if (!part.text.empty()) {
            beginElement();
            writeText(m_out, part.text);
        }
        return true;
    case Kind::Image:
    case Kind::Document:
    case Kind::Audio:
        return media(part, path);
    case Kind::ToolCall:
    case Kind::Refusal:
        return true; // fields of the message
    case Kind::Thinking:
    case Kind::RedactedThinking:
        m_fidelity.dropped(path, "the provider takes no thoughts back");
        return false;
    default:
        m_fidelity.dropped(path, "the provider has no such part");
        return false;
    }
}

void Writer::toolCalls(const Turn &turn)
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
        m_out.string("name", part.name);
        m_out.string("arguments", part.text.empty() ? "{}" : std::string_view(part.text));
        m_out.endObject();
    }
    if (hasCalls) {
        m_out.endArray();
    }
}

void Writer::message(std::size_t index)
{
    const Turn &turn = m_request.turns[index];
    m_out.beginObject().string("role", roleName(turn.role, m_knowsDeveloper));
    if (!turn.name.empty()) {
        m_out.string("name", turn.name);
    }
    m_hasContent = false;
    std::string refusal;
    bool hasCalls = false;
    for (std::size_t i = 0; i < turn.parts.size(); ++i) {
        const Part &part = turn.parts[i];
        static_cast<void>(content(part, partPath(index, i)));
        hasCalls = hasCalls || part.kind == Kind::ToolCall;
        if (part.kind == Kind::Refusal) {
            refusal.append(part.text);
        }
    }
    if (m_hasContent) {
        m_out.endArray();
    } else if (hasCalls || !refusal.empty()) {
        m_out.null("content"); // an empty text beside calls confuses the models
    } else {
        m_out.key("content").beginArray();
        writeText(m_out, "");
        m_out.endArray();
    }
    if (!refusal.empty()) {
        m_out.string("refusal", refusal);
    }
    toolCalls(turn);
    m_out.endObject();
}

void Writer::results(std::size_t index)
{
    const Turn &turn = m_request.turns[index];
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
        m_out.beginObject().string("role", "TOOL").key("content").beginArray();
        writeText(m_out, resultText(part, path, m_fidelity));
        m_out.endArray().string("toolCallId", part.id).endObject();
    }
}

} // namespace

void writeGenericMessages(json::JsonWriter &out,
                          const ChatRequest &request,
                          bool knowsDeveloper,
                          Fidelity &fidelity)
{
    Writer writer(out, request, knowsDeveloper, fidelity);
    out.key("messages").beginArray();
    for (std::size_t i = 0; i < request.turns.size(); ++i) {
        writer.turn(i);
    }
    out.endArray();
}

} // namespace meridian::provider::oci
