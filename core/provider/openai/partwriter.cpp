// SPDX-License-Identifier: MIT
#include "core/provider/openai/partwriter.h"

#include "core/provider/common.h"
#include "core/provider/openai/spelling.h"

#include <algorithm>

namespace meridian::provider::openai {

namespace {

constexpr Dialect Own = Dialect::OpenAiChat;

bool isInside(std::string_view name, std::string_view object) noexcept
{
    return !object.empty() && name.size() > object.size() && name.starts_with(object) &&
           name[object.size()] == '.';
}

std::string_view objectOf(Part::Kind kind) noexcept
{
    switch (kind) {
    case Part::Kind::Image:
        return "image_url";
    case Part::Kind::Document:
        return "file";
    case Part::Kind::Audio:
        return "input_audio";
    default:
        return {};
    }
}

void writeImage(json::JsonWriter &json, const Part &part)
{
    json.string("type", "image_url").key("image_url").beginObject();
    json.string("url", urlOfSource(part.source).value_or(std::string()));
    if (!part.detail.empty()) {
        json.string("detail", part.detail);
    }
}

void writeFile(json::JsonWriter &json, const Part &part)
{
    json.string("type", "file").key("file").beginObject();
    if (!part.name.empty()) {
        json.string("filename", part.name);
    }
    if (part.source.kind == Source::Kind::FileId) {
        json.string("file_id", part.source.data);
    } else if (part.source.mediaType.empty()) { // as it came
        json.string("file_data", part.source.data);
    } else {
        json.string("file_data", urlOfSource(part.source).value_or(std::string()));
    }
}

void writeAudio(json::JsonWriter &json, const Part &part)
{
    std::string_view format = part.source.mediaType;
    format.remove_prefix(std::min(format.find('/') + 1, format.size()));
    format = format == "mpeg" ? "mp3" : format == "x-wav" || format == "wave" ? "wav" : format;
    json.string("type", "input_audio").key("input_audio").beginObject();
    json.string("data", part.source.data);
    if (!format.empty()) {
        json.string("format", format);
    }
}

/// A text document: its title, if any, and its text.
std::string documentText(const Part &part)
{
    return part.name.empty() ? part.source.data : part.name + ":\n" + part.source.data;
}

} // namespace

void writeNestedExtras(json::JsonWriter &json,
                       const std::vector<Extra> &extras,
                       std::string_view object)
{
    for (const Extra &extra : extras) {
        if (isInside(extra.name, object)) {
            json.raw(std::string_view(extra.name).substr(object.size() + 1), extra.json);
        }
    }
}

void writeExtras(json::JsonWriter &json, const std::vector<Extra> &extras, std::string_view object)
{
    for (const Extra &extra : extras) {
        if (!isInside(extra.name, object)) {
            json.raw(extra.name, extra.json);
        }
    }
}

void dropExtras(const std::vector<Extra> &extras, const std::string &path, Fidelity &fidelity)
{
    for (const Extra &extra : extras) {
        fidelity.dropped(path.empty() ? extra.name : path + "." + extra.name);
    }
}

void writeCacheControl(json::JsonWriter &json, const CacheMark &cache)
{
    if (cache.isSet) {
        json.key("cache_control").beginObject().string("type", "ephemeral");
        if (!cache.ttl.empty()) {
            json.string("ttl", cache.ttl);
        }
        json.endObject();
    }
}

bool canWrite(const Part &part, const std::string &path, Fidelity &fidelity)
{
    const Source::Kind source = part.source.kind;
    const bool isKnownId =
        source == Source::Kind::FileId && vendorOf(part.origin) == Vendor::OpenAi;
    std::string_view reason = "OpenAI's chat format has no such part";
    bool can = false;
    switch (part.kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
        can = true;
        break;
    case Part::Kind::Image:
        can = source == Source::Kind::Base64 || source == Source::Kind::Url;
        reason = "an image must be an URL or in the request";
        break;
    case Part::Kind::Document:
        can = source == Source::Kind::Base64 || source == Source::Kind::Text || isKnownId;
        reason = source == Source::Kind::Url ? "a document must be in the request"
                                             : "the id of another provider's file";
        if (source == Source::Kind::Text) {
            fidelity.approximated(path, "a text document is told as text");
        }
        break;
    case Part::Kind::Audio:
        can = source == Source::Kind::Base64;
        reason = "a sound must be in the request";
        break;
    case Part::Kind::Opaque:
        can = part.origin == Own;
        break;
    case Part::Kind::Thinking: // see MessageWriter: leaving it out does no harm
    case Part::Kind::RedactedThinking:
        return false;
    default:
        break;
    }
    if (!can) {
        fidelity.dropped(path, reason);
    } else if (part.origin != Own) {
        dropExtras(part.extras, path, fidelity);
    }
    return can;
}

void writePart(json::JsonWriter &json, const Part &part, Dialect requestOrigin)
{
    if (part.kind == Part::Kind::Opaque) {
        json.raw(part.json);
        return;
    }
    json.beginObject();
    const bool isOwn = part.origin == Own;
    std::string_view object = objectOf(part.kind);
    if (part.kind == Part::Kind::Document && part.source.kind == Source::Kind::Text) {
        json.string("type", "text").string("text", documentText(part));
        object = {};
    } else if (part.kind == Part::Kind::Text) {
        json.string("type", "text").string("text", part.text);
    } else if (part.kind == Part::Kind::Refusal) {
        json.string("type", "refusal").string("refusal", part.text);
    } else if (part.kind == Part::Kind::Image) {
        writeImage(json, part);
    } else if (part.kind == Part::Kind::Document) {
        writeFile(json, part);
    } else {
        writeAudio(json, part);
    }
    if (!object.empty()) {
        if (isOwn) {
            writeNestedExtras(json, part.extras, object);
        }
        json.endObject();
    }
    if (isOwn) {
        writeExtras(json, part.extras, objectOf(part.kind));
    }
    if (requestOrigin == Own) {
        writeCacheControl(json, part.cache);
    }
    json.endObject();
}

bool isPlainText(const std::vector<const Part *> &parts) noexcept
{
    return parts.empty() ||
           (parts.size() == 1 && parts[0]->kind == Part::Kind::Text &&
            parts[0]->detail != ListForm && parts[0]->extras.empty() && !parts[0]->cache.isSet);
}

} // namespace meridian::provider::openai
