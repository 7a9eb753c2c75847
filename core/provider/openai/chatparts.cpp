// SPDX-License-Identifier: MIT
#include "core/provider/openai/chatparts.h"

#include "core/provider/common.h"
#include "core/provider/openai/spelling.h"
#include "core/provider/openai/toolfields.h"

namespace meridian::provider::openai {

namespace {

/// Calls `take(name, value)` for each member of the object inside a part; it says whether it has a
/// place for it. What has none is kept as `<object>.<name>`.
template <typename F>
void readInside(FieldReader &fields,
                const Path &path,
                std::string_view object,
                json::Value value,
                Part &part,
                F take)
{
    const Path place{&path, object};
    if (!value.isObject()) {
        fields.fail(place, "must be an object");
        return;
    }
    value.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        if (!take(name, Path{&place, name}, each)) {
            keepExtra(part.extras, std::string(object).append(".").append(name), each);
        }
    });
}

void readImage(FieldReader &fields, const Path &path, json::Value value, Part &part)
{
    part.kind = Part::Kind::Image;
    std::string url = value.text(); // a plain string is what some clients send
    if (!value.isString()) {
        readInside(fields, path, "image_url", value, part,
                   [&](std::string_view name, const Path &place, json::Value each) {
                       if (name == "url") {
                           fields.text(place, each, url);
                       } else if (name == "detail") {
                           fields.text(place, each, part.detail);
                       } else {
                           return false;
                       }
                       return true;
                   });
    }
    if (url.empty()) {
        const Path object{&path, "image_url"};
        fields.fail({&object, "url"}, "must be a string that is not empty");
    }
    part.source = sourceOfUrl(url);
}

void readFile(FieldReader &fields, const Path &path, json::Value value, Part &part)
{
    part.kind = Part::Kind::Document;
    std::string data;
    std::string id;
    readInside(fields, path, "file", value, part,
               [&](std::string_view name, const Path &place, json::Value each) {
                   if (name == "file_data") {
                       fields.text(place, each, data);
                   } else if (name == "file_id") {
                       fields.text(place, each, id);
                   } else if (name == "filename") {
                       fields.text(place, each, part.name);
                   } else {
                       return false;
                   }
                   return true;
               });
    if (!data.empty()) {
        part.source = sourceOfUrl(data);
        if (part.source.kind != Source::Kind::Base64) { // without a data URL's head
            part.source = {Source::Kind::Base64, {}, std::move(data)};
        }
        if (!id.empty()) {
            keepExtra(part.extras, "file.file_id", value["file_id"]);
        }
    } else if (!id.empty()) {
        part.source = {Source::Kind::FileId, {}, std::move(id)};
    } else {
        fields.fail({&path, "file"}, "needs file_data or file_id");
    }
}

void readAudio(FieldReader &fields, const Path &path, json::Value value, Part &part)
{
    part.kind = Part::Kind::Audio;
    part.source.kind = Source::Kind::Base64;
    std::string format;
    readInside(fields, path, "input_audio", value, part,
               [&](std::string_view name, const Path &place, json::Value each) {
                   if (name == "data") {
                       fields.text(place, each, part.source.data);
                   } else if (name == "format") {
                       fields.text(place, each, format);
                   } else {
                       return false;
                   }
                   return true;
               });
    if (!format.empty()) {
        part.source.mediaType = "audio/" + format;
    }
    if (part.source.data.empty()) {
        const Path object{&path, "input_audio"};
        fields.fail({&object, "data"}, "must be a string that is not empty");
    }
}

Part readPart(FieldReader &fields, const Path &path, json::Value value)
{
    Part part;
    const json::Value type = value["type"];
    if (!value.isObject()) {
        fields.fail(path, "must be an object");
        return part;
    }
    if (!type.isString()) {
        fields.fail({&path, "type"}, "must be a string");
        return part;
    }
    const std::string own = type.is("text")          ? "text"
                            : type.is("image_url")   ? "image_url"
                            : type.is("file")        ? "file"
                            : type.is("input_audio") ? "input_audio"
                            : type.is("refusal")     ? "refusal"
                                                     : "";
    if (own.empty()) {
        part.kind = Part::Kind::Opaque;
        part.json = value.raw();
        return part;
    }
    const json::Value content = value[own];
    if (own == "text" || own == "refusal") {
        part.kind = own == "text" ? Part::Kind::Text : Part::Kind::Refusal;
        part.detail = ListForm;
        part.text = content.text();
        if (!content.isString()) {
            fields.fail({&path, own}, "must be a string");
        }
    } else if (own == "image_url") {
        readImage(fields, path, content, part);
    } else if (own == "file") {
        readFile(fields, path, content, part);
    } else {
        readAudio(fields, path, content, part);
    }
    value.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        if (name == "cache_control") {
            readCacheControl(each, part.cache, part.extras);
        } else if (name != "type" && name != own) {
            keepExtra(part.extras, std::string(name), each);
        }
    });
    return part;
}

} // namespace

void readContent(FieldReader &fields, const Path &path, json::Value value, std::vector<Part> &parts)
{
    if (value.isString()) {
        Part part;
        part.text = value.text();
        if (!part.text.empty()) {
            parts.push_back(std::move(part));
        }
    } else if (value.isArray()) {
        std::size_t index = 0;
        value.elements([&](json::Value each) {
            if (!fields.hasFailed()) {
                parts.push_back(readPart(fields, {path.parent, path.name, index++}, each));
            }
        });
    } else if (!value.isAbsent()) {
        fields.fail(path, "must be a string or a list of parts");
    }
}

} // namespace meridian::provider::openai
