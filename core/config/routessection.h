// SPDX-License-Identifier: MIT
// `routes:` — paths of their own for chat completions, and backends for a path.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

#include <map>
#include <string>
#include <vector>

namespace meridian::config {

/// The keys of one entry; the reader of `backends` only checks what stands there.
[[nodiscard]] const Section<model::RouteSettings> &routeSection();

/// Reads the list into settings.routes, and puts the backends under their routes; they must have
/// been read before.
void readRoutes(const Cursor &value, model::Settings &into);

/// An exact path that is not one of the control plane's.
void readRoutePath(const Cursor &value, std::string &into);
/// In upper case; a chat request needs a body.
void readRouteMethod(const Cursor &value, std::string &into);

/// Tells a path and method that come a second time. One per configuration.
class RouteRegister
{
public:
    /// False, and reported at `entry`, when the route is there already. A route without a path is
    /// let pass: that has been reported.
    [[nodiscard]] bool enter(const Cursor &entry, const model::RouteSettings &route);

private:
    std::map<std::string, std::string> m_first; // "POST /path" to where it stands
};

} // namespace meridian::config
