// SPDX-License-Identifier: MIT
#include "service/adminoperations.h"

#include "core/admin/adminservice.h"
#include "service/adminanswers.h"
#include "service/adminjson.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <array>
#include <cmath>

namespace meridian::service {

namespace {

using admin::BackendAction;
using Kind = admin::BackendAction::Kind;

constexpr std::string_view ListPath = "/meridian/backends";
constexpr std::string_view Prefix = "/meridian/backends/";
constexpr std::size_t MaxNamesTold = 20;
constexpr std::size_t MaxNameEchoed = 128;

struct ActionName
{
    std::string_view word;
    Kind kind;
    std::string_view allow;
};

constexpr std::array Actions{
    ActionName{"drain", Kind::Drain, "POST"},
    ActionName{"enable", Kind::Enable, "POST"},
    ActionName{"probe", Kind::ProbeNow, "POST"},
    ActionName{"weight", Kind::SetWeight, "POST, PUT"},
};

struct Target
{
    std::string_view name;
    const ActionName *action = nullptr; // null: none of them
};

/// `below` is what follows Prefix.
Target targetOf(std::string_view below)
{
    const auto slash = below.rfind('/');
    if (slash == std::string_view::npos || slash == 0) {
        return {below};
    }
    for (const ActionName &action : Actions) {
        if (below.substr(slash + 1) == action.word) {
            return {below.substr(0, slash), &action};
        }
    }
    return {below};
}

/// The order in `{"weight": n}` or `{"weight": null}`; nothing when it is not well-formed.
std::optional<BackendAction> weightOrder(std::string_view body)
{
    const QJsonDocument document = QJsonDocument::fromJson(
        QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size())));
    const QJsonValue weight = document.object().value(QLatin1String("weight"));
    if (weight.isNull()) {
        return BackendAction{Kind::ResetWeight};
    }
    const double value = weight.toDouble(-1);
    if (!weight.isDouble() || value < 0 || value > admin::MaxWeight || std::floor(value) != value) {
        return std::nullopt;
    }
    return BackendAction{Kind::SetWeight, static_cast<int>(value)};
}

} // namespace

AdminOperations::AdminOperations(admin::AdminService &service)
    : m_service(service)
{
}

AdminResponse AdminOperations::reload(const AdminRequest &request)
{
    const admin::ReloadOutcome outcome = m_service.reload(request.principal);
    return jsonAnswer(toJson(outcome), outcome.isApplied() ? 200 : 400);
}

AdminResponse AdminOperations::explain(const AdminRequest &request)
{
    if (request.body.empty()) {
        return errorAnswer(400, "Cannot explain: send the body of a chat completion",
                           "invalid_body");
    }
    auto explanation = m_service.explain(request.principal, request.body, request.session);
    if (!explanation) {
        return errorAnswer(400, "Cannot explain: " + explanation.error().detail, "invalid_body");
    }
    return jsonAnswer(std::move(*explanation));
}

bool AdminOperations::isBackendPath(std::string_view path)
{
    return path.starts_with(Prefix) && path.size() > Prefix.size();
}

std::string_view AdminOperations::methodsOf(const AdminRequest &request) const
{
    const std::string_view below = request.path.substr(Prefix.size());
    const Target target = targetOf(below);
    if (target.action == nullptr) {
        return "GET, HEAD";
    }
    if (find(request.principal, below)) { // a backend whose name ends like an action
        return target.action->kind == Kind::SetWeight ? "GET, HEAD, POST, PUT" : "GET, HEAD, POST";
    }
    return target.action->allow;
}

AdminResponse AdminOperations::backends(const AdminRequest &request)
{
    if (request.path == ListPath) {
        return jsonAnswer(toJson(m_service.status(request.principal).backends));
    }
    const std::string_view below = request.path.substr(Prefix.size());
    if (request.method == "GET" || request.method == "HEAD") {
        const auto backend = find(request.principal, below);
        return backend ? jsonAnswer(toJson(*backend)) : unknownBackend(request.principal, below);
    }
    const Target target = targetOf(below);
    return act(request, target.name, target.action->word);
}

AdminResponse
AdminOperations::act(const AdminRequest &request, std::string_view name, std::string_view word)
{
    const auto *const action =
        std::find_if(Actions.begin(), Actions.end(),
                     [&](const ActionName &candidate) { return candidate.word == word; });
    if (!find(request.principal, name)) {
        return unknownBackend(request.principal, name);
    }
    std::optional<BackendAction> order = BackendAction{action->kind};
    if (action->kind == Kind::SetWeight) {
        order = weightOrder(request.body);
    }
    if (!order) {
        return errorAnswer(400,
                           "The body must be {\"weight\": n} with a whole number from 0 to " +
                               std::to_string(admin::MaxWeight) +
                               ", or {\"weight\": null} for the configured weight",
                           "invalid_weight");
    }
    const auto after = m_service.act(request.principal, name, *order);
    return after ? jsonAnswer(toJson(*after)) : unknownBackend(request.principal, name);
}

std::optional<admin::BackendStatus> AdminOperations::find(const admin::Principal &who,
                                                          std::string_view name) const
{
    for (admin::BackendStatus &backend : m_service.status(who).backends) {
        if (backend.name == name) {
            return std::move(backend);
        }
    }
    return std::nullopt;
}

AdminResponse AdminOperations::unknownBackend(const admin::Principal &who,
                                              std::string_view name) const
{
    std::string message =
        "Unknown backend '" + std::string(name.substr(0, MaxNameEchoed)) + "'; known: ";
    const auto all = m_service.status(who).backends;
    for (std::size_t i = 0; i < std::min(all.size(), MaxNamesTold); ++i) {
        message += (i > 0 ? ", " : "") + all[i].name;
    }
    if (all.size() > MaxNamesTold) {
        message += " and " + std::to_string(all.size() - MaxNamesTold) + " more";
    }
    return errorAnswer(404, message, "backend_not_found");
}

} // namespace meridian::service
