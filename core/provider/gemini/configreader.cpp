// SPDX-License-Identifier: MIT
#include "core/provider/gemini/configreader.h"

#include "core/provider/common.h"
#include "core/provider/gemini/schema.h"

namespace meridian::provider::gemini {

namespace {

void readStop(Fields &config, ChatRequest &request)
{
    std::size_t index = 0;
    config.array("stopSequences").elements([&](json::Value value) {
        const std::string name = elementOf("stopSequences", index++);
        if (!value.isString()) {
            config.wrong(name, "must be a string");
        }
        request.stop.push_back(value.text());
    });
}

void readThinking(Fields &config, ChatRequest &request, Problem &problem)
{
    const json::Value value = config.object("thinkingConfig");
    if (value.isMissing()) {
        return;
    }
    Fields thinking(value, config.pathOf("thinkingConfig"), problem);
    Reasoning &reasoning = request.reasoning;
    reasoning.wantsText = thinking.boolean("includeThoughts");
    if (const auto budget = thinking.integer("thinkingBudget")) {
        if (*budget < 0) { // -1: as much as the model likes
            reasoning.isAdaptive = true;
        } else {
            reasoning.budget = budget;
        }
    }
    const json::Value level = thinking.take("thinkingLevel");
    std::string name = level.text();
    for (char &c : name) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    reasoning.effort = effortOf(name);
    if (!level.isMissing() && !level.isString()) {
        thinking.wrong("thinkingLevel", "must be a string");
    } else if (!level.isMissing() && reasoning.effort == Reasoning::Effort::Unset) {
        request.extras.push_back(
            {std::string(ThinkingPrefix) + "thinkingLevel", std::string(level.raw())});
    }
    thinking.rest(request.extras, ThinkingPrefix);
}

void readFormat(Fields &config, ChatRequest &request)
{
    const auto keep = [&](const char *name, json::Value value) {
        if (!value.isMissing()) {
            request.extras.push_back({std::string(ConfigPrefix) + name, std::string(value.raw())});
        }
    };
    const json::Value mime = config.take("responseMimeType");
    const json::Value schema = config.object("responseSchema");
    const json::Value jsonSchema = config.object("responseJsonSchema");
    if (!mime.isMissing() && !mime.isString()) {
        config.wrong("responseMimeType", "must be a string");
    }
    if (!schema.isMissing() && !jsonSchema.isMissing()) {
        config.wrong("responseSchema", "cannot stand beside responseJsonSchema");
    }
    ResponseFormat &format = request.format;
    const bool hasSchema = !schema.isMissing() || !jsonSchema.isMissing();
    if (mime.is("application/json") && !hasSchema) {
        format.kind = ResponseFormat::Kind::JsonObject;
    } else if (mime.is("text/plain") && !hasSchema) {
        format.kind = ResponseFormat::Kind::Text;
    } else if (hasSchema && (mime.isMissing() || mime.is("application/json"))) {
        format.kind = ResponseFormat::Kind::JsonSchema;
        if (schema.isMissing()) {
            format.schema = jsonSchema.raw();
        } else {
            format.schema = jsonSchemaOf(schema);
            format.name = SchemaFormat;
        }
    } else {
        keep("responseMimeType", mime);
        keep("responseSchema", schema);
        keep("responseJsonSchema", jsonSchema);
    }
}

} // namespace

void readConfig(Fields &body, ChatRequest &request, Problem &problem)
{
    Fields config(body.object("generationConfig"), body.pathOf("generationConfig"), problem);
    readStop(config, request);
    readThinking(config, request, problem);
    readFormat(config, request);
    request.choices = config.integer("candidateCount");
    request.maxTokens = config.integer("maxOutputTokens");
    request.temperature = config.number("temperature");
    request.topP = config.number("topP");
    request.topK = config.number("topK");
    request.seed = config.number("seed");
    request.presencePenalty = config.number("presencePenalty");
    request.frequencyPenalty = config.number("frequencyPenalty");
    request.logprobs = config.boolean("responseLogprobs");
    request.topLogprobs = config.integer("logprobs");
    config.rest(request.extras, ConfigPrefix);
}

} // namespace meridian::provider::gemini
