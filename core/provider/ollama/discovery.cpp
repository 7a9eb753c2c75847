// SPDX-License-Identifier: MIT
#include "core/provider/ollama/discovery.h"

#include "core/base/hash.h"
#include "core/json/jsonwriter.h"
#include "core/provider/timestamps.h"

namespace meridian::provider::ollama {

namespace {

/// Ollama's own command line cuts a digest to twelve digits without looking, so there must be one:
/// 64 digits that differ from model to model.
std::string digestOf(std::string_view name)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    constexpr std::size_t Words = 4;
    std::string digest;
    for (std::size_t word = 0; word < Words; ++word) {
        std::uint64_t hash = hashBytes(name, word + 1);
        for (int i = 0; i < 16; ++i, hash >>= 4U) {
            digest.push_back(Digits[hash & 15U]);
        }
    }
    return digest;
}

void writeDetails(json::JsonWriter &out, const ListedModel &model)
{
    out.key("details").beginObject().string("parent_model", "").string("format", "");
    out.string("family", model.family).key("families").beginArray();
    if (!model.family.empty()) {
        out.string(model.family);
    }
    out.endArray().string("parameter_size", model.parameterSize);
    out.string("quantization_level", "").endObject();
}

} // namespace

std::string tagsAnswer(const std::vector<ListedModel> &models, std::int64_t since)
{
    json::JsonWriter out;
    out.beginObject().key("models").beginArray();
    for (const ListedModel &model : models) {
        out.beginObject().string("name", model.name).string("model", model.name);
        out.string("modified_at", timestamp(since)).integer("size", 0);
        out.string("digest", digestOf(model.name));
        writeDetails(out, model);
        out.endObject();
    }
    out.endArray().endObject();
    return out.take();
}

std::string processesAnswer()
{
    return R"({"models":[]})";
}

Decoded<std::string> readShowRequest(json::Value body)
{
    for (const char *name : {"model", "name"}) {
        const json::Value value = body[name];
        if (!value.isAbsent() && !value.isString()) {
            return badRequest(name, "must be a string");
        }
        if (!value.isAbsent() && !value.is("")) {
            return value.text();
        }
    }
    return badRequest("model", "is required");
}

std::string showAnswer(const ListedModel &model, std::int64_t since)
{
    const std::string family = model.family.empty() ? "unknown" : model.family;
    json::JsonWriter out;
    out.beginObject().string("license", "").string("modelfile", "").string("parameters", "");
    out.string("template", "").string("system", "");
    writeDetails(out, model);
    out.key("model_info").beginObject().string("general.architecture", family);
    out.string("general.basename", model.name);
    if (model.contextLength) {
        out.integer(family + ".context_length", *model.contextLength);
    }
    out.endObject().key("capabilities").beginArray();
    if (model.isEmbedding) {
        out.string("embedding");
    } else { // a program that is told less never asks for more
        out.string("completion").string("tools").string("vision").string("thinking");
    }
    out.endArray().string("modified_at", timestamp(since)).endObject();
    return out.take();
}

std::string versionAnswer(std::string_view version)
{
    json::JsonWriter out;
    out.beginObject().string("version", version).endObject();
    return out.take();
}

} // namespace meridian::provider::ollama
