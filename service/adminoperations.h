// SPDX-License-Identifier: MIT
// The control plane's orders and what belongs to them: reload, explain, backends and their actions.
#pragma once

#include "core/admin/backendstatus.h"
#include "service/adminresponse.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// Main thread only; synchronous. Whoever asks has been let in by the worker's AccessFilter.
///
/// Paths: /meridian/backends, /meridian/backends/{name}, /meridian/backends/{name}/{action}. A name
/// may hold slashes, and even end like an action; then GET means the backend and POST the action.
class AdminOperations
{
public:
    /// `service` outlives this.
    explicit AdminOperations(admin::AdminService &service);

    [[nodiscard]] AdminResponse reload(const AdminRequest &request);
    [[nodiscard]] AdminResponse explain(const AdminRequest &request);

    /// Below /meridian/backends/.
    [[nodiscard]] static bool isBackendPath(std::string_view path);
    /// For the header Allow.
    [[nodiscard]] std::string_view methodsOf(const AdminRequest &request) const;
    /// /meridian/backends and below; the method is one of methodsOf().
    [[nodiscard]] AdminResponse backends(const AdminRequest &request);

private:
    [[nodiscard]] std::optional<admin::BackendStatus> find(const admin::Principal &who,
                                                           std::string_view name) const;
    [[nodiscard]] AdminResponse unknownBackend(const admin::Principal &who,
                                               std::string_view name) const;
    [[nodiscard]] AdminResponse
    act(const AdminRequest &request, std::string_view name, std::string_view action);

    admin::AdminService &m_service;
};

} // namespace meridian::service
