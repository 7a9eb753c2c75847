// SPDX-License-Identifier: MIT
#include "service/adminhttp.h"

#include "core/proxy/controlexchange.h"
#include "service/adminapi.h"

#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>

#include <algorithm>
#include <string_view>

namespace meridian::service {

namespace {

using proxy::ControlExchange;

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

/// As a worker wrote it: kind and address. Whatever else it may be is nobody in particular.
admin::Principal principalOf(std::string_view text)
{
    using Kind = admin::Principal::Kind;
    const std::size_t space = std::min(text.find(' '), text.size());
    for (const Kind kind : {Kind::Local, Kind::Network, Kind::Token}) {
        if (text.substr(0, space) == kindName(kind)) {
            return {kind, std::string(text.substr(std::min(space + 1, text.size())))};
        }
    }
    return {Kind::Anyone, {}};
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

void attachAdminApi(QHttpServer &server, AdminApi &api)
{
    server.setMissingHandler(
        [&api](const QHttpServerRequest &request, QHttpServerResponder &&responder) {
            const QUrl url = request.url();
            const QByteArray path = url.path(QUrl::FullyDecoded).toUtf8();
            const QByteArray query = url.query(QUrl::FullyEncoded).toUtf8();
            const QByteArray ifNoneMatch = request.value("If-None-Match");
            const QByteArray session = request.value("X-Meridian-Session");
            const QByteArray body = request.body();
            const QByteArray acceptEncoding = request.value("Accept-Encoding");
            const std::string_view method = methodName(request.method());
            AdminRequest asked{method,
                               view(path),
                               view(query),
                               view(ifNoneMatch),
                               view(body),
                               view(session),
                               !request.value("Anthropic-Version").isEmpty()};
            asked.acceptEncoding = view(acceptEncoding);
            const QByteArray principal = request.value(bytes(ControlExchange::PrincipalHeader));
            const QByteArray pageToken = request.value("X-Meridian-Page-Token");
            asked.principal = principalOf(view(principal));
            asked.isBrowser = !request.value(bytes(ControlExchange::BrowserHeader)).isEmpty();
            asked.pageToken = view(pageToken);
            write(responder, api.answer(asked), method != "HEAD");
        });
}

} // namespace meridian::service
