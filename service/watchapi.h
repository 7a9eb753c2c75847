// SPDX-License-Identifier: MIT
// What has been going on: /meridian/history and /meridian/events.
#pragma once

#include "service/adminsection.h"

#include <string_view>

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// Main thread. The event stream is not here: a worker tells it itself (proxy::FeedExchange).
class WatchApi final : public AdminSection
{
public:
    /// `service` outlives this.
    explicit WatchApi(admin::AdminService &service) noexcept
        : m_service(service)
    {
    }

    [[nodiscard]] std::string_view methodsOf(std::string_view path) const override;
    [[nodiscard]] AdminResponse answer(const AdminRequest &request) override;

private:
    [[nodiscard]] AdminResponse history(const AdminRequest &request) const;
    [[nodiscard]] AdminResponse events(const AdminRequest &request) const;

    admin::AdminService &m_service;
};

} // namespace meridian::service
