// SPDX-License-Identifier: MIT
// /meridian/config and what is below it: the configuration, looked at and changed over HTTP.
#pragma once

#include "service/adminsection.h"
#include "service/configeditor.h"

#include <string_view>

namespace meridian::service {

/// Main thread; docs/admin-api.md says what each path takes and answers.
class ConfigApi final : public AdminSection
{
public:
    /// Both outlive the section.
    ConfigApi(admin::AdminService &service, ConfigEditor &editor);

    [[nodiscard]] std::string_view methodsOf(std::string_view path) const override;
    [[nodiscard]] AdminResponse answer(const AdminRequest &request) override;

private:
    [[nodiscard]] AdminResponse show(const AdminRequest &request);
    [[nodiscard]] AdminResponse edit(const AdminRequest &request);
    [[nodiscard]] AdminResponse validate(const AdminRequest &request);
    [[nodiscard]] AdminResponse compare(const AdminRequest &request);
    [[nodiscard]] AdminResponse put(const AdminRequest &request);
    [[nodiscard]] AdminResponse undo(const AdminRequest &request);
    [[nodiscard]] AdminResponse history();
    [[nodiscard]] AdminResponse version(std::string_view id);
    [[nodiscard]] static AdminResponse tell(const ConfigEditor::Written &written);

    admin::AdminService &m_service;
    ConfigEditor &m_editor;
};

} // namespace meridian::service
