// SPDX-License-Identifier: MIT
// The HTTP face of AdminService: which path asks which question.
#include "service/adminapi.h"

#include "core/admin/adminservice.h"
#include "core/observe/prometheus.h"
#include "core/observe/recentrequests.h"
#include "service/adminanswers.h"
#include "service/adminjson.h"
#include "service/requestscsv.h"
#include "service/watchapi.h"

#include <algorithm>

namespace meridian::service {

namespace {

using admin::AdminService;

constexpr std::string_view Prefix = "/meridian/";
constexpr int Forbidden = 403;

/// `allow` is a list as in the header: "GET, HEAD".
bool isAllowed(std::string_view method, std::string_view allow)
{
    for (std::size_t start = 0; start < allow.size();) {
        const std::size_t end = std::min(allow.find(", ", start), allow.size());
        if (allow.substr(start, end - start) == method) {
            return true;
        }
        start = end + 2;
    }
    return false;
}

AdminResponse notAllowed(std::string_view method, std::string_view allow)
{
    AdminResponse refused = errorAnswer(
        405, "Method " + std::string(method) + " is not allowed here; use " + std::string(allow),
        "method_not_allowed");
    refused.headers.emplace_back("Allow", allow);
    return refused;
}

/// Nothing when it is none.
std::optional<std::size_t> limitOf(const AdminRequest &request, std::size_t fallback)
{
    const auto limit = numberParameter(request.query, "limit", fallback);
    if (!limit || *limit == 0) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(*limit, observe::RecentRequests::Capacity));
}

AdminResponse invalidLimit()
{
    return errorAnswer(400,
                       "limit must be a whole number from 1 to " +
                           std::to_string(observe::RecentRequests::Capacity),
                       "invalid_limit");
}

} // namespace

const AdminApi::Route AdminApi::Routes[] = {
    {"/meridian/status", &AdminApi::status},
    {"/meridian/requests", &AdminApi::requests},
    {"/meridian/requests.csv", &AdminApi::requestsTable},
    {"/meridian/session", &AdminApi::session},
    {"/meridian/version", &AdminApi::version},
    {"/meridian/backends", &AdminApi::backends},
    {"/meridian/reload", &AdminApi::reload, "POST"},
    {"/meridian/explain", &AdminApi::explain, "POST"},
    {"/metrics", &AdminApi::metrics},
    {"/healthz", &AdminApi::health},
    {"/readyz", &AdminApi::readiness},
    {"/", &AdminApi::start},
};

AdminApi::AdminApi(AdminService &service)
    : m_service(service)
    , m_operations(service)
    , m_models(service)
{
    m_sections.push_back(std::make_unique<WatchApi>(service));
}

AdminResponse AdminApi::answer(const AdminRequest &request)
{
    constexpr std::string_view Versioned = "/meridian/v1/";
    if (!request.path.starts_with(Versioned)) {
        return dispatch(request);
    }
    const std::string path = std::string(Prefix).append(request.path.substr(Versioned.size()));
    AdminRequest plain = request;
    plain.path = path;
    return dispatch(plain);
}

std::optional<AdminResponse> AdminApi::refusal(const AdminRequest &request) const
{
    const bool isGuarded = request.path.starts_with(Prefix) || request.path == "/metrics";
    if (isGuarded && !request.principal.mayOperate()) {
        return errorAnswer(Forbidden, "The control plane is not reachable from this address",
                           "forbidden");
    }
    const bool isRead = request.method == "GET" || request.method == "HEAD";
    if (isGuarded && !isRead && request.isBrowser &&
        request.principal.kind != admin::Principal::Kind::Token &&
        !m_pageToken.matches(request.pageToken)) {
        return errorAnswer(Forbidden,
                           "A page that changes something sends x-meridian-page-token with what "
                           "GET /meridian/session told it; load the page again",
                           "page_token_required");
    }
    return std::nullopt;
}

AdminResponse AdminApi::dispatch(const AdminRequest &request)
{
    if (auto refused = refusal(request)) {
        return std::move(*refused);
    }
    const Route route = find(request);
    if (route.handler == nullptr && route.section == nullptr) {
        return errorAnswer(404,
                           "Unknown request URL: " + std::string(request.method) + " " +
                               std::string(request.path),
                           "unknown_path");
    }
    if (!isAllowed(request.method, route.allow)) {
        return notAllowed(request.method, route.allow);
    }
    AdminResponse response =
        route.section != nullptr ? route.section->answer(request) : (this->*route.handler)(request);
    const bool hasCaching =
        std::any_of(response.headers.begin(), response.headers.end(),
                    [](const auto &header) { return header.first == "Cache-Control"; });
    if (!hasCaching) {
        response.headers.emplace_back("Cache-Control", "no-store");
    }
    return response;
}

void AdminApi::add(std::unique_ptr<AdminSection> section)
{
    m_sections.push_back(std::move(section));
}

AdminApi::Route AdminApi::find(const AdminRequest &request) const
{
    const std::string_view path = request.path;
    const auto *route =
        std::find_if(std::begin(Routes), std::end(Routes),
                     [&](const Route &candidate) { return candidate.path == path; });
    if (route != std::end(Routes)) {
        return *route;
    }
    if (const std::string_view methods = ModelAnswers::methodsOf(path); !methods.empty()) {
        return {path, &AdminApi::models, methods};
    }
    if (AdminOperations::isBackendPath(path)) {
        return {path, &AdminApi::backends, m_operations.methodsOf(request)};
    }
    for (const auto &section : m_sections) {
        if (const std::string_view methods = section->methodsOf(path); !methods.empty()) {
            return {path, nullptr, methods, section.get()};
        }
    }
    return {path, m_webUi.contains(path) ? &AdminApi::webUi : nullptr};
}

AdminResponse AdminApi::status(const AdminRequest &request)
{
    return jsonAnswer(toJson(m_service.status(request.principal)));
}

AdminResponse AdminApi::requests(const AdminRequest &request)
{
    const auto names = [&](std::uint32_t generation) {
        return m_service.backendNames(request.principal, generation);
    };
    if (const auto id = parameter(request.query, "id")) {
        auto all = m_service.requests(request.principal, observe::RecentRequests::Capacity);
        std::erase_if(all, [&](const auto &record) { return record.requestId.view() != *id; });
        if (all.empty()) {
            return errorAnswer(404,
                               "No request '" + std::string(id->substr(0, 64)) +
                                   "' among the recent ones; the request log may have it",
                               "request_not_found");
        }
        return jsonAnswer(toJson(all, names));
    }
    const auto given = parameter(request.query, "after");
    const auto limit =
        limitOf(request, given ? observe::RecentRequests::Capacity : AdminService::DefaultRequests);
    if (!limit) {
        return invalidLimit();
    }
    const auto after = numberParameter(request.query, "after", 0);
    if (!after) {
        return errorAnswer(400, "after must be the seq of a request", "invalid_after");
    }
    auto page = m_service.requestsAfter(request.principal, *after, *limit);
    page.missed = given ? page.missed : 0; // nobody asked for more
    return jsonAnswer(toJson(page, names));
}

AdminResponse AdminApi::requestsTable(const AdminRequest &request)
{
    const auto limit = limitOf(request, observe::RecentRequests::Capacity);
    if (!limit) {
        return invalidLimit();
    }
    return {200,
            "text/csv; charset=utf-8; header=present",
            requestsCsv(m_service.requests(request.principal, *limit)),
            {{"Content-Disposition", "attachment; filename=\"meridian-requests.csv\""}}};
}

AdminResponse AdminApi::session(const AdminRequest &request)
{
    return jsonAnswer(
        sessionJson(request.principal, m_pageToken.text(),
                    m_configPlace ? m_configPlace(request.principal) : ConfigPlace()));
}

/// For those who open the bare address, and for clients that look with HEAD whether anybody is
/// there.
AdminResponse AdminApi::start(const AdminRequest & /*request*/)
{
    return {307, "text/plain; charset=utf-8", {}, {{"Location", "ui"}}};
}

AdminResponse AdminApi::version(const AdminRequest & /*request*/)
{
    return jsonAnswer(toJson(AdminService::version()));
}

AdminResponse AdminApi::metrics(const AdminRequest &request)
{
    return {200,
            std::string(observe::PrometheusText::ContentType),
            m_service.metricsPage(request.principal),
            {}};
}

AdminResponse AdminApi::health(const AdminRequest & /*request*/)
{
    return {200, "text/plain; charset=utf-8", "OK", {}};
}

AdminResponse AdminApi::readiness(const AdminRequest &request)
{
    const AdminService::Readiness readiness = m_service.readiness(request.principal);
    return jsonAnswer(toJson(readiness), readiness.ready ? 200 : 503);
}

AdminResponse AdminApi::models(const AdminRequest &request)
{
    return m_models.answer(request);
}

AdminResponse AdminApi::reload(const AdminRequest &request)
{
    return m_operations.reload(request);
}

AdminResponse AdminApi::explain(const AdminRequest &request)
{
    return m_operations.explain(request);
}

AdminResponse AdminApi::backends(const AdminRequest &request)
{
    return m_operations.backends(request);
}

AdminResponse AdminApi::webUi(const AdminRequest &request)
{
    return m_webUi.get(request);
}

} // namespace meridian::service
