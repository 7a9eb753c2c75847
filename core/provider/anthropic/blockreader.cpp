// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/blockreader.h"

#include "core/provider/anthropic/fields.h"
#include "core/provider/common.h"

#include <algorithm>
#include <array>

namespace meridian::provider::anthropic {

namespace {

enum class Nesting : std::uint8_t { Message, ToolResult };

Decoded<std::vector<Part>> contentOf(json::Value content, const std::string &path, Nesting nesting);

std::string join(const std::string &path, std::string_view name)
{
    return std::string(path).append(".").append(name);
}

/// What a `content` source or a search result says, as text.
std::string textOfContent(json::Value content)
{
    if (content.isString()) {
        return content.text();
    }
    std::string joined;
    content.elements([&](json::Value block) {
        const json::Value text = block["text"];
        if (text.isString()) {
            joined.append(joined.empty() ? "" : "\n\n");
            text.appendText(joined);
        }
    });
    return joined;
}

/// A source that says more than a Source can is kept whole in the part's extras, too.
Decoded<void> readSource(Part &part, json::Value value, const std::string &path)
{
    if (!value.isObject()) {
        return badRequest(path, "must be an object");
    }
    Fields fields(value);
    const json::Value type = fields.take("type");
    Source &source = part.source;
    if (!type.isString()) {
        return badRequest(join(path, "type"), "must be a string");
    }
    std::string_view name;
    if (type.is("base64") || type.is("text")) {
        source.kind = type.is("base64") ? Source::Kind::Base64 : Source::Kind::Text;
        source.mediaType = fields.take("media_type").text();
        name = "data";
    } else if (type.is("url")) {
        source.kind = Source::Kind::Url;
        name = "url";
    } else if (type.is("file")) {
        source.kind = Source::Kind::FileId;
        name = "file_id";
    } else if (type.is("content")) { // blocks: their text for everybody, they themselves for us
        source = {Source::Kind::Text, {}, textOfContent(value["content"])};
        addExtra(part.extras, "source", value);
        return {};
    } else {
        addExtra(part.extras, "source", value);
        return {};
    }
    const json::Value data = fields.take(name);
    if (!data.isString()) {
        return badRequest(join(path, name), "must be a string");
    }
    source.data = data.text();
    std::vector<Extra> more;
    fields.rest(more);
    if (!more.empty()) {
        addExtra(part.extras, "source", value);
    }
    return {};
}

Decoded<void> readString(Fields &fields,
                         std::string_view name,
                         std::string &text,
                         const std::string &path,
                         bool isRequired = true)
{
    const json::Value value = fields.take(name);
    if (value.isString()) {
        text = value.text();
    } else if (!value.isMissing() || isRequired) {
        return badRequest(join(path, name), "must be a string");
    }
    return {};
}

Decoded<void> readText(Part &part, Fields &fields, const std::string &path)
{
    return readString(fields, "text", part.text, path);
}

Decoded<void> readImage(Part &part, Fields &fields, const std::string &path)
{
    part.kind = Part::Kind::Image;
    return readSource(part, fields.take("source"), join(path, "source"));
}

Decoded<void> readDocument(Part &part, Fields &fields, const std::string &path)
{
    part.kind = Part::Kind::Document;
    if (auto title = readString(fields, "title", part.name, path, false); !title) {
        return title;
    }
    return readSource(part, fields.take("source"), join(path, "source"));
}

/// A document to everybody else; its own fields, `type` among them, are extras.
Decoded<void> readSearchResult(Part &part, Fields &fields, const std::string &path)
{
    part.kind = Part::Kind::Document;
    if (auto title = readString(fields, "title", part.name, path); !title) {
        return title;
    }
    const json::Value content = fields.take("content");
    if (!content.isArray()) {
        return badRequest(join(path, "content"), "must be an array");
    }
    part.source = {Source::Kind::Text, {}, textOfContent(content)};
    part.extras.push_back({"type", "\"search_result\""});
    addExtra(part.extras, "content", content);
    return {};
}

Decoded<void> readThinking(Part &part, Fields &fields, const std::string &path)
{
    part.kind = Part::Kind::Thinking;
    if (auto text = readString(fields, "thinking", part.text, path); !text) {
        return text;
    }
    std::string signature;
    if (auto read = readString(fields, "signature", signature, path, false); !read) {
        return read;
    }
    if (!signature.empty()) {
        Signature meant = untaggedSignature(signature, Vendor::Anthropic);
        part.signature = std::move(meant.text);
        part.signedBy = meant.by;
    }
    return {};
}

Decoded<void> readRedacted(Part &part, Fields &fields, const std::string &path)
{
    part.kind = Part::Kind::RedactedThinking;
    std::string data;
    if (auto read = readString(fields, "data", data, path); !read) {
        return read;
    }
    Signature meant = untaggedSignature(data, Vendor::Anthropic);
    part.text = std::move(meant.text);
    part.signedBy = meant.by;
    return {};
}

Decoded<void> readToolUse(Part &part, Fields &fields, const std::string &path)
{
    part.kind = Part::Kind::ToolCall;
    if (auto id = readString(fields, "id", part.id, path); !id) {
        return id;
    }
    if (auto name = readString(fields, "name", part.name, path); !name) {
        return name;
    }
    if (part.id.empty() || part.name.empty()) {
        return badRequest(join(path, part.id.empty() ? "id" : "name"), "must not be empty");
    }
    const json::Value input = fields.take("input");
    if (!input.isMissing() && !input.isObject()) {
        return badRequest(join(path, "input"), "must be an object");
    }
    part.text = input.isMissing() ? std::string_view("{}") : input.raw();
    return {};
}

Decoded<void> readToolResult(Part &part, Fields &fields, const std::string &path)
{
    part.kind = Part::Kind::ToolResult;
    if (auto id = readString(fields, "tool_use_id", part.id, path); !id) {
        return id;
    }
    const json::Value isError = fields.take("is_error");
    if (!isError.isMissing() && !isError.isTrue() && !isError.isFalse()) {
        return badRequest(join(path, "is_error"), "must be true or false");
    }
    part.isError = isError.isTrue();
    const json::Value content = fields.take("content");
    if (!content.isMissing()) {
        auto parts = contentOf(content, join(path, "content"), Nesting::ToolResult);
        if (!parts) {
            return tl::unexpected(std::move(parts.error()));
        }
        part.parts = std::move(*parts);
    }
    return {};
}

struct Kind
{
    std::string_view type;
    Decoded<void> (*read)(Part &part, Fields &fields, const std::string &path);
    bool isInResults; // may stand in a tool_result
    bool hasCacheMark;
};

constexpr std::array<Kind, 8> Kinds{{
    {"text", readText, true, true},
    {"image", readImage, true, true},
    {"document", readDocument, true, true},
    {"search_result", readSearchResult, true, true},
    {"thinking", readThinking, false, false},
    {"redacted_thinking", readRedacted, false, false},
    {"tool_use", readToolUse, false, true},
    {"tool_result", readToolResult, false, true},
}};

Decoded<Part> blockOf(json::Value block, const std::string &path, Nesting nesting)
{
    if (!block.isObject()) {
        return badRequest(path, "must be an object");
    }
    const json::Value type = block["type"];
    if (!type.isString()) {
        return badRequest(join(path, "type"), "must be a string");
    }
    Part part;
    part.origin = Dialect::Anthropic;
    const auto kind = std::find_if(Kinds.begin(), Kinds.end(), [&](const Kind &each) {
        return type.is(each.type) && (each.isInResults || nesting == Nesting::Message);
    });
    if (kind == Kinds.end()) {
        part.kind = Part::Kind::Opaque;
        part.json = block.raw();
        return part;
    }
    Fields fields(block);
    fields.take("type");
    if (auto read = kind->read(part, fields, path); !read) {
        return tl::unexpected(std::move(read.error()));
    }
    if (kind->hasCacheMark && !takeCacheMark(fields, part.cache, part.extras)) {
        return badRequest(join(path, "cache_control"), "must be an object");
    }
    fields.rest(part.extras);
    return part;
}

Decoded<std::vector<Part>> contentOf(json::Value content, const std::string &path, Nesting nesting)
{
    std::vector<Part> parts;
    if (content.isString()) {
        parts.emplace_back().text = content.text();
        return parts;
    }
    if (!content.isArray()) {
        return badRequest(path, "must be a string or an array of blocks");
    }
    std::optional<BadRequest> error;
    std::size_t index = 0;
    content.elements([&](json::Value block) {
        if (error) {
            return;
        }
        auto part =
            blockOf(block, std::string(path) + "[" + std::to_string(index++) + "]", nesting);
        if (part) {
            parts.push_back(std::move(*part));
        } else {
            error = std::move(part.error());
        }
    });
    if (error) {
        return tl::unexpected(std::move(*error));
    }
    return parts;
}

} // namespace

Decoded<Part> readBlock(json::Value block, const std::string &path)
{
    return blockOf(block, path, Nesting::Message);
}

Decoded<std::vector<Part>> readContent(json::Value content, const std::string &path)
{
    return contentOf(content, path, Nesting::Message);
}

} // namespace meridian::provider::anthropic
