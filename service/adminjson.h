// SPDX-License-Identifier: MIT
// The control plane's answers as JSON: field names and order are a contract with Meridian's
// clients.
#pragma once

#include "core/admin/adminservice.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::service {

[[nodiscard]] std::string toJson(const admin::AdminService::Status &status);
[[nodiscard]] std::string toJson(const admin::AdminService::Version &version);
[[nodiscard]] std::string toJson(const admin::AdminService::Readiness &readiness);
[[nodiscard]] std::string toJson(const admin::AdminService::Model &model);
[[nodiscard]] std::string toJson(const std::vector<admin::AdminService::Model> &models);
[[nodiscard]] std::string toJson(const std::vector<model::RequestRecord> &requests);

/// `{"error":{"message":…,"type":…,"code":…}}`
[[nodiscard]] std::string
errorJson(std::string_view message, std::string_view type, std::string_view code);

} // namespace meridian::service
