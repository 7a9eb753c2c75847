// SPDX-License-Identifier: MIT
#include "core/provider/openai/commonfields.h"

namespace meridian::provider::openai {

namespace {

void readStop(FieldReader &fields, json::Value value, ChatRequest &request)
{
    const Path path{nullptr, "stop"};
    request.stop.clear();
    if (value.isString()) {
        request.stop.push_back(value.text());
    } else if (value.isArray()) {
        std::size_t index = 0;
        value.elements([&](json::Value each) {
            const Path place{nullptr, "stop", index++};
            if (!each.isString()) {
                fields.fail(place, "must be a string");
            } else {
                request.stop.push_back(each.text());
            }
        });
    } else if (!value.isAbsent()) {
        fields.fail(path, "must be a string or a list of strings");
    }
}

void readStreamOptions(FieldReader &fields, json::Value value, ChatRequest &request)
{
    const Path path{nullptr, "stream_options"};
    if (!fields.isObject(path, value)) {
        return;
    }
    value.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        if (name == "include_usage") {
            std::optional<bool> wants;
            fields.boolean({&path, name}, each, wants);
            request.wantsUsage = wants.value_or(false);
        } else {
            keepExtra(request.extras, "stream_options." + std::string(name), each);
        }
    });
}

} // namespace

bool readCommonField(FieldReader &fields,
                     std::string_view name,
                     json::Value value,
                     ChatRequest &request)
{
    const Path path{nullptr, name};
    for (const NumberField &each : NumberFields) {
        if (each.name == name) {
            fields.number(path, value, request.*each.field);
            return true;
        }
    }
    if (name == "model") {
        fields.text(path, value, request.model);
    } else if (name == "n") {
        fields.integer(path, value, request.choices);
    } else if (name == "max_tokens") {
        fields.integer(path, value, request.maxTokens);
    } else if (name == "stop") {
        readStop(fields, value, request);
    } else if (name == "stream") {
        std::optional<bool> isStream;
        fields.boolean(path, value, isStream);
        request.isStream = isStream.value_or(false);
    } else if (name == "stream_options") {
        readStreamOptions(fields, value, request);
    } else if (name == "user") {
        fields.text(path, value, request.user);
    } else if (name == "logit_bias") {
        fields.object(path, value, request.logitBias);
    } else {
        return false;
    }
    return true;
}

} // namespace meridian::provider::openai
