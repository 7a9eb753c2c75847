// SPDX-License-Identifier: MIT
#include "service/modelanswers.h"

#include "core/admin/adminservice.h"
#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/modellists.h"
#include "core/provider/ollama/discovery.h"
#include "service/adminanswers.h"
#include "service/adminjson.h"

#include <algorithm>
#include <chrono>

namespace meridian::service {

namespace {

using admin::AdminService;
using provider::ListedModel;

constexpr std::string_view Models = "/v1/models";
constexpr std::string_view GeminiModels = "/v1beta/models";
constexpr int NotFound = 404;
constexpr int BadRequest = 400;

/// Behind `prefix` and a slash; empty: the list itself is asked for.
std::string_view idBehind(std::string_view path, std::string_view prefix) noexcept
{
    return path.size() > prefix.size() + 1 ? path.substr(prefix.size() + 1) : std::string_view();
}

bool isUnder(std::string_view path, std::string_view prefix) noexcept
{
    return path == prefix || (path.starts_with(prefix) && path.size() > prefix.size() + 1 &&
                              path[prefix.size()] == '/');
}

ListedModel listed(const AdminService::Model &model)
{
    ListedModel entry;
    entry.name = model.id;
    entry.provider = "meridian";
    return entry;
}

std::vector<ListedModel> listed(const std::vector<AdminService::Model> &models)
{
    std::vector<ListedModel> entries;
    for (const AdminService::Model &model : models) {
        entries.push_back(listed(model));
    }
    return entries;
}

std::int64_t secondsOf(AdminService::SystemTime time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::int64_t since(const std::vector<AdminService::Model> &models)
{
    return models.empty() ? 0 : secondsOf(models.front().created);
}

AdminResponse unknownModel(const provider::ClientCodec &codec, std::string_view id)
{
    provider::ApiError error;
    error.kind = provider::ErrorClass::NotFound;
    error.code = "model_not_found";
    error.message = "The model '" + std::string(id.substr(0, 256)) + "' does not exist";
    return jsonAnswer(codec.encodeError(error, NotFound, {}), NotFound);
}

} // namespace

std::string_view ModelAnswers::methodsOf(std::string_view path) noexcept
{
    if (path == "/api/show") {
        return "POST";
    }
    const bool isOurs = isUnder(path, Models) || isUnder(path, GeminiModels) ||
                        path == "/api/tags" || path == "/api/ps" || path == "/api/version";
    return isOurs ? "GET, HEAD" : "";
}

AdminResponse ModelAnswers::answer(const AdminRequest &request) const
{
    if (request.path.starts_with("/api/")) {
        return ollama(request);
    }
    if (request.path.starts_with(GeminiModels)) {
        return gemini(request);
    }
    return request.isAnthropic ? anthropic(request) : openAi(request);
}

AdminResponse ModelAnswers::openAi(const AdminRequest &request) const
{
    const std::string_view id = idBehind(request.path, Models);
    if (id.empty()) {
        return jsonAnswer(toJson(m_service.models(request.principal)));
    }
    if (const auto model = m_service.model(request.principal, id)) {
        return jsonAnswer(toJson(*model));
    }
    return errorAnswer(NotFound, "The model '" + std::string(id) + "' does not exist",
                       "model_not_found");
}

AdminResponse ModelAnswers::anthropic(const AdminRequest &request) const
{
    const std::string_view id = idBehind(request.path, Models);
    if (id.empty()) {
        const auto models = m_service.models(request.principal);
        return jsonAnswer(provider::anthropicModelList(listed(models), since(models)));
    }
    if (const auto model = m_service.model(request.principal, id)) {
        return jsonAnswer(provider::anthropicModel(listed(*model), secondsOf(model->created)));
    }
    return unknownModel(provider::anthropicClient(), id);
}

AdminResponse ModelAnswers::gemini(const AdminRequest &request) const
{
    const std::string_view id = idBehind(request.path, GeminiModels);
    if (id.empty()) {
        return jsonAnswer(provider::geminiModelList(listed(m_service.models(request.principal))));
    }
    if (const auto model = m_service.model(request.principal, id)) {
        return jsonAnswer(provider::geminiModel(listed(*model)));
    }
    return unknownModel(provider::geminiClient(), id);
}

AdminResponse ModelAnswers::ollama(const AdminRequest &request) const
{
    if (request.path == "/api/version") {
        return jsonAnswer(provider::ollama::versionAnswer());
    }
    if (request.path == "/api/ps") {
        return jsonAnswer(provider::ollama::processesAnswer());
    }
    if (request.path == "/api/tags") {
        const auto models = m_service.models(request.principal);
        return jsonAnswer(provider::ollama::tagsAnswer(listed(models), since(models)));
    }
    json::Checker checker;
    const auto body = checker.check(request.body);
    const auto asked = body ? provider::ollama::readShowRequest(*body)
                            : provider::badRequest({}, "invalid JSON body");
    if (!asked) {
        provider::ApiError error;
        error.kind = provider::ErrorClass::BadRequest;
        error.message = asked.error().message;
        return jsonAnswer(provider::ollamaChatClient().encodeError(error, BadRequest, {}),
                          BadRequest);
    }
    std::string_view name = *asked;
    auto model = m_service.model(request.principal, name);
    constexpr std::string_view Latest = ":latest"; // Ollama's clients add it to names without a tag
    if (!model && name.ends_with(Latest)) {
        model = m_service.model(request.principal, name.substr(0, name.size() - Latest.size()));
    }
    if (!model) {
        return unknownModel(provider::ollamaChatClient(), name);
    }
    return jsonAnswer(provider::ollama::showAnswer(listed(*model), secondsOf(model->created)));
}

} // namespace meridian::service
