// SPDX-License-Identifier: MIT
// Reads clients' requests for vectors.
#include "core/provider/embedding.h"

#include <algorithm>

namespace meridian::provider {

namespace {

using Read = Decoded<bool>;

constexpr std::string_view ModelsPrefix = "models/";

Read readText(std::string &into, json::Value value, const std::string &path)
{
    into = value.text();
    return value.isAbsent() || value.isString() ? Read(true) : badRequest(path, "must be a string");
}

Read readDimensions(EmbeddingRequest &request, json::Value value, const std::string &path)
{
    const auto dimensions = value.integer();
    if (!value.isAbsent() && (!dimensions || *dimensions < 1)) {
        return badRequest(path, "must be a positive integer");
    }
    request.dimensions = value.isAbsent() ? std::nullopt : dimensions;
    return true;
}

bool isTokens(json::Value value) noexcept
{
    bool isSound = value.isArray();
    value.elements(
        [&](json::Value each) { isSound = isSound && each.integer().value_or(-1) >= 0; });
    return isSound;
}

/// A text, texts, token ids, or several of these.
Read readInput(EmbeddingRequest &request, json::Value value, bool takesTokens)
{
    constexpr std::string_view What = "must be a string or an array of strings";
    constexpr std::string_view WhatElse =
        "must be a string, an array of strings, token ids or an array of token ids";
    if (value.isString()) {
        request.inputs.push_back({value.text(), {}, {}});
        return true;
    }
    if (takesTokens && value.count() > 0 && isTokens(value)) {
        request.inputs.push_back({{}, std::string(value.raw()), {}});
        return true;
    }
    bool isSound = value.isArray();
    value.elements([&](json::Value each) {
        if (each.isString()) {
            request.inputs.push_back({each.text(), {}, {}});
        } else if (takesTokens && each.count() > 0 && isTokens(each)) {
            request.inputs.push_back({{}, std::string(each.raw()), {}});
        } else {
            isSound = false;
        }
    });
    return isSound ? Read(true) : badRequest("input", takesTokens ? WhatElse : What);
}

void keep(EmbeddingRequest &request, json::Value name, json::Value value)
{
    if (!value.isAbsent()) {
        request.extras.push_back({name.text(), std::string(value.raw())});
    }
}

Read readOpenAi(EmbeddingRequest &request, json::Value name, json::Value value)
{
    if (name.is("input")) {
        request.inputs.clear();
        return readInput(request, value, true);
    }
    if (name.is("model") || name.is("user")) {
        return readText(name.is("model") ? request.model : request.user, value, name.text());
    }
    if (name.is("dimensions")) {
        return readDimensions(request, value, "dimensions");
    }
    if (name.is("encoding_format")) {
        request.wantsBase64 = value.is("base64");
        return value.isAbsent() || value.is("float") || request.wantsBase64
                   ? Read(true)
                   : badRequest("encoding_format", "must be \"float\" or \"base64\"");
    }
    keep(request, name, value);
    return true;
}

Read readOllama(EmbeddingRequest &request, json::Value name, json::Value value)
{
    if (name.is(request.origin == EmbeddingDialect::Ollama ? "input" : "prompt")) {
        request.inputs.clear();
        if (value.isAbsent() || value.is("")) {
            return true; // a wish to load the model
        }
        if (request.origin == EmbeddingDialect::OllamaOld && !value.isString()) {
            return badRequest("prompt", "must be a string");
        }
        return readInput(request, value, false);
    }
    if (name.is("model")) {
        return readText(request.model, value, "model");
    }
    if (name.is("dimensions") && request.origin == EmbeddingDialect::Ollama) {
        if (value.integer() == 0) { // the model's own
            return true;
        }
        return readDimensions(request, value, "dimensions");
    }
    if (name.is("truncate") && request.origin == EmbeddingDialect::Ollama) {
        if (!value.isAbsent()) {
            request.truncate = value.isTrue();
        }
        return value.isAbsent() || value.isTrue() || value.isFalse()
                   ? Read(true)
                   : badRequest("truncate", "must be true or false");
    }
    if (name.is("keep_alive")) {
        request.keepAlive = value.isAbsent() ? std::string_view() : value.raw();
        return value.isAbsent() || value.isString() || value.isNumber()
                   ? Read(true)
                   : badRequest("keep_alive", "must be a duration or a number of seconds");
    }
    if (name.is("options")) {
        value.members([&](json::Value option, json::Value each) {
            if (!each.isAbsent()) {
                request.extras.push_back({"options." + option.text(), std::string(each.raw())});
            }
        });
        return value.isAbsent() || value.isObject() ? Read(true)
                                                    : badRequest("options", "must be an object");
    }
    keep(request, name, value);
    return true;
}

/// The texts of a Content's parts, which make one vector.
Read readContent(EmbeddingInput &input, json::Value content, const std::string &path)
{
    const json::Value parts = content["parts"];
    bool isSound = parts.isArray() && parts.count() > 0;
    parts.elements([&](json::Value part) {
        isSound = isSound && part["text"].isString();
        part["text"].appendText(input.text);
    });
    return isSound ? Read(true) : badRequest(path + "parts", "must be parts with text");
}

std::string withoutPrefix(std::string name)
{
    return name.starts_with(ModelsPrefix) ? name.substr(ModelsPrefix.size()) : name;
}

/// One EmbedContentRequest. What is said of the request as a whole must agree among all.
Read readGemini(EmbeddingRequest &request, json::Value body, const std::string &path)
{
    EmbeddingInput input;
    EmbeddingRequest own;
    std::string model;
    Read outcome(true);
    const auto in = [&](json::Value name) {
        return path.empty() ? name.text() : path + "." + name.text();
    };
    body.members([&](json::Value name, json::Value value) {
        if (!outcome) {
            return;
        }
        if (name.is("content")) {
            input.text.clear();
            outcome = readContent(input, value, in(name) + ".");
        } else if (name.is("model")) {
            outcome = readText(model, value, in(name));
        } else if (name.is("taskType")) {
            outcome = readText(own.purpose, value, in(name));
        } else if (name.is("title")) {
            outcome = readText(input.title, value, in(name));
        } else if (name.is("outputDimensionality")) {
            outcome = readDimensions(own, value, in(name));
        } else {
            keep(own, name, value);
        }
    });
    if (outcome && body["content"].isMissing()) {
        outcome = badRequest(path.empty() ? "content" : path + ".content", "is required");
    }
    own.model = withoutPrefix(std::move(model));
    own.purpose = own.purpose == "TASK_TYPE_UNSPECIFIED" ? std::string() : own.purpose;
    if (outcome && request.inputs.empty()) {
        request.model = own.model.empty() ? request.model : own.model;
        request.purpose = own.purpose;
        request.dimensions = own.dimensions;
        request.extras = own.extras;
    } else if (outcome && ((!own.model.empty() && own.model != request.model) ||
                           own.purpose != request.purpose || own.dimensions != request.dimensions ||
                           own.extras != request.extras)) {
        outcome = badRequest(path, "differs from the first request in more than its content");
    }
    request.inputs.push_back(std::move(input));
    return outcome;
}

Read readGeminiBatch(EmbeddingRequest &request, json::Value body)
{
    const json::Value requests = body["requests"];
    if (!requests.isArray() || requests.count() == 0) {
        return badRequest("requests", "must be an array that is not empty");
    }
    Read outcome(true);
    std::size_t index = 0;
    requests.elements([&](json::Value each) {
        if (outcome) {
            const std::string path = "requests[" + std::to_string(index++) + "]";
            outcome = each.isObject() ? readGemini(request, each, path)
                                      : Read(badRequest(path, "must be an object"));
        }
    });
    body.members([&](json::Value name, json::Value value) {
        if (!name.is("requests")) {
            keep(request, name, value);
        }
    });
    return outcome;
}

/// `/v1beta/models/m:embedContent` → `m`
std::string modelOfTarget(std::string_view target)
{
    const std::string_view path = target.substr(0, target.find('?'));
    const std::size_t begin = path.rfind(ModelsPrefix);
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = path.substr(begin + ModelsPrefix.size());
    return std::string(rest.substr(0, rest.rfind(':')));
}

} // namespace

Decoded<EmbeddingRequest>
readEmbeddingRequest(EmbeddingDialect client, json::Value body, std::string_view target)
{
    EmbeddingRequest request;
    request.origin = client;
    Read outcome(true);
    const auto each = [&](auto read) {
        body.members([&](json::Value name, json::Value value) {
            outcome = outcome ? read(request, name, value) : outcome;
        });
    };
    switch (client) {
    case EmbeddingDialect::OpenAi:
        each(readOpenAi);
        break;
    case EmbeddingDialect::Ollama:
    case EmbeddingDialect::OllamaOld:
        each(readOllama);
        break;
    case EmbeddingDialect::GeminiSingle:
    case EmbeddingDialect::GeminiBatch:
        request.model = modelOfTarget(target);
        outcome = client == EmbeddingDialect::GeminiBatch ? readGeminiBatch(request, body)
                                                          : readGemini(request, body, {});
        break;
    case EmbeddingDialect::Vertex:
    case EmbeddingDialect::Oci:
        return badRequest({}, "clients do not speak this dialect");
    }
    if (outcome && request.model.empty()) {
        outcome = badRequest("model", "is required");
    }
    if (outcome && client == EmbeddingDialect::OpenAi && request.inputs.empty()) {
        outcome = badRequest("input", "must not be empty");
    }
    if (!outcome) {
        return tl::unexpected<BadRequest>(std::move(outcome.error()));
    }
    return request;
}

} // namespace meridian::provider
