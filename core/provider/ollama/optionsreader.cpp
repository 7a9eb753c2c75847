// SPDX-License-Identifier: MIT
#include "core/provider/ollama/optionsreader.h"

#include "core/provider/common.h"
#include "core/provider/ollama/names.h"

#include <array>

namespace meridian::provider::ollama {

namespace {

struct NumberOption
{
    std::string_view name;
    Number ChatRequest::*field;
};

constexpr std::array<NumberOption, 8> NumberOptions{{
    {"temperature", &ChatRequest::temperature},
    {"top_p", &ChatRequest::topP},
    {"top_k", &ChatRequest::topK},
    {"min_p", &ChatRequest::minP},
    {"seed", &ChatRequest::seed},
    {"presence_penalty", &ChatRequest::presencePenalty},
    {"frequency_penalty", &ChatRequest::frequencyPenalty},
    {"repeat_penalty", &ChatRequest::repeatPenalty},
}};

void keep(ChatRequest &request, std::string_view prefix, json::Value name, json::Value value)
{
    request.extras.push_back({std::string(prefix).append(name.text()), std::string(value.raw())});
}

Read readStop(ChatRequest &request, json::Value value)
{
    if (!value.isArray()) {
        return badRequest("options.stop", "must be an array of strings");
    }
    bool isSound = true;
    request.stop.clear();
    value.elements([&](json::Value each) {
        isSound = isSound && each.isString();
        request.stop.push_back(each.text());
    });
    return isSound ? Read(true) : badRequest("options.stop", "must be an array of strings");
}

Read readLimit(ChatRequest &request, json::Value name, json::Value value)
{
    const auto limit = value.integer();
    if (!limit) {
        return badRequest("options.num_predict", "must be an integer");
    }
    if (*limit > 0) {
        request.maxTokens = limit;
    } else { // -1: without end, -2: until the context is full; other dialects say neither
        keep(request, OptionsPrefix, name, value);
    }
    return true;
}

Read readOption(ChatRequest &request, json::Value name, json::Value value)
{
    if (value.isAbsent()) {
        return true;
    }
    for (const NumberOption &option : NumberOptions) {
        if (name.is(option.name)) {
            if (!value.isNumber()) {
                return badRequest("options." + name.text(), "must be a number");
            }
            request.*option.field = value.raw();
            return true;
        }
    }
    if (name.is("stop")) {
        return readStop(request, value);
    }
    if (name.is("num_predict")) {
        return readLimit(request, name, value);
    }
    keep(request, OptionsPrefix, name, value);
    return true;
}

Read readOptions(ChatRequest &request, json::Value value)
{
    if (!value.isAbsent() && !value.isObject()) {
        return badRequest("options", "must be an object");
    }
    Read outcome(true);
    value.members([&](json::Value name, json::Value each) {
        if (outcome) {
            outcome = readOption(request, name, each);
        }
    });
    return outcome;
}

Read readFormat(ChatRequest &request, json::Value value)
{
    if (value.isAbsent() || value.is("")) {
        return true;
    }
    if (value.isObject()) {
        request.format.kind = ResponseFormat::Kind::JsonSchema;
        request.format.schema = value.raw();
        return true;
    }
    if (value.is("json")) {
        request.format.kind = ResponseFormat::Kind::JsonObject;
        return true;
    }
    return badRequest("format", "must be \"json\" or a JSON schema");
}

Read readThink(ChatRequest &request, json::Value value)
{
    if (value.isAbsent()) {
        return true;
    }
    if (value.isTrue() || value.isFalse()) {
        request.reasoning.isEnabled = value.isTrue();
        return true;
    }
    for (const std::string_view level : {"low", "medium", "high", "max"}) {
        if (value.is(level)) {
            request.reasoning.effort = effortOf(level);
            return true;
        }
    }
    return badRequest("think", "must be true, false, \"low\", \"medium\", \"high\" or \"max\"");
}

Read readTool(ChatRequest &request, json::Value value, const std::string &path)
{
    const json::Value function = value["function"];
    Tool tool;
    tool.origin = Dialect::OllamaChat;
    if (!value.isObject()) {
        return badRequest(path, "must be an object");
    }
    const json::Value type = value["type"];
    if (!type.isAbsent() && !type.is("function")) {
        if (!type.isString()) {
            return badRequest(path + ".type", "must be a string");
        }
        tool.kind = Tool::Kind::Hosted;
        tool.json = value.raw();
        request.tools.push_back(std::move(tool));
        return true;
    }
    if (!function.isObject() || !function["name"].isString() || function["name"].is("")) {
        return badRequest(path + ".function.name", "must be a string that is not empty");
    }
    Read outcome(true);
    value.members([&](json::Value name, json::Value each) {
        if (!name.is("type") && !name.is("function")) {
            tool.extras.push_back({name.text(), std::string(each.raw())});
        }
    });
    function.members([&](json::Value name, json::Value each) {
        if (name.is("name")) {
            tool.name = each.text();
        } else if (name.is("description") && each.isString()) {
            tool.description = each.text();
        } else if (name.is("parameters") && each.isObject()) {
            tool.schema = each.raw();
        } else if (name.is("strict") && (each.isTrue() || each.isFalse())) {
            tool.strict = each.isTrue();
        } else if (each.isAbsent()) {
            return;
        } else if (name.is("description") || name.is("parameters") || name.is("strict")) {
            outcome = badRequest(path + ".function." + name.text(), "has the wrong type");
        } else {
            tool.extras.push_back(
                {std::string(FunctionPrefix).append(name.text()), std::string(each.raw())});
        }
    });
    request.tools.push_back(std::move(tool));
    return outcome;
}

/// Told by the first bytes, in base64: other dialects must name the type, Ollama looks itself.
std::string_view imageTypeOf(std::string_view base64) noexcept
{
    constexpr std::array<std::array<std::string_view, 2>, 4> Beginnings{{
        {"iVBORw0KGgo", "image/png"},
        {"/9j/", "image/jpeg"},
        {"R0lGOD", "image/gif"},
        {"UklGR", "image/webp"},
    }};
    for (const auto &[beginning, type] : Beginnings) {
        if (base64.starts_with(beginning)) {
            return type;
        }
    }
    return {};
}

Read readFlag(std::optional<bool> &flag, json::Value name, json::Value value)
{
    if (!value.isAbsent() && !value.isTrue() && !value.isFalse()) {
        return badRequest(name.text(), "must be true or false");
    }
    if (!value.isAbsent()) {
        flag = value.isTrue();
    }
    return true;
}

} // namespace

Read readImages(std::vector<Part> &parts, json::Value images, const std::string &path)
{
    if (images.isAbsent()) {
        return true;
    }
    bool isSound = images.isArray();
    images.elements([&](json::Value each) {
        isSound = isSound && each.isString();
        Part part;
        part.kind = Part::Kind::Image;
        part.origin = Dialect::OllamaChat;
        std::string data = each.text();
        if (data.starts_with("data:")) { // Ollama's own clients strip it, others forget to
            part.source = sourceOfUrl(data);
            isSound = isSound && part.source.kind == Source::Kind::Base64;
        } else {
            part.source = {Source::Kind::Base64, std::string(imageTypeOf(data)), std::move(data)};
        }
        parts.push_back(std::move(part));
    });
    return isSound ? Read(true) : badRequest(path, "must be an array of base64 strings");
}

Read readTools(ChatRequest &request, json::Value tools)
{
    if (!tools.isAbsent() && !tools.isArray()) {
        return badRequest("tools", "must be an array");
    }
    Read outcome(true);
    std::size_t index = 0;
    tools.elements([&](json::Value each) {
        if (outcome) {
            outcome = readTool(request, each, "tools[" + std::to_string(index++) + "]");
        }
    });
    return outcome;
}

Read readCommon(ChatRequest &request, json::Value name, json::Value value)
{
    if (name.is("model")) {
        request.model = value.text();
        return value.isString() ? Read(true) : badRequest("model", "must be a string");
    }
    if (name.is("options")) {
        return readOptions(request, value);
    }
    if (name.is("format")) {
        return readFormat(request, value);
    }
    if (name.is("think")) {
        return readThink(request, value);
    }
    if (name.is("stream")) {
        std::optional<bool> isStream;
        const Read outcome = readFlag(isStream, name, value);
        request.isStream = isStream.value_or(true);
        return outcome;
    }
    if (name.is("logprobs")) {
        return readFlag(request.logprobs, name, value);
    }
    if (name.is("top_logprobs")) {
        request.topLogprobs = value.integer();
        return value.isAbsent() || request.topLogprobs
                   ? Read(true)
                   : badRequest("top_logprobs", "must be an integer");
    }
    if (name.is("keep_alive")) {
        if (!value.isAbsent() && !value.isString() && !value.isNumber()) {
            return badRequest("keep_alive", "must be a duration or a number of seconds");
        }
        request.keepAlive = value.isAbsent() ? std::string_view() : value.raw();
        return true;
    }
    return false;
}

Read requireModel(const ChatRequest &request)
{
    return request.model.empty() ? badRequest("model", "is required") : Read(true);
}

} // namespace meridian::provider::ollama
