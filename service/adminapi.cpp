// SPDX-License-Identifier: MIT
// The HTTP face of AdminService: which path asks which question.
#include "service/adminapi.h"

#include "core/admin/adminservice.h"
#include "core/observe/prometheus.h"
#include "core/observe/recentrequests.h"
#include "service/adminanswers.h"
#include "service/adminjson.h"

#include <algorithm>
#include <charconv>

namespace meridian::service {

namespace {

using admin::AdminService;

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

} // namespace

const AdminApi::Route AdminApi::Routes[] = {
    {"/meridian/status", &AdminApi::status},
    {"/meridian/requests", &AdminApi::requests},
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
}

AdminResponse AdminApi::answer(const AdminRequest &request)
{
    const Route route = find(request.path);
    if (route.handler == nullptr) {
        return errorAnswer(404,
                           "Unknown request URL: " + std::string(request.method) + " " +
                               std::string(request.path),
                           "unknown_path");
    }
    if (!isAllowed(request.method, route.allow)) {
        return notAllowed(request.method, route.allow);
    }
    AdminResponse response = (this->*route.handler)(request);
    const bool hasCaching =
        std::any_of(response.headers.begin(), response.headers.end(),
                    [](const auto &header) { return header.first == "Cache-Control"; });
    if (!hasCaching) {
        response.headers.emplace_back("Cache-Control", "no-store");
    }
    return response;
}

AdminApi::Route AdminApi::find(std::string_view path) const
{
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
        return {path, &AdminApi::backends, m_operations.methodsOf(path)};
    }
    return {path, m_webUi.contains(path) ? &AdminApi::webUi : nullptr};
}

AdminResponse AdminApi::status(const AdminRequest & /*request*/)
{
    return jsonAnswer(toJson(m_service.status()));
}

AdminResponse AdminApi::requests(const AdminRequest &request)
{
    const auto names = [this](std::uint32_t generation) {
        return m_service.backendNames(generation);
    };
    if (const auto id = parameter(request.query, "id")) {
        auto all = m_service.requests(observe::RecentRequests::Capacity);
        std::erase_if(all, [&](const auto &record) { return record.requestId.view() != *id; });
        if (all.empty()) {
            return errorAnswer(404,
                               "No request '" + std::string(id->substr(0, 64)) +
                                   "' among the recent ones; the request log may have it",
                               "request_not_found");
        }
        return jsonAnswer(toJson(all, names));
    }
    std::size_t limit = AdminService::DefaultRequests;
    if (const auto given = parameter(request.query, "limit")) {
        const char *end = given->data() + given->size();
        const auto parsed = std::from_chars(given->data(), end, limit);
        if (parsed.ec != std::errc() || parsed.ptr != end || limit == 0) {
            return errorAnswer(400,
                               "limit must be a whole number from 1 to " +
                                   std::to_string(observe::RecentRequests::Capacity),
                               "invalid_limit");
        }
    }
    return jsonAnswer(toJson(m_service.requests(limit), names));
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

AdminResponse AdminApi::metrics(const AdminRequest & /*request*/)
{
    return {200, std::string(observe::PrometheusText::ContentType), m_service.metricsPage(), {}};
}

AdminResponse AdminApi::health(const AdminRequest & /*request*/)
{
    return {200, "text/plain; charset=utf-8", "OK", {}};
}

AdminResponse AdminApi::readiness(const AdminRequest & /*request*/)
{
    const AdminService::Readiness readiness = m_service.readiness();
    return jsonAnswer(toJson(readiness), readiness.ready ? 200 : 503);
}

AdminResponse AdminApi::models(const AdminRequest &request)
{
    return m_models.answer(request);
}

AdminResponse AdminApi::reload(const AdminRequest & /*request*/)
{
    return m_operations.reload();
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
