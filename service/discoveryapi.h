// SPDX-License-Identifier: MIT
// /meridian/discovery: looks for engines, and proposes a configuration with them.
#pragma once

#include "core/base/result.h"
#include "core/discovery/discovery.h"
#include "core/event/loop.h"
#include "service/adminsection.h"

#include <functional>
#include <string>
#include <string_view>

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// Main thread, while Qt's event loop runs: a search goes on between the calls.
class DiscoveryApi final : public AdminSection
{
public:
    /// The text of the configuration in force as it may be shown, its secrets masked.
    using Text = std::function<Result<std::string>(const admin::Principal &who)>;

    /// `service` outlives the section.
    DiscoveryApi(admin::AdminService &service, Text textInForce);

    [[nodiscard]] std::string_view methodsOf(std::string_view path) const override;
    [[nodiscard]] AdminResponse answer(const AdminRequest &request) override;

private:
    [[nodiscard]] AdminResponse search(const AdminRequest &request);
    [[nodiscard]] AdminResponse findings(const AdminRequest &request, int status) const;
    [[nodiscard]] AdminResponse propose(const AdminRequest &request) const;

    admin::AdminService &m_service;
    const Text m_textInForce;
    event::Loop m_loop;
    discovery::Discovery m_discovery;
};

} // namespace meridian::service
