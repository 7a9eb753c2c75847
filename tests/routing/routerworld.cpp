// SPDX-License-Identifier: MIT
#include "tests/routing/routerworld.h"

#include <set>

namespace meridian::routing {

std::string RouterWorld::ask()
{
    const RouteChoice choice = choose();
    if (choice.outcome != RouteOutcome::Chosen) {
        return choice.backend ? "a backend without Chosen"
                              : "<" + std::string(routeOutcomeName(choice.outcome)) + ">";
    }
    if (!query.isDryRun) {
        choice.backend->state()->load.leave(query.pick.cost, query.pick.now);
    }
    return choice.backend->name();
}

std::string RouterWorld::askOften(int times)
{
    std::set<std::string> names;
    for (int i = 0; i < times; ++i) {
        names.insert(ask());
    }
    std::string text;
    for (const std::string &name : names) {
        text.append(text.empty() ? "" : " ").append(name);
    }
    return text;
}

std::string RouterWorld::verdicts() const
{
    std::string text;
    for (const model::RouteVerdict verdict : router.verdicts()) {
        text.append(text.empty() ? "" : " ").append(model::routeVerdictName(verdict));
    }
    return text;
}

} // namespace meridian::routing
