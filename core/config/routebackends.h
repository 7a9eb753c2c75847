// SPDX-License-Identifier: MIT
// How a route comes to have its own backends, with weights and models of their own.
#pragma once

#include "core/model/backendsettings.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace meridian::config {

/// A backend under a route, and what the route says of it.
struct RouteTarget
{
    std::size_t backend = 0; // its place in the list
    std::optional<int> weight;
    std::optional<std::string> model; // asked of the backend, whatever the client asks for
    bool servesAnyModel = false;      // under the route; with `model` always
    int priority = 0;
};

/// Puts a backend under the route at `path`. When what the route says differs from the backend's
/// own, a copy named `<name>#<n>` that serves nothing but routes is put under it instead; equal
/// copies are shared. Positions of backends already there do not change. Twice is once.
void putUnderRoute(std::vector<model::BackendSettings> &backends,
                   const std::string &path,
                   const RouteTarget &target);

/// `<name>#<n>`, n from 2 on, that no backend has.
[[nodiscard]] std::string freeName(const std::vector<model::BackendSettings> &backends,
                                   const std::string &name);

} // namespace meridian::config
