// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/blockwriter.h"

#include "core/base/base64.h"
#include "core/provider/anthropic/fields.h"
#include "core/provider/common.h"

#include <array>
#include <utility>

namespace meridian::provider::anthropic {

namespace {

bool isOwn(const Part &part) noexcept
{
    return part.origin == Dialect::Anthropic;
}

bool isReadableText(std::string_view mediaType) noexcept
{
    return mediaType.starts_with("text/") || mediaType == "application/json";
}

/// What base64 of the formats that Anthropic takes begins with.
std::string_view guessedType(const Source &source, std::string_view fallback) noexcept
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> Beginnings{{
        {"iVBOR", "image/png"},
        {"/9j/", "image/jpeg"},
        {"R0lGOD", "image/gif"},
        {"UklGR", "image/webp"},
        {"JVBER", "application/pdf"},
    }};
    if (!source.mediaType.empty()) {
        return source.mediaType;
    }
    for (const auto &[beginning, type] : Beginnings) {
        if (std::string_view(source.data).starts_with(beginning)) {
            return type;
        }
    }
    return fallback;
}

/// Why a source cannot be sent; empty: it can.
std::string_view unusable(const Part &part)
{
    const Source &source = part.source;
    const bool isDocument = part.kind == Part::Kind::Document;
    if (isOwn(part)) {
        return source.kind != Source::Kind::None || findExtra(part.extras, "source") != nullptr
                   ? std::string_view()
                   : "there is no source";
    }
    switch (source.kind) {
    case Source::Kind::None:
        return "there is no source";
    case Source::Kind::FileId:
        return "the file is with another provider";
    case Source::Kind::Text:
        return isDocument ? std::string_view() : "an image cannot be text";
    case Source::Kind::Url:
        return {};
    case Source::Kind::Base64:
        break;
    }
    const std::string_view type = guessedType(source, isDocument ? "application/pdf" : "image/png");
    if (isDocument && type != "application/pdf" && !isReadableText(type)) {
        return "documents are PDF or text";
    }
    return isDocument && isReadableText(type) && !base64Decode(source.data)
               ? std::string_view("not base64")
               : std::string_view();
}

void writeSource(json::JsonWriter &out, const Part &part)
{
    const Source &source = part.source;
    const bool isDocument = part.kind == Part::Kind::Document;
    out.key("source").beginObject();
    switch (source.kind) {
    case Source::Kind::Url:
        out.string("type", "url").string("url", source.data);
        break;
    case Source::Kind::FileId:
        out.string("type", "file").string("file_id", source.data);
        break;
    case Source::Kind::Base64: {
        const std::string_view type =
            guessedType(source, isDocument ? "application/pdf" : "image/png");
        if (isDocument && !isOwn(part) && isReadableText(type)) {
            out.string("type", "text").string("media_type", "text/plain");
            out.string("data", base64Decode(source.data).value_or(std::string()));
        } else {
            out.string("type", "base64").string("media_type", type).string("data", source.data);
        }
        break;
    }
    case Source::Kind::Text:
        out.string("type", "text");
        out.string("media_type", source.mediaType.empty() || !isOwn(part)
                                     ? std::string_view("text/plain")
                                     : std::string_view(source.mediaType));
        out.string("data", source.data);
        break;
    case Source::Kind::None:
        break;
    }
    out.endObject();
}

void writeAttachment(json::JsonWriter &out,
                     const Part &part,
                     const BlockPlace &place,
                     Fidelity &fidelity)
{
    const bool isDocument = part.kind == Part::Kind::Document;
    const bool isSearchResult = isOwn(part) && findExtra(part.extras, "type") != nullptr;
    if (!isSearchResult) {
        out.string("type", isDocument ? "document" : "image");
        if (!isOwn(part) || findExtra(part.extras, "source") == nullptr) {
            writeSource(out, part);
        }
    }
    if (isDocument && !part.name.empty()) {
        out.string("title", part.name);
    }
    if (part.detail == "low" || part.detail == "high") {
        fidelity.dropped(place.path + ".detail", "images have no detail to choose");
    }
}

void writeResult(json::JsonWriter &out,
                 const Part &part,
                 const BlockPlace &place,
                 Fidelity &fidelity)
{
    out.string("type", "tool_result").string("tool_use_id", place.callId);
    if (part.parts.size() == 1 && isPlainText(part.parts[0])) {
        out.string("content", part.parts[0].text);
    } else if (!part.parts.empty()) {
        out.key("content").beginArray();
        for (std::size_t i = 0; i < part.parts.size(); ++i) {
            const BlockPlace inside{
                Role::User, place.path + ".content[" + std::to_string(i) + "]", {}, true};
            if (isWritable(part.parts[i], inside, fidelity)) {
                writeBlock(out, part.parts[i], inside, fidelity);
            }
        }
        out.endArray();
    }
    if (part.isError) {
        out.boolean("is_error", true);
    }
}

bool isSignedByAnthropic(const Part &part) noexcept
{
    if (part.kind == Part::Kind::RedactedThinking) {
        return part.signedBy == Vendor::Anthropic ||
               (part.signedBy == Vendor::Unknown && isOwn(part));
    }
    return part.signedBy == Vendor::Anthropic && !part.signature.empty();
}

/// Why a part is lost; empty: it is not.
std::string_view obstacle(const Part &part, const BlockPlace &place)
{
    const bool isAssistant = place.role == Role::Assistant;
    switch (part.kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
    case Part::Kind::ToolResult:
        return {};
    case Part::Kind::Image:
    case Part::Kind::Document:
        return isAssistant && !isOwn(part) ? std::string_view("an assistant cannot send files")
                                           : unusable(part);
    case Part::Kind::Audio:
        return "there is no audio";
    case Part::Kind::Thinking:
    case Part::Kind::RedactedThinking:
        return isAssistant && isSignedByAnthropic(part)
                   ? std::string_view()
                   : "a thought without Anthropic's own signature";
    case Part::Kind::ToolCall:
        return isAssistant ? std::string_view() : "only an assistant calls";
    case Part::Kind::Opaque:
        return isOwn(part) ? std::string_view() : "a part of another dialect";
    }
    return {};
}

} // namespace

bool isBlank(std::string_view text) noexcept
{
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

bool isPlainText(const Part &part) noexcept
{
    return part.kind == Part::Kind::Text && !isOwn(part) && !part.cache.isSet &&
           part.extras.empty();
}

bool isWritable(const Part &part, const BlockPlace &place, Fidelity &fidelity)
{
    if (part.kind == Part::Kind::Text || part.kind == Part::Kind::Refusal) {
        return !isBlank(part.text);
    }
    const std::string_view reason = obstacle(part, place);
    if (!reason.empty()) {
        fidelity.dropped(place.path, reason);
    }
    return reason.empty();
}

void writeBlock(json::JsonWriter &out,
                const Part &part,
                const BlockPlace &place,
                Fidelity &fidelity)
{
    if (part.kind == Part::Kind::Opaque) {
        out.raw(part.json);
        return;
    }
    out.beginObject();
    bool hasCacheMark = true;
    switch (part.kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
        out.string("type", "text").string("text", part.text);
        break;
    case Part::Kind::Image:
    case Part::Kind::Document:
        writeAttachment(out, part, place, fidelity);
        break;
    case Part::Kind::Thinking:
        out.string("type", "thinking").string("thinking", part.text);
        out.string("signature", part.signature);
        hasCacheMark = false;
        break;
    case Part::Kind::RedactedThinking:
        out.string("type", "redacted_thinking").string("data", part.text);
        hasCacheMark = false;
        break;
    case Part::Kind::ToolCall:
        out.string("type", "tool_use").string("id", place.callId).string("name", part.name);
        out.raw("input", argumentsObject(part.text, place.path, fidelity));
        break;
    case Part::Kind::ToolResult:
        writeResult(out, part, place, fidelity);
        break;
    case Part::Kind::Audio:
    case Part::Kind::Opaque:
        break;
    }
    if (hasCacheMark) {
        writeCacheMark(out, part.cache, part.extras, isOwn(part));
    }
    if (isOwn(part)) {
        writeExtras(out, part.extras);
    } else {
        for (const Extra &extra : part.extras) {
            fidelity.dropped(place.path + "." + extra.name);
        }
    }
    out.endObject();
}

void writeMissingResult(json::JsonWriter &out, std::string_view callId)
{
    out.beginObject().string("type", "tool_result").string("tool_use_id", callId);
    out.string("content", "This call was not answered.").boolean("is_error", true).endObject();
}

} // namespace meridian::provider::anthropic
