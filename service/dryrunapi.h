// SPDX-License-Identifier: MIT
// POST /meridian/config/dry-run: what an edited configuration would have done.
#pragma once

#include "core/config/configloader.h"
#include "service/adminsection.h"

#include <functional>
#include <string_view>

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// Main thread. Nothing of what it loads goes in force or outlives the call.
class DryRunApi final : public AdminSection
{
public:
    /// Reads a text as the file of the configuration in force would be read.
    using Load = std::function<config::LoadResult(std::string_view text)>;

    /// `service` outlives the section.
    DryRunApi(admin::AdminService &service, Load load);

    [[nodiscard]] std::string_view methodsOf(std::string_view path) const override;
    [[nodiscard]] AdminResponse answer(const AdminRequest &request) override;

private:
    admin::AdminService &m_service;
    const Load m_load;
};

} // namespace meridian::service
