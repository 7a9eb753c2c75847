// SPDX-License-Identifier: MIT
// The immutable configuration an exchange runs under, from its admission to its end.
#pragma once

#include "core/model/settings.h"
#include "core/net/socketaddress.h"
#include "core/upstream/backend.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace meridian::upstream {

/// Built on the main thread, published to each worker, pinned by each exchange.
struct Snapshot
{
    model::Settings settings;
    std::vector<std::shared_ptr<Backend>> backends; // in configuration order
    std::vector<net::Network> adminAllow;
};

} // namespace meridian::upstream
