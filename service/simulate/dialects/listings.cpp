// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/listings.h"

#include "core/provider/modellists.h"
#include "core/provider/ollama/discovery.h"
#include "service/simulate/dialects/errors.h"

namespace meridian::simulate {

namespace {

using provider::ListedModel;

ListedModel listed(std::string_view name)
{
    ListedModel model;
    model.name = name;
    model.provider = "simulated";
    model.family = "simulated";
    model.contextLength = 131072;
    model.maxOutputTokens = MaxTokens;
    return model;
}

std::string listOf(const Kitchen &kitchen)
{
    std::vector<ListedModel> models;
    if (!kitchen.options.model.empty()) {
        models.push_back(listed(kitchen.options.model));
    }
    switch (kitchen.options.protocol) {
    case Protocol::Anthropic:
        return provider::anthropicModelList(models, kitchen.created);
    case Protocol::Gemini:
        return provider::geminiModelList(models);
    default:
        return provider::ollama::tagsAnswer(models, kitchen.created);
    }
}

Reply oneModel(const Call &call, const Kitchen &kitchen)
{
    const std::string &served = kitchen.options.model;
    if (!served.empty() && call.model != served) {
        return modelNotFoundOf(kitchen.options.protocol, call.model);
    }
    Reply reply;
    reply.body = kitchen.options.protocol == Protocol::Anthropic
                     ? provider::anthropicModel(listed(call.model), kitchen.created)
                     : provider::geminiModel(listed(call.model));
    return reply;
}

} // namespace

Reply showReply(json::Value body, const Kitchen &kitchen)
{
    const auto name = provider::ollama::readShowRequest(body);
    if (!name) {
        return errorOf(kitchen.options.protocol, 400, name.error().message);
    }
    const std::string &served = kitchen.options.model;
    if (!served.empty() && *name != served && *name != served + ":latest") {
        return modelNotFoundOf(kitchen.options.protocol, *name);
    }
    Reply reply;
    reply.body = provider::ollama::showAnswer(listed(*name), kitchen.created);
    return reply;
}

Reply serveHead(const Call &call, const Kitchen &kitchen)
{
    const Protocol protocol = kitchen.options.protocol;
    Reply reply;
    switch (call.task) {
    case Task::Models:
        reply.body = listOf(kitchen);
        return reply;
    case Task::Model:
        return oneModel(call, kitchen);
    case Task::Running:
        reply.body = provider::ollama::processesAnswer();
        return reply;
    case Task::Version:
        reply.body = provider::ollama::versionAnswer();
        return reply;
    case Task::Health:
        reply.body = R"({"status":"ok"})";
        return reply;
    case Task::WrongMethod:
        reply = errorOf(protocol, 405, "Not allowed with this method.");
        reply.allow = call.allowed;
        return reply;
    default:
        return errorOf(protocol, 404, "Not found.");
    }
}

} // namespace meridian::simulate
