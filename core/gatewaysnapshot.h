// SPDX-License-Identifier: MIT
// Turns settings into a snapshot, over what an earlier snapshot knows.
#pragma once

#include "core/base/result.h"
#include "core/upstream/snapshot.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace meridian {

/// Null where a fixed key, or none, is configured.
using CredentialsFor = std::function<Result<std::shared_ptr<provider::CredentialSource>>(
    const model::BackendSettings &)>;

/// A backend whose settings are as before is the same object; one that is still the same server
/// (name and url) keeps its state: health, load, latency, breakers, addresses, what an operator
/// said. `previous` may be null. The shared parts (admission, sessions, canary) are the caller's.
/// Reads certificate files.
[[nodiscard]] Result<std::shared_ptr<upstream::Snapshot>>
buildSnapshot(const model::Settings &settings,
              const upstream::Snapshot *previous,
              const CredentialsFor &credentialsFor);

/// What differs, a line each, for a person; never a secret.
[[nodiscard]] std::vector<std::string> describeChanges(const model::Settings &before,
                                                       const model::Settings &after);

/// Changed keys that a running gateway cannot apply: its listener and its threads.
[[nodiscard]] std::vector<std::string> needRestart(const model::Settings &before,
                                                   const model::Settings &after);

} // namespace meridian
