// SPDX-License-Identifier: MIT
// The immutable configuration an exchange runs under, from its admission to its end.
#pragma once

#include "core/base/tokendigest.h"
#include "core/model/settings.h"
#include "core/net/socketaddress.h"
#include "core/upstream/admissionqueue.h"
#include "core/upstream/backend.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace meridian::routing {
class CanaryState;
class SessionStore;
} // namespace meridian::routing

namespace meridian::provider {
class ResponseStore;
} // namespace meridian::provider

namespace meridian::upstream {

/// Built on the main thread, published to each worker, pinned by each exchange. The shared parts
/// at its end outlive it: a reload hands them on.
struct Snapshot
{
    std::uint32_t generation = 0; // counts the configurations of this process
    model::Settings settings;
    std::vector<std::shared_ptr<Backend>> backends; // in configuration order
    std::vector<net::Network> adminAllow;
    std::optional<TokenDigest> adminToken; // of admin.token; unset: there is none

    std::shared_ptr<AdmissionQueue> admission;          // never null in a running gateway
    std::shared_ptr<routing::SessionStore> sessions;    // null: no session affinity
    std::shared_ptr<routing::CanaryState> canary;       // null: no canary
    std::shared_ptr<provider::ResponseStore> responses; // null in tests
    std::shared_ptr<const std::atomic<bool>> isPaused;  // null: cannot be
    bool hasRoutes = false;                             // some backend belongs to a path

    /// Does a request under `path` go only to the backends that list it?
    [[nodiscard]] bool isNamedPath(std::string_view path) const noexcept;
};

} // namespace meridian::upstream
