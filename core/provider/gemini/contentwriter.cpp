// SPDX-License-Identifier: MIT
#include "core/provider/gemini/contentwriter.h"

#include "core/base/base64.h"
#include "core/json/checker.h"
#include "core/provider/common.h"
#include "core/provider/gemini/words.h"

namespace meridian::provider::gemini {

namespace {

constexpr std::string_view CallPrefix = "functionCall.";
constexpr std::string_view ResultPrefix = "functionResponse.";

bool isSystem(const Turn &turn)
{
    return turn.role == Role::System || turn.role == Role::Developer;
}

/// What base64 data begins with, when nobody says what it is.
std::string_view sniffedType(std::string_view base64, Part::Kind kind)
{
    constexpr std::pair<std::string_view, std::string_view> Heads[] = {
        {"iVBORw0K", "image/png"}, {"/9j/", "image/jpeg"},        {"R0lGOD", "image/gif"},
        {"UklGR", "image/webp"},   {"JVBERi", "application/pdf"},
    };
    for (const auto &[head, type] : Heads) {
        if (base64.starts_with(head)) {
            return type;
        }
    }
    return kind == Part::Kind::Image   ? "image/jpeg"
           : kind == Part::Kind::Audio ? "audio/wav"
                                       : "application/pdf";
}

bool isOnlyError(json::Value object)
{
    std::size_t count = 0;
    object.members([&](json::Value, json::Value) { ++count; });
    return count == 1 && !object["error"].isMissing();
}

} // namespace

ContentWriter::ContentWriter(const ChatRequest &request,
                             const RequestContext &context,
                             Fidelity &fidelity)
    : m_request(request)
    , m_fidelity(fidelity)
    , m_isGemini3(isGemini3(context.model))
    , m_isOwn(request.origin == Dialect::Gemini)
{
    while (m_system < request.turns.size() && isSystem(request.turns[m_system])) {
        ++m_system;
    }
    if (m_system == request.turns.size() && !m_isOwn) {
        m_system = 0; // nobody asks anything: Gemini wants contents
    }
}

std::string ContentWriter::turnPath(std::size_t turn) const
{
    const bool hasSystemField = m_isOwn || m_request.origin == Dialect::Anthropic;
    if (turn < m_system && hasSystemField) {
        return m_isOwn ? "systemInstruction" : "system";
    }
    const std::size_t index = hasSystemField ? turn - m_system : turn;
    const std::string_view list = m_isOwn                                        ? "contents"
                                  : m_request.origin == Dialect::OpenAiResponses ? "input"
                                                                                 : "messages";
    return std::string(list).append("[").append(std::to_string(index)).append("]");
}

std::string ContentWriter::partPath(std::size_t turn, std::size_t part) const
{
    std::string path = turnPath(turn);
    if (path != "system") {
        path.append(m_isOwn ? ".parts" : ".content");
    }
    return path.append("[").append(std::to_string(part)).append("]");
}

void ContentWriter::systemInstruction(json::JsonWriter &out)
{
    m_out = &out;
    bool isOpen = false;
    for (std::size_t i = 0; i < m_system; ++i) {
        const Turn &turn = m_request.turns[i];
        for (std::size_t k = 0; k < turn.parts.size(); ++k) {
            const Part &each = turn.parts[k];
            if (each.kind == Part::Kind::Text && each.text.empty() && !m_isOwn) {
                continue;
            }
            if (!isOpen) {
                isOpen = true;
                out.key("systemInstruction").beginObject();
                for (const Extra &extra : turn.extras) {
                    if (m_isOwn) {
                        out.raw(extra.name, extra.json);
                    }
                }
                out.key("parts").beginArray();
                m_isTurnOpen = true;
            }
            part(each, partPath(i, k));
        }
        for (const Extra &extra : turn.extras) {
            if (!m_isOwn) {
                m_fidelity.dropped(turnPath(i) + "." + extra.name);
            }
        }
    }
    if (isOpen) {
        out.endArray().endObject();
    }
    m_isTurnOpen = false;
}

void ContentWriter::contents(json::JsonWriter &out)
{
    m_out = &out;
    out.key("contents").beginArray();
    for (std::size_t i = m_system; i < m_request.turns.size(); ++i) {
        turn(i);
    }
    close();
    out.endArray();
}

void ContentWriter::turn(std::size_t index)
{
    const Turn &turn = m_request.turns[index];
    const std::string path = turnPath(index);
    m_isTurnOpen = false;
    if (isSystem(turn)) {
        m_fidelity.approximated(path, "instructions in the middle are told as the user's words");
    }
    if (!turn.name.empty()) {
        m_fidelity.dropped(path + ".name", "participants have no names");
    }
    for (const Extra &extra : turn.extras) {
        if (!m_isOwn) {
            m_fidelity.dropped(path + "." + extra.name);
        }
    }
    const std::string_view role = turn.role == Role::Assistant ? "model" : "user";
    for (std::size_t k = 0; k < turn.parts.size(); ++k) {
        const Part &each = turn.parts[k];
        if (each.kind == Part::Kind::Text && each.text.empty() && each.signature.empty() &&
            !m_isOwn) {
            continue; // Gemini refuses empty texts
        }
        if (each.kind == Part::Kind::ToolCall) {
            m_names[each.id] = each.name;
        }
        open(turn, role);
        part(each, partPath(index, k));
    }
    const auto beside = std::move(m_beside);
    m_beside.clear();
    for (const auto &[each, at] : beside) {
        media(*each, at);
    }
}

/// Finds or begins the content that the turn's parts go into.
void ContentWriter::open(const Turn &turn, std::string_view role)
{
    if (m_isTurnOpen) {
        return;
    }
    m_isTurnOpen = true;
    const bool isMixed = (turn.role == Role::Tool) != (m_lastRole == Role::Tool);
    const bool isOne = m_openRole == role && (!m_isOwn || (isMixed && turn.extras.empty()));
    m_lastRole = turn.role;
    if (isOne) {
        return;
    }
    close();
    m_openRole = role;
    m_hasCall = false;
    m_out->beginObject().string("role", role);
    if (m_isOwn) {
        for (const Extra &extra : turn.extras) {
            m_out->raw(extra.name, extra.json);
        }
    }
    m_out->key("parts").beginArray();
}

void ContentWriter::close()
{
    if (!m_openRole.empty()) {
        m_out->endArray().endObject();
        m_openRole = {};
    }
}

void ContentWriter::part(const Part &part, const std::string &path)
{
    reportPart(part, path);
    switch (part.kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
        m_out->beginObject();
        m_out->string("text", part.text);
        endPart(part);
        break;
    case Part::Kind::Thinking:
        thought(part);
        break;
    case Part::Kind::Image:
    case Part::Kind::Document:
    case Part::Kind::Audio:
        media(part, path);
        break;
    case Part::Kind::ToolCall:
        call(part, path);
        break;
    case Part::Kind::ToolResult:
        result(part, path);
        break;
    case Part::Kind::RedactedThinking:
        m_fidelity.dropped(path, "another model's hidden thought");
        break;
    case Part::Kind::Opaque:
        if (part.origin == Dialect::Gemini) {
            m_out->raw(part.json);
        } else {
            m_fidelity.dropped(path, "Gemini has no such part");
        }
        break;
    }
}

/// What no part of Gemini's has a place for.
void ContentWriter::reportPart(const Part &part, const std::string &path)
{
    if (part.cache.isSet) {
        m_fidelity.approximated(path + ".cache_control", "Gemini caches by itself");
    }
    if (part.detail == "low" || part.detail == "high") {
        m_fidelity.dropped(path + ".detail", "Gemini chooses the resolution");
    }
    if (part.kind == Part::Kind::Refusal) {
        m_fidelity.approximated(path, "a refusal is told as text");
    }
    if (!part.signature.empty() && part.signedBy != Vendor::Google) {
        m_fidelity.dropped(path + ".signature", "another vendor's signature");
    }
    if (part.origin != Dialect::Gemini) {
        for (const Extra &extra : part.extras) {
            m_fidelity.dropped(path + "." + extra.name);
        }
    }
}

void ContentWriter::endPart(const Part &part)
{
    if (!part.signature.empty() && part.signedBy == Vendor::Google) {
        m_out->string("thoughtSignature", part.signature);
    }
    extras(part, {});
    m_out->endObject();
}

/// The extras whose names begin with `prefix`; empty: those without a prefix.
void ContentWriter::extras(const Part &part, std::string_view prefix)
{
    if (part.origin != Dialect::Gemini) {
        return;
    }
    for (const Extra &extra : part.extras) {
        const std::string_view name = extra.name;
        const bool isInner = name.starts_with(CallPrefix) || name.starts_with(ResultPrefix);
        if (prefix.empty() ? !isInner : name.starts_with(prefix)) {
            m_out->raw(name.substr(prefix.size()), extra.json);
        }
    }
}

void ContentWriter::thought(const Part &part)
{
    const bool isSigned = !part.signature.empty() && part.signedBy == Vendor::Google;
    if (part.text.empty() && !isSigned) {
        return;
    }
    m_out->beginObject();
    m_out->string("text", part.text);
    if (!part.text.empty()) { // a signature alone came, and goes, with an empty text
        m_out->boolean("thought", true);
    }
    endPart(part);
}

void ContentWriter::media(const Part &part, const std::string &path)
{
    const Source &source = part.source;
    const bool isOwnPart = part.origin == Dialect::Gemini;
    const bool isGoogles = isOwnPart || source.data.starts_with("gs://") ||
                           source.data.starts_with("https://generativelanguage.googleapis.com/");
    if (source.kind == Source::Kind::None || (source.kind == Source::Kind::FileId && !isGoogles)) {
        m_fidelity.dropped(path, "a file that is kept by another provider");
        return;
    }
    m_out->beginObject();
    if (source.kind == Source::Kind::Base64 || source.kind == Source::Kind::Text) {
        const bool isText = source.kind == Source::Kind::Text;
        std::string_view type = source.mediaType;
        if (type.empty()) {
            type = isText ? "text/plain" : sniffedType(source.data, part.kind);
        }
        m_out->key("inlineData").beginObject().string("mimeType", type);
        m_out->string("data", isText ? base64Encode(source.data) : source.data);
    } else {
        std::string_view type = source.mediaType;
        if (type.empty() && !isOwnPart) {
            type = mediaTypeOf(source.data);
            if (type.empty()) {
                type = sniffedType({}, part.kind);
                m_fidelity.approximated(path, "its media type is guessed");
            }
        }
        m_out->key("fileData").beginObject();
        if (!type.empty()) {
            m_out->string("mimeType", type);
        }
        m_out->string("fileUri", source.data);
    }
    if (!part.name.empty() && isOwnPart) {
        m_out->string("displayName", part.name);
    } else if (!part.name.empty()) {
        m_fidelity.dropped(path + ".filename", "files have no names");
    }
    m_out->endObject();
    endPart(part);
}

void ContentWriter::call(const Part &part, const std::string &path)
{
    m_out->beginObject();
    m_out->key("functionCall").beginObject();
    if (!part.id.empty() && !isMadeId(part.id)) {
        m_out->string("id", part.id);
    }
    m_out->string("name", geminiName(part.name));
    if (!part.text.empty() || part.origin != Dialect::Gemini) {
        m_out->raw("args", argumentsObject(part.text, path + ".arguments", m_fidelity));
    }
    extras(part, CallPrefix);
    m_out->endObject();
    const bool isSigned = !part.signature.empty() && part.signedBy == Vendor::Google;
    if (m_isGemini3 && !m_hasCall && !isSigned) { // only a step's first call must be signed
        m_out->string("thoughtSignature", PlaceholderSignature);
    }
    m_hasCall = true;
    endPart(part);
}

void ContentWriter::result(const Part &part, const std::string &path)
{
    const auto named = m_names.find(part.id);
    std::string_view name = named != m_names.end() ? named->second : part.name;
    if (name.empty()) {
        m_fidelity.approximated(path, "no call has this id: the function's name is unknown");
        name = "unknown";
    }
    m_out->beginObject();
    m_out->key("functionResponse").beginObject();
    if (!part.id.empty() && !isMadeId(part.id)) {
        m_out->string("id", part.id);
    }
    m_out->string("name", geminiName(name));
    response(part);
    resultMedia(part, path);
    extras(part, ResultPrefix);
    m_out->endObject();
    endPart(part);
}

void ContentWriter::response(const Part &part)
{
    if (part.parts.empty() && part.origin == Dialect::Gemini) {
        return; // the client gave none
    }
    const std::string text = joinedText(part.parts, "\n");
    thread_local json::Checker checker; // its index is worth keeping
    const auto value = checker.check(text);
    const bool isObject = value && value->isObject();
    if (isObject && (!part.isError || isOnlyError(*value))) {
        m_out->raw("response", value->raw());
        return;
    }
    m_out->key("response").beginObject().key(part.isError ? "error" : "output");
    if (isObject) {
        m_out->raw(value->raw());
    } else {
        m_out->string(text);
    }
    m_out->endObject();
}

void ContentWriter::resultMedia(const Part &part, const std::string &path)
{
    const bool isInside = m_isGemini3 || part.origin == Dialect::Gemini;
    bool isOpen = false;
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
        const Part &each = part.parts[i];
        if (each.kind == Part::Kind::Text) {
            reportPart(each, path);
            continue;
        }
        const std::string at = path + ".content[" + std::to_string(i) + "]";
        const bool isMedia = each.kind == Part::Kind::Image || each.kind == Part::Kind::Document ||
                             each.kind == Part::Kind::Audio;
        const bool isOwnOpaque = each.kind == Part::Kind::Opaque && each.origin == Dialect::Gemini;
        if (!isMedia && !isOwnOpaque) {
            m_fidelity.dropped(at, "results hold text and media");
        } else if (!isInside) {
            m_fidelity.approximated(at, "the media stands beside the result");
            m_beside.emplace_back(&each, at);
        } else {
            if (!isOpen) {
                isOpen = true;
                m_out->key("parts").beginArray();
            }
            this->part(each, at);
        }
    }
    if (isOpen) {
        m_out->endArray();
    }
}

} // namespace meridian::provider::gemini
