// SPDX-License-Identifier: MIT
// The control plane's answers as JSON: field names and order are a contract with Meridian's
// clients. What this gateway adds stands after what they know.
#pragma once

#include "core/admin/adminservice.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::service {

[[nodiscard]] std::string toJson(const admin::AdminService::Status &status);
[[nodiscard]] std::string toJson(const admin::AdminService::Version &version);
[[nodiscard]] std::string toJson(const admin::AdminService::Readiness &readiness);
[[nodiscard]] std::string toJson(const admin::AdminService::Model &model);
[[nodiscard]] std::string toJson(const std::vector<admin::AdminService::Model> &models);
[[nodiscard]] std::string toJson(const admin::BackendStatus &backend);
/// `{"backends":[…]}`
[[nodiscard]] std::string toJson(const std::vector<admin::BackendStatus> &backends);
/// An error with all problems when the reload was refused.
[[nodiscard]] std::string toJson(const admin::ReloadOutcome &outcome);

/// The backends of a configuration in order; empty when nobody remembers.
using BackendNames = std::function<std::vector<std::string>(std::uint32_t generation)>;

/// With the numbers to go on from. Asks `names` once per generation.
[[nodiscard]] std::string toJson(const observe::RecentRequests::Page &page,
                                 const BackendNames &names);
/// Asks `names` once per generation.
[[nodiscard]] std::string toJson(const std::vector<model::RequestRecord> &requests,
                                 const BackendNames &names);

/// `{"error":{"message":…,"type":…,"code":…}}`
[[nodiscard]] std::string
errorJson(std::string_view message, std::string_view type, std::string_view code);

} // namespace meridian::service
