// SPDX-License-Identifier: MIT
#include "core/provider/modellists.h"

#include "core/json/jsonwriter.h"
#include "core/provider/timestamps.h"

namespace meridian::provider {

namespace {

void writeAnthropic(json::JsonWriter &out, const ListedModel &model, std::int64_t since)
{
    out.beginObject().string("type", "model").string("id", model.name);
    out.string("display_name", model.name).string("created_at", timestamp(since)).endObject();
}

void writeGemini(json::JsonWriter &out, const ListedModel &model)
{
    out.beginObject().string("name", "models/" + model.name).string("version", "001");
    out.string("displayName", model.name).string("description", model.provider);
    if (model.contextLength) {
        out.integer("inputTokenLimit", *model.contextLength);
    }
    if (model.maxOutputTokens) {
        out.integer("outputTokenLimit", *model.maxOutputTokens);
    }
    out.key("supportedGenerationMethods").beginArray();
    if (model.isEmbedding) {
        out.string("embedContent").string("batchEmbedContents");
    } else {
        out.string("generateContent").string("streamGenerateContent").string("countTokens");
    }
    out.endArray().endObject();
}

void writeId(json::JsonWriter &out, std::string_view name, const ListedModel *model)
{
    if (model == nullptr) {
        out.null(name);
    } else {
        out.string(name, model->name);
    }
}

} // namespace

std::string anthropicModelList(const std::vector<ListedModel> &models, std::int64_t since)
{
    json::JsonWriter out;
    out.beginObject().key("data").beginArray();
    for (const ListedModel &model : models) {
        writeAnthropic(out, model, since);
    }
    out.endArray().boolean("has_more", false);
    writeId(out, "first_id", models.empty() ? nullptr : &models.front());
    writeId(out, "last_id", models.empty() ? nullptr : &models.back());
    out.endObject();
    return out.take();
}

std::string anthropicModel(const ListedModel &model, std::int64_t since)
{
    json::JsonWriter out;
    writeAnthropic(out, model, since);
    return out.take();
}

std::string geminiModelList(const std::vector<ListedModel> &models)
{
    json::JsonWriter out;
    out.beginObject().key("models").beginArray();
    for (const ListedModel &model : models) {
        writeGemini(out, model);
    }
    out.endArray().endObject();
    return out.take();
}

std::string geminiModel(const ListedModel &model)
{
    json::JsonWriter out;
    writeGemini(out, model);
    return out.take();
}

} // namespace meridian::provider
