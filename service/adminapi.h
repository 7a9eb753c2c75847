// SPDX-License-Identifier: MIT
// The HTTP face of AdminService: which path asks which question.
#pragma once

#include "service/adminoperations.h"
#include "service/adminresponse.h"
#include "service/modelanswers.h"
#include "service/webui.h"

#include <string_view>

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
    explicit AdminApi(admin::AdminService &service);

    [[nodiscard]] AdminResponse answer(const AdminRequest &request);

private:
    using Handler = AdminResponse (AdminApi::*)(const AdminRequest &);

    struct Route
    {
        std::string_view path;
        Handler handler = nullptr;
        std::string_view allow = "GET, HEAD"; // as the header of that name says it
    };

    static const Route Routes[];

    [[nodiscard]] Route find(std::string_view path) const;

    [[nodiscard]] AdminResponse status(const AdminRequest &request);
    [[nodiscard]] AdminResponse requests(const AdminRequest &request);
    [[nodiscard]] AdminResponse start(const AdminRequest &request);
    [[nodiscard]] AdminResponse version(const AdminRequest &request);
    [[nodiscard]] AdminResponse metrics(const AdminRequest &request);
    [[nodiscard]] AdminResponse health(const AdminRequest &request);
    [[nodiscard]] AdminResponse readiness(const AdminRequest &request);
    [[nodiscard]] AdminResponse models(const AdminRequest &request);
    [[nodiscard]] AdminResponse reload(const AdminRequest &request);
    [[nodiscard]] AdminResponse explain(const AdminRequest &request);
    [[nodiscard]] AdminResponse backends(const AdminRequest &request);
    [[nodiscard]] AdminResponse webUi(const AdminRequest &request);

    admin::AdminService &m_service;
    AdminOperations m_operations;
    ModelAnswers m_models;
    WebUi m_webUi;
};

} // namespace meridian::service
