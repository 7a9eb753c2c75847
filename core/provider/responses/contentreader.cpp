// SPDX-License-Identifier: MIT
#include "core/provider/responses/contentreader.h"

#include "core/provider/common.h"

#include <initializer_list>

namespace meridian::provider::responses {

namespace {

void keepOthers(json::Value json, std::initializer_list<std::string_view> read, Part &part)
{
    json.members([&](json::Value name, json::Value value) {
        bool isRead = name.is("type");
        for (const std::string_view each : read) {
            isRead = isRead || name.is(each);
        }
        if (!isRead) {
            keepExtra(part.extras, name.text(), value);
        }
    });
}

bool readText(FieldReader &reader, json::Value json, std::string_view path, Part &part)
{
    const bool isRefusal = json["type"].is("refusal");
    const std::string_view member = isRefusal ? "refusal" : "text";
    part.kind = isRefusal ? Part::Kind::Refusal : Part::Kind::Text;
    if (!json[member].isString()) {
        return reader.fail(memberOf(path, member), "must be a string");
    }
    part.text = json[member].text();
    json.members([&](json::Value name, json::Value value) {
        const bool isEmptyList = value.isArray() && value.count() == 0; // says nothing
        if (!name.is("type") && !name.is(member) && !isEmptyList) {
            keepExtra(part.extras, name.text(), value);
        }
    });
    return true;
}

bool readImage(FieldReader &reader, json::Value json, std::string_view path, Part &part)
{
    part.kind = Part::Kind::Image;
    std::string url;
    std::string id;
    if (!reader.string(json["image_url"], memberOf(path, "image_url"), url) ||
        !reader.string(json["file_id"], memberOf(path, "file_id"), id) ||
        !reader.string(json["detail"], memberOf(path, "detail"), part.detail)) {
        return false;
    }
    if (url.empty() && id.empty()) {
        return reader.fail(path, "an image needs image_url or file_id");
    }
    part.source = url.empty() ? Source{Source::Kind::FileId, {}, std::move(id)} : sourceOfUrl(url);
    keepOthers(json, {"image_url", "file_id", "detail"}, part);
    return true;
}

/// A data URL, or base64 alone as some clients send it.
Source sourceOfData(const std::string &data, const std::string &name)
{
    if (data.starts_with("data:")) {
        return sourceOfUrl(data);
    }
    const bool isPdf = name.ends_with(".pdf") || data.starts_with("JVBERi0"); // "%PDF-"
    return {Source::Kind::Base64, isPdf ? "application/pdf" : "", data};
}

bool readFile(FieldReader &reader, json::Value json, std::string_view path, Part &part)
{
    part.kind = Part::Kind::Document;
    std::string data;
    std::string url;
    std::string id;
    if (!reader.string(json["file_data"], memberOf(path, "file_data"), data) ||
        !reader.string(json["file_url"], memberOf(path, "file_url"), url) ||
        !reader.string(json["file_id"], memberOf(path, "file_id"), id) ||
        !reader.string(json["filename"], memberOf(path, "filename"), part.name)) {
        return false;
    }
    if (!data.empty()) {
        part.source = sourceOfData(data, part.name);
    } else if (!url.empty()) {
        part.source = {Source::Kind::Url, {}, std::move(url)};
    } else if (!id.empty()) {
        part.source = {Source::Kind::FileId, {}, std::move(id)};
    } else {
        return reader.fail(path, "a file needs file_data, file_url or file_id");
    }
    keepOthers(json, {"file_data", "file_url", "file_id", "filename"}, part);
    return true;
}

bool readAudio(FieldReader &reader, json::Value json, std::string_view path, Part &part)
{
    part.kind = Part::Kind::Audio;
    const json::Value audio = json["input_audio"];
    const std::string here = memberOf(path, "input_audio");
    std::string format;
    if (!reader.requiredString(audio["data"], memberOf(here, "data"), part.source.data) ||
        !reader.requiredString(audio["format"], memberOf(here, "format"), format)) {
        return false;
    }
    part.source.kind = Source::Kind::Base64;
    part.source.mediaType = "audio/" + format;
    keepOthers(json, {"input_audio"}, part);
    return true;
}

bool readPart(FieldReader &reader, json::Value json, std::string_view path, Part &part)
{
    const json::Value type = json["type"];
    if (!json.isObject() || !type.isString()) {
        return reader.fail(json.isObject() ? memberOf(path, "type") : std::string(path),
                           json.isObject() ? "is required" : "must be an object");
    }
    if (type.is("input_text") || type.is("output_text") || type.is("text") || type.is("refusal")) {
        return readText(reader, json, path, part);
    }
    if (type.is("input_image")) {
        return readImage(reader, json, path, part);
    }
    if (type.is("input_file")) {
        return readFile(reader, json, path, part);
    }
    if (type.is("input_audio")) {
        return readAudio(reader, json, path, part);
    }
    part = opaquePart(json);
    return true;
}

} // namespace

Part newPart(Part::Kind kind)
{
    Part part;
    part.kind = kind;
    part.origin = Dialect::OpenAiResponses;
    return part;
}

Part opaquePart(json::Value json)
{
    Part part = newPart(Part::Kind::Opaque);
    part.json = json.raw();
    return part;
}

bool readContent(FieldReader &reader,
                 json::Value content,
                 std::string_view path,
                 std::vector<Part> &out)
{
    if (content.isString()) {
        out.push_back(newPart(Part::Kind::Text));
        out.back().text = content.text();
        return true;
    }
    if (!content.isArray()) {
        return reader.fail(path, "must be a string or an array");
    }
    std::size_t index = 0;
    content.elements([&](json::Value json) {
        if (!reader.hasFailed()) {
            Part part = newPart(Part::Kind::Text);
            readPart(reader, json, elementOf(path, index++), part);
            out.push_back(std::move(part));
        }
    });
    return !reader.hasFailed();
}

} // namespace meridian::provider::responses
