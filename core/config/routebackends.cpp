// SPDX-License-Identifier: MIT
#include "core/config/routebackends.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;

// The same but for the names and the routes.
bool isAlike(const BackendSettings &left, BackendSettings right)
{
    right.name = left.name;
    right.routes = left.routes;
    right.isRouteOnly = left.isRouteOnly;
    return left == right;
}

void add(BackendSettings &backend, const std::string &path)
{
    if (std::find(backend.routes.begin(), backend.routes.end(), path) == backend.routes.end()) {
        backend.routes.push_back(path);
    }
}

} // namespace

std::string freeName(const std::vector<BackendSettings> &backends, const std::string &name)
{
    for (std::size_t n = 2;; ++n) {
        std::string free = name + '#' + std::to_string(n);
        const auto isIt = [&free](const BackendSettings &backend) { return backend.name == free; };
        if (std::none_of(backends.begin(), backends.end(), isIt)) {
            return free;
        }
    }
}

void putUnderRoute(std::vector<BackendSettings> &backends,
                   const std::string &path,
                   const RouteTarget &target)
{
    BackendSettings wanted = backends[target.backend];
    const std::string name = wanted.name;
    wanted.weight = target.weight.value_or(wanted.weight);
    wanted.priority = target.priority;
    if (target.model) {
        wanted.upstreamModel = *target.model;
    }
    if (target.model || target.servesAnyModel) {
        wanted.model.clear();
    }
    if (isAlike(backends[target.backend], wanted)) {
        add(backends[target.backend], path);
        return;
    }
    for (BackendSettings &backend : backends) {
        if (backend.isRouteOnly && backend.name.starts_with(name + '#') &&
            isAlike(backend, wanted)) {
            add(backend, path);
            return;
        }
    }
    wanted.name = freeName(backends, name);
    wanted.routes = {path};
    wanted.isRouteOnly = true;
    backends.push_back(std::move(wanted));
}

} // namespace meridian::config
