// SPDX-License-Identifier: MIT
// Melis' routes.yaml: paths, and the providers behind each.
#pragma once

#include "core/config/cursor.h"
#include "core/config/melisproviders.h"
#include "core/config/section.h"
#include "core/model/settings.h"

#include <optional>
#include <string>
#include <vector>

namespace meridian::config {

/// A provider that a route names.
struct MelisTarget
{
    std::string name; // an id, a custom provider, or a provider type
    std::optional<int> weight;
    std::string model; // empty: the route's, or as asked for
    int priority = 0;
};

/// One entry of `routes` while it is read.
struct MelisRoute
{
    model::RouteSettings settings;
    std::string provider;
    std::string model;
    bool isMatched = false; // has `match`
};

[[nodiscard]] const Section<MelisRoute> &melisRouteSection();
[[nodiscard]] const Section<MelisTarget> &melisTargetSection();

/// Reads the file and puts its routes into the settings. `providers`: what names may refer to; the
/// custom ones of the file are added, to the backends as well.
void readMelisRoutes(const Cursor &top,
                     std::vector<MelisProvider> &providers,
                     model::Settings &into);

/// Meridian's backends as if they were providers, for a routes.yaml beside its own file.
[[nodiscard]] std::vector<MelisProvider>
asMelisProviders(const std::vector<model::BackendSettings> &backends);

} // namespace meridian::config
