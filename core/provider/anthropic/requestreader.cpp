// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/requestreader.h"

#include "core/provider/anthropic/fields.h"
#include "core/provider/anthropic/messagereader.h"
#include "core/provider/anthropic/toolfields.h"
#include "core/provider/common.h"

#include <optional>

namespace meridian::provider::anthropic {

namespace {

bool isCounting(std::string_view target) noexcept
{
    return target.substr(0, target.find('?')).ends_with("/count_tokens");
}

/// `display`: "summarized", "omitted". False for a word to come.
bool readDisplay(json::Value display, Reasoning &reasoning)
{
    if (display.is("summarized")) {
        reasoning.wantsText = true;
    } else if (display.is("omitted")) {
        reasoning.wantsText = false;
    }
    return display.isMissing() || reasoning.wantsText.has_value();
}

Decoded<void> readThinking(json::Value thinking, ChatRequest &request)
{
    if (!thinking.isObject()) {
        return badRequest("thinking", "must be an object");
    }
    Fields fields(thinking);
    const json::Value type = fields.take("type");
    if (!type.isString()) {
        return badRequest("thinking.type", "must be a string");
    }
    Reasoning &reasoning = request.reasoning;
    bool isKnown = true;
    if (type.is("enabled")) {
        const json::Value budget = fields.take("budget_tokens");
        reasoning.isEnabled = true;
        reasoning.budget = budget.integer();
        if (!reasoning.budget) {
            return badRequest("thinking.budget_tokens", "must be an integer");
        }
    } else if (type.is("disabled")) {
        reasoning.isEnabled = false;
    } else if (type.is("adaptive")) {
        reasoning.isAdaptive = true;
    } else {
        isKnown = false;
    }
    isKnown = readDisplay(fields.take("display"), reasoning) && isKnown;
    std::vector<Extra> more;
    fields.rest(more);
    if (!isKnown || !more.empty()) {
        addExtra(request.extras, "thinking", thinking);
    }
    return {};
}

/// False: more than a ResponseFormat can say.
bool readFormat(json::Value format, ResponseFormat &read)
{
    Fields fields(format);
    if (!fields.take("type").is("json_schema")) {
        return false;
    }
    const json::Value schema = fields.take("schema");
    read.kind = ResponseFormat::Kind::JsonSchema;
    read.schema = schema.raw();
    std::vector<Extra> more;
    fields.rest(more);
    return schema.isObject() && more.empty();
}

Decoded<void> readOutputConfig(json::Value config, ChatRequest &request)
{
    if (!config.isObject()) {
        return badRequest("output_config", "must be an object");
    }
    Fields fields(config);
    const json::Value effort = fields.take("effort");
    const json::Value format = fields.take("format");
    bool isKnown = true;
    if (!effort.isMissing()) {
        if (!effort.isString()) {
            return badRequest("output_config.effort", "must be a string");
        }
        request.reasoning.effort = effortOf(effort.text());
        isKnown = request.reasoning.effort != Reasoning::Effort::Unset;
    }
    if (!format.isMissing()) {
        if (!format.isObject()) {
            return badRequest("output_config.format", "must be an object");
        }
        isKnown = readFormat(format, request.format) && isKnown;
    }
    std::vector<Extra> more;
    fields.rest(more);
    if (!isKnown || !more.empty()) {
        addExtra(request.extras, "output_config", config);
    }
    return {};
}

Decoded<void> readMetadata(json::Value metadata, ChatRequest &request)
{
    if (!metadata.isObject()) {
        return badRequest("metadata", "must be an object");
    }
    Fields fields(metadata);
    const json::Value user = fields.take("user_id");
    if (!user.isMissing() && !user.isString()) {
        return badRequest("metadata.user_id", "must be a string");
    }
    request.user = user.text();
    std::vector<Extra> more;
    fields.rest(more);
    if (!more.empty()) {
        addExtra(request.extras, "metadata", metadata);
    }
    return {};
}

Decoded<void> readStop(json::Value stop, ChatRequest &request)
{
    bool areStrings = stop.isArray();
    stop.elements([&](json::Value each) {
        areStrings = areStrings && each.isString();
        request.stop.push_back(each.text());
    });
    if (!areStrings) {
        return badRequest("stop_sequences", "must be an array of strings");
    }
    return {};
}

Decoded<void> readNumbers(Fields &fields, ChatRequest &request)
{
    struct Row
    {
        std::string_view name;
        Number &number;
    };

    for (const Row &row : {Row{"temperature", request.temperature}, Row{"top_p", request.topP},
                           Row{"top_k", request.topK}}) {
        const json::Value value = fields.take(row.name);
        if (!value.isMissing() && !value.number()) {
            return badRequest(std::string(row.name), "must be a number");
        }
        row.number = value.raw();
    }
    return {};
}

/// What is neither a number nor an object.
Decoded<void> readScalars(Fields &fields, ChatRequest &request, bool isCounting)
{
    const json::Value model = fields.take("model");
    if (!model.isMissing() && !model.isString()) {
        return badRequest("model", "must be a string");
    }
    request.model = model.text();
    const json::Value maxTokens = fields.take("max_tokens");
    request.maxTokens = maxTokens.integer();
    if (maxTokens.isMissing() && !isCounting) {
        return badRequest("max_tokens", "is required");
    }
    if (!maxTokens.isMissing() && (!request.maxTokens || *request.maxTokens < 0)) {
        return badRequest("max_tokens", "must be an integer that is not negative");
    }
    const json::Value stream = fields.take("stream");
    if (!stream.isMissing() && !stream.isTrue() && !stream.isFalse()) {
        return badRequest("stream", "must be true or false");
    }
    request.isStream = stream.isTrue();
    const json::Value tier = fields.take("service_tier");
    if (!tier.isMissing() && !tier.isString()) {
        return badRequest("service_tier", "must be a string");
    }
    request.serviceTier = tier.text();
    return readNumbers(fields, request);
}

struct Member
{
    std::string_view name;
    Decoded<void> (*read)(json::Value value, ChatRequest &request);
};

constexpr Member Members[] = {
    {"system",
     [](json::Value system, ChatRequest &request) { return readSystem(system, request.turns); }},
    {"tools", readTools},
    {"tool_choice", readToolChoice},
    {"thinking", readThinking},
    {"output_config", readOutputConfig},
    {"metadata", readMetadata},
    {"stop_sequences", readStop},
};

} // namespace

Decoded<ChatRequest> readRequest(json::Value body, std::string_view target)
{
    if (!body.isObject()) {
        return badRequest({}, "the body must be an object");
    }
    ChatRequest request;
    request.origin = Dialect::Anthropic;
    Fields fields(body);
    if (auto read = readScalars(fields, request, isCounting(target)); !read) {
        return tl::unexpected(std::move(read.error()));
    }
    for (const Member &member : Members) {
        const json::Value value = fields.take(member.name);
        if (value.isMissing()) {
            continue;
        }
        if (auto read = member.read(value, request); !read) {
            return tl::unexpected(std::move(read.error()));
        }
    }
    if (auto read = readMessages(fields.take("messages"), request.turns); !read) {
        return tl::unexpected(std::move(read.error()));
    }
    fields.rest(request.extras);
    if (const Extra *format = findExtra(request.extras, "output_format")) { // its older name
        static_cast<void>(readFormat(json::Value(format->json), request.format));
    }
    return request;
}

} // namespace meridian::provider::anthropic
