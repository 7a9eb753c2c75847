// SPDX-License-Identifier: MIT
#include "core/upstream/snapshot.h"

#include <algorithm>

namespace meridian::upstream {

bool Snapshot::isNamedPath(std::string_view path) const noexcept
{
    return hasRoutes && std::any_of(backends.begin(), backends.end(), [&](const auto &backend) {
               const auto &routes = backend->settings().routes;
               return std::find(routes.begin(), routes.end(), path) != routes.end();
           });
}

} // namespace meridian::upstream
