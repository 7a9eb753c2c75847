// SPDX-License-Identifier: MIT
#include "core/routing/modelaliases.h"

#include "core/upstream/wildcard.h"

#include <string>

namespace meridian::routing {

std::string_view resolveAlias(const model::ModelSettings &settings, std::string_view name)
{
    if (settings.aliases.empty() || name.empty()) {
        return name;
    }
    if (const auto exact = settings.aliases.find(std::string(name));
        exact != settings.aliases.end()) {
        return exact->second;
    }
    std::string_view target = name;
    std::size_t longest = 0;
    for (const auto &[pattern, replacement] : settings.aliases) {
        if (upstream::isPattern(pattern) && pattern.size() > longest &&
            upstream::matchesPattern(pattern, name)) {
            longest = pattern.size();
            target = replacement;
        }
    }
    return target;
}

} // namespace meridian::routing
