// SPDX-License-Identifier: MIT
// The HTTP face of AdminService: which path asks which question.
#pragma once

#include "service/adminoperations.h"
#include "service/adminresponse.h"
#include "service/adminsection.h"
#include "service/modelanswers.h"
#include "service/pagetoken.h"
#include "service/sessionapi.h"
#include "service/webui.h"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// Answers synchronously, main thread only. Routes, methods and HEAD are decided here and not by
/// QHttpServer's router, which knows no 405, sends a body to HEAD, and has no ids with slashes.
class AdminApi
{
public:
    using ConfigPlaceOf = std::function<ConfigPlace(const admin::Principal &who)>;

    /// `service` outlives the API.
    explicit AdminApi(admin::AdminService &service);

    [[nodiscard]] AdminResponse answer(const AdminRequest &request);

    /// What GET /meridian/session tells of the configuration; without it there is none.
    void setConfigPlace(ConfigPlaceOf place) { m_configPlace = std::move(place); }

    /// Paths that none of the others has; in order, the first that knows a path answers.
    void add(std::unique_ptr<AdminSection> section);

private:
    using Handler = AdminResponse (AdminApi::*)(const AdminRequest &);

    struct Route
    {
        std::string_view path;
        Handler handler = nullptr;
        std::string_view allow = "GET, HEAD"; // as the header of that name says it
        AdminSection *section = nullptr;      // instead of a handler
    };

    static const Route Routes[];

    /// Why this caller may not do this; nothing when it may.
    [[nodiscard]] std::optional<AdminResponse> refusal(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse dispatch(const AdminRequest &request);
    [[nodiscard]] Route find(const AdminRequest &request) const;

    [[nodiscard]] AdminResponse status(const AdminRequest &request);
    [[nodiscard]] AdminResponse requests(const AdminRequest &request);
    [[nodiscard]] AdminResponse requestsTable(const AdminRequest &request);
    [[nodiscard]] AdminResponse session(const AdminRequest &request);
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
    const PageToken m_pageToken;
    ConfigPlaceOf m_configPlace;
    std::vector<std::unique_ptr<AdminSection>> m_sections;
};

} // namespace meridian::service
