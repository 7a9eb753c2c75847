// SPDX-License-Identifier: MIT
// The HTTP face of AdminService: which path asks which question.
#include "service/adminapi.h"

#include "core/admin/adminservice.h"
#include "core/observe/prometheus.h"
#include "core/observe/recentrequests.h"
#include "service/adminjson.h"

#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>

#include <algorithm>
#include <charconv>
#include <optional>

namespace meridian::service {

namespace {

using admin::AdminService;

constexpr std::string_view ModelPrefix = "/v1/models/";
constexpr std::string_view InvalidRequest = "invalid_request_error";

AdminResponse json(std::string body, int status = 200)
{
    return {status, "application/json", std::move(body), {}};
}

AdminResponse error(int status, const std::string &message, std::string_view code)
{
    return json(errorJson(message, InvalidRequest, code), status);
}

/// The value of `name` in a query string; first one wins.
std::optional<std::string_view> parameter(std::string_view query, std::string_view name)
{
    for (std::size_t start = 0; start < query.size();) {
        const std::size_t end = std::min(query.find('&', start), query.size());
        const std::string_view pair = query.substr(start, end - start);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (pair.substr(0, equals) == name) {
            return pair.substr(std::min(equals + 1, pair.size()));
        }
        start = end + 1;
    }
    return std::nullopt;
}

std::string_view methodName(QHttpServerRequest::Method method)
{
    using Method = QHttpServerRequest::Method;
    switch (method) {
    case Method::Get:
        return "GET";
    case Method::Head:
        return "HEAD";
    case Method::Post:
        return "POST";
    case Method::Put:
        return "PUT";
    case Method::Delete:
        return "DELETE";
    case Method::Patch:
        return "PATCH";
    case Method::Options:
        return "OPTIONS";
    case Method::Connect:
        return "CONNECT";
    default:
        return "UNKNOWN";
    }
}

QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::string_view view(const QByteArray &text)
{
    return {text.constData(), static_cast<std::size_t>(text.size())};
}

/// Line by line, because the convenience overloads always send a body and its length together.
void write(QHttpServerResponder &responder, const AdminResponse &response, bool withBody)
{
    responder.writeStatusLine(static_cast<QHttpServerResponder::StatusCode>(response.status));
    for (const auto &[name, value] : response.headers) {
        responder.writeHeader(bytes(name), bytes(value));
    }
    constexpr int NotModified = 304; // RFC 9110 §15.4.5: no content, and no length of one
    if (response.status != NotModified) {
        responder.writeHeader("Content-Type", bytes(response.contentType));
        responder.writeHeader("Content-Length",
                              QByteArray::number(qulonglong(response.body.size())));
    }
    responder.writeBody(withBody ? bytes(response.body) : QByteArray(""));
}

} // namespace

const AdminApi::Route AdminApi::Routes[] = {
    {"/meridian/status", &AdminApi::status},   {"/meridian/requests", &AdminApi::requests},
    {"/meridian/version", &AdminApi::version}, {"/metrics", &AdminApi::metrics},
    {"/healthz", &AdminApi::health},           {"/readyz", &AdminApi::readiness},
    {"/v1/models", &AdminApi::models},         {"/", &AdminApi::start},
};

AdminApi::AdminApi(const AdminService &service)
    : m_service(service)
{
}

void AdminApi::attach(QHttpServer &server)
{
    server.setMissingHandler(
        [this](const QHttpServerRequest &request, QHttpServerResponder &&responder) {
            const QUrl url = request.url();
            const QByteArray path = url.path(QUrl::FullyDecoded).toUtf8();
            const QByteArray query = url.query(QUrl::FullyEncoded).toUtf8();
            const QByteArray ifNoneMatch = request.value("If-None-Match");
            const std::string_view method = methodName(request.method());
            write(responder, answer({method, view(path), view(query), view(ifNoneMatch)}),
                  method != "HEAD");
        });
}

AdminResponse AdminApi::answer(const AdminRequest &request) const
{
    const Handler handler = find(request.path);
    if (handler == nullptr) {
        return error(404,
                     "Unknown request URL: " + std::string(request.method) + " " +
                         std::string(request.path),
                     "unknown_path");
    }
    if (request.method != "GET" && request.method != "HEAD") {
        AdminResponse refused =
            error(405, "Method " + std::string(request.method) + " is not allowed here; use GET",
                  "method_not_allowed");
        refused.headers.emplace_back("Allow", "GET, HEAD");
        return refused;
    }
    AdminResponse response = (this->*handler)(request);
    const bool hasCaching =
        std::any_of(response.headers.begin(), response.headers.end(),
                    [](const auto &header) { return header.first == "Cache-Control"; });
    if (!hasCaching) {
        response.headers.emplace_back("Cache-Control", "no-store");
    }
    return response;
}

AdminApi::Handler AdminApi::find(std::string_view path) const
{
    const auto *route =
        std::find_if(std::begin(Routes), std::end(Routes),
                     [&](const Route &candidate) { return candidate.path == path; });
    if (route != std::end(Routes)) {
        return route->handler;
    }
    if (path.starts_with(ModelPrefix) && path.size() > ModelPrefix.size()) {
        return &AdminApi::model;
    }
    return m_webUi.contains(path) ? &AdminApi::webUi : nullptr;
}

AdminResponse AdminApi::status(const AdminRequest & /*request*/) const
{
    return json(toJson(m_service.status()));
}

AdminResponse AdminApi::requests(const AdminRequest &request) const
{
    std::size_t limit = AdminService::DefaultRequests;
    if (const auto given = parameter(request.query, "limit")) {
        const char *end = given->data() + given->size();
        const auto parsed = std::from_chars(given->data(), end, limit);
        if (parsed.ec != std::errc() || parsed.ptr != end || limit == 0) {
            return error(400,
                         "limit must be a whole number from 1 to " +
                             std::to_string(observe::RecentRequests::Capacity),
                         "invalid_limit");
        }
    }
    return json(toJson(m_service.requests(limit)));
}

/// For those who open the bare address, and for clients that look with HEAD whether anybody is
/// there.
AdminResponse AdminApi::start(const AdminRequest & /*request*/) const
{
    return {307, "text/plain; charset=utf-8", {}, {{"Location", "ui"}}};
}

AdminResponse AdminApi::version(const AdminRequest & /*request*/) const
{
    return json(toJson(AdminService::version()));
}

AdminResponse AdminApi::metrics(const AdminRequest & /*request*/) const
{
    return {200, std::string(observe::PrometheusText::ContentType), m_service.metricsPage(), {}};
}

AdminResponse AdminApi::health(const AdminRequest & /*request*/) const
{
    return {200, "text/plain; charset=utf-8", "OK", {}};
}

AdminResponse AdminApi::readiness(const AdminRequest & /*request*/) const
{
    const AdminService::Readiness readiness = m_service.readiness();
    return json(toJson(readiness), readiness.ready ? 200 : 503);
}

AdminResponse AdminApi::models(const AdminRequest & /*request*/) const
{
    return json(toJson(m_service.models()));
}

AdminResponse AdminApi::model(const AdminRequest &request) const
{
    const std::string_view id = request.path.substr(ModelPrefix.size());
    if (const auto model = m_service.model(id)) {
        return json(toJson(*model));
    }
    return error(404, "The model '" + std::string(id) + "' does not exist", "model_not_found");
}

AdminResponse AdminApi::webUi(const AdminRequest &request) const
{
    return m_webUi.get(request);
}

} // namespace meridian::service
