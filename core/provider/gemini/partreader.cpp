// SPDX-License-Identifier: MIT
#include "core/provider/gemini/partreader.h"

#include "core/json/checker.h"
#include "core/provider/gemini/words.h"

#include <array>

namespace meridian::provider::gemini {

namespace {

constexpr std::array<std::string_view, 8> DataNames{
    "text",           "inlineData",          "fileData", "functionCall", "functionResponse",
    "executableCode", "codeExecutionResult", "toolCall"};

Part opaque(json::Value part)
{
    Part made;
    made.kind = Part::Kind::Opaque;
    made.json = part.raw();
    made.origin = Dialect::Gemini;
    return made;
}

bool isObjectText(std::string_view text)
{
    thread_local json::Checker checker;
    const auto value = checker.check(text);
    return value && value->isObject();
}

std::size_t memberCount(json::Value object)
{
    std::size_t count = 0;
    object.members([&](json::Value, json::Value) { ++count; });
    return count;
}

/// Files that only Google can read.
bool isGoogleFile(std::string_view uri)
{
    return uri.starts_with("gs://") || uri.starts_with("files/") ||
           uri.starts_with("https://generativelanguage.googleapis.com/");
}

} // namespace

Part PartReader::read(json::Value value,
                      std::size_t content,
                      std::size_t index,
                      const std::string &path)
{
    Fields fields(value, path, m_problem);
    Part part;
    part.origin = Dialect::Gemini;
    std::string_view kind;
    for (const std::string_view name : DataNames) {
        if (fields.has(name)) {
            if (!kind.empty()) {
                m_problem.say(path, "has more than one kind of data");
            }
            kind = name;
        }
    }
    const std::string carried = fields.string("thoughtSignature");
    Signature signature = readSignature(carried);
    part.signature = std::move(signature.text);
    part.signedBy = part.signature.empty() ? Vendor::Unknown : signature.by;
    if (kind == "text") {
        const bool isThought = fields.boolean("thought").value_or(false);
        part.kind = isThought ? Part::Kind::Thinking : Part::Kind::Text;
        part.text = fields.string("text");
        if (isThought && part.signedBy == Vendor::Anthropic &&
            part.signature.starts_with(RedactedMark)) {
            part.kind = Part::Kind::RedactedThinking;
            part.text = part.signature.substr(RedactedMark.size());
            part.signature.clear();
            part.signedBy = Vendor::Unknown;
        }
    } else if (kind == "inlineData" || kind == "fileData") {
        media(part, fields.object(kind), fields.pathOf(kind), kind == "inlineData");
    } else if (kind == "functionCall") {
        call(part, fields.object(kind), fields.pathOf(kind), madeId(content, index));
    } else if (kind == "functionResponse") {
        result(part, fields.object(kind), fields.pathOf(kind));
    }
    if (kind.empty() || part.kind == Part::Kind::Opaque || kind == "executableCode" ||
        kind == "codeExecutionResult" || kind == "toolCall") {
        return opaque(value);
    }
    fields.rest(part.extras);
    return part;
}

void PartReader::media(Part &part, json::Value data, const std::string &path, bool isInline)
{
    Fields fields(data, path, m_problem);
    part.source.mediaType = fields.string("mimeType");
    part.name = fields.string("displayName");
    part.source.data = fields.string(isInline ? "data" : "fileUri");
    std::string_view type = part.source.mediaType;
    if (isInline) {
        part.source.kind = Source::Kind::Base64;
        if (type.empty()) {
            fields.wrong("mimeType", "is missing");
        }
    } else {
        part.source.kind =
            isGoogleFile(part.source.data) ? Source::Kind::FileId : Source::Kind::Url;
        if (part.source.data.empty()) {
            fields.wrong("fileUri", "is missing");
        }
        type = type.empty() ? mediaTypeOf(part.source.data) : type;
    }
    std::vector<Extra> unknown;
    fields.rest(unknown);
    // nobody else takes videos; and what is unknown inside has no place but the whole part
    const bool isPlain = !type.starts_with("video/") && unknown.empty();
    part.kind = isPlain ? kindOfMedia(type) : Part::Kind::Opaque;
}

void PartReader::call(Part &part,
                      json::Value data,
                      const std::string &path,
                      const std::string &made)
{
    Fields fields(data, path, m_problem);
    part.kind = Part::Kind::ToolCall;
    part.name = fields.string("name");
    part.id = fields.string("id");
    part.text = fields.object("args").raw();
    fields.rest(part.extras, "functionCall.");
    if (part.name.empty()) {
        fields.wrong("name", "is missing");
        return;
    }
    const bool isMade = part.id.empty();
    if (isMade) {
        part.id = made;
    }
    m_byId[part.id] = m_calls.size();
    m_open[part.name].push_back(m_calls.size());
    m_calls.push_back({part.id, isMade, false});
}

void PartReader::result(Part &part, json::Value data, const std::string &path)
{
    Fields fields(data, path, m_problem);
    part.kind = Part::Kind::ToolResult;
    part.name = fields.string("name");
    if (part.name.empty()) {
        fields.wrong("name", "is missing");
        return;
    }
    const json::Value id = fields.take("id");
    if (!id.isMissing() && !id.isString()) {
        fields.wrong("id", "must be a string");
        return;
    }
    match(part, id, path);
    response(part, fields.object("response"));
    resultParts(part, fields.array("parts"), fields.pathOf("parts"));
    fields.rest(part.extras, "functionResponse.");
}

void PartReader::match(Part &part, json::Value idValue, const std::string &path)
{
    const std::string id = idValue.text();
    if (const auto named = m_byId.find(id); !id.empty() && named != m_byId.end()) {
        m_calls[named->second].isAnswered = true;
        part.id = id;
        return;
    }
    auto &open = m_open[part.name];
    while (!open.empty() && m_calls[open.front()].isAnswered) {
        open.pop_front();
    }
    if (open.empty() || (!id.empty() && !m_calls[open.front()].isMade)) {
        m_problem.say(path + (id.empty() ? ".name" : ".id"),
                      id.empty() ? "no call of this function waits for a result"
                                 : "no call has this id");
        return;
    }
    Call &call = m_calls[open.front()];
    call.isAnswered = true;
    part.id = call.id;
    if (!id.empty()) {
        part.extras.push_back({"functionResponse.id", std::string(idValue.raw())});
    }
}

/// Unwraps `{"output":…}` and `{"error":…}` where the provider's side wraps them again alike.
void PartReader::response(Part &part, json::Value response)
{
    if (response.isMissing()) {
        return;
    }
    Part text;
    text.text = response.raw();
    if (memberCount(response) == 1) {
        const json::Value output = response["output"];
        const json::Value error = response["error"];
        part.isError = !error.isAbsent();
        const json::Value inner = part.isError ? error : output;
        if (inner.isString() && !isObjectText(inner.text())) {
            text.text = inner.text();
        } else if (part.isError && inner.isObject() &&
                   (memberCount(inner) != 1 || inner["error"].isMissing())) {
            text.text = inner.raw();
        }
    }
    text.origin = Dialect::Gemini;
    part.parts.push_back(std::move(text));
}

void PartReader::resultParts(Part &part, json::Value parts, const std::string &path)
{
    std::size_t index = 0;
    parts.elements([&](json::Value value) {
        const std::string at = elementOf(path, index++);
        Fields fields(value, at, m_problem);
        Part made;
        made.origin = Dialect::Gemini;
        if (fields.has("inlineData") == fields.has("fileData")) {
            part.parts.push_back(opaque(value));
            return;
        }
        const bool isInline = fields.has("inlineData");
        const char *name = isInline ? "inlineData" : "fileData";
        media(made, fields.object(name), at + "." + name, isInline);
        fields.rest(made.extras);
        part.parts.push_back(made.kind == Part::Kind::Opaque ? opaque(value) : std::move(made));
    });
}

} // namespace meridian::provider::gemini
