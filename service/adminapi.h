// SPDX-License-Identifier: MIT
// The HTTP face of AdminService: which path asks which question.
#pragma once

#include "service/adminresponse.h"
#include "service/webui.h"

#include <string_view>

class QHttpServer;

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// Answers synchronously, main thread only. Routes, methods and HEAD are decided here and not by
/// QHttpServer's router, which knows no 405, sends a body to HEAD, and has no ids with slashes.
class AdminApi
{
public:
    /// `service` outlives the API.
    explicit AdminApi(const admin::AdminService &service);

    /// Makes `server` pass every request to answer(). The server must not outlive the API.
    void attach(QHttpServer &server);

    [[nodiscard]] AdminResponse answer(const AdminRequest &request) const;

private:
    using Handler = AdminResponse (AdminApi::*)(const AdminRequest &) const;

    struct Route
    {
        std::string_view path;
        Handler handler;
    };

    static const Route Routes[];

    [[nodiscard]] Handler find(std::string_view path) const;

    [[nodiscard]] AdminResponse status(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse requests(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse start(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse version(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse metrics(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse health(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse readiness(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse models(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse model(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse webUi(const AdminRequest &request) const;

    const admin::AdminService &m_service;
    WebUi m_webUi;
};

} // namespace meridian::service
