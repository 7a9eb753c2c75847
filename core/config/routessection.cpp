// SPDX-License-Identifier: MIT
// The keys of one route, and the backends it names.
#include "core/config/routessection.h"

#include "core/config/backendurl.h"
#include "core/config/keys.h"
#include "core/config/names.h"
#include "core/config/routebackends.h"
#include "core/config/translationsection.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::RouteSettings;
using model::Settings;

constexpr std::size_t MaxPathBytes = 1024;
constexpr std::size_t MaxRoutes = 1000;
constexpr std::size_t MaxRouteBackends = 64;
constexpr std::int64_t MaxWeight = 1'000'000;

/// One entry of a route's `backends`.
struct Named
{
    std::string name;
    std::optional<int> weight;
    std::string model;
};

const Section<Named> &namedSection()
{
    static const Section<Named> Keys({
        required(nameKey("name", &Named::name, MaxNameBytes)),
        customKey<Named>("weight", "integer", "none",
                         [](const Cursor &value, Named &into) {
                             if (const auto read = readInteger(value, 1, MaxWeight)) {
                                 into.weight = static_cast<int>(*read);
                             }
                         }),
        customKey<Named>("model", "string", "none",
                         [](const Cursor &value, Named &into) {
                             auto name = readName(value, MaxModelBytes, true);
                             if (name && name->find('*') != std::string::npos) {
                                 value.error("must be a name, without *");
                             } else if (name) {
                                 into.model = std::move(*name);
                             }
                         }),
    });
    return Keys;
}

bool isReserved(std::string_view path) noexcept
{
    constexpr std::array<std::string_view, 12> Own{
        "/",          "/metrics",       "/ui",       "/meridian", "/healthz",  "/readyz",
        "/v1/models", "/v1beta/models", "/api/tags", "/api/ps",   "/api/show", "/api/version"};
    constexpr std::array<std::string_view, 4> Below{"/ui/", "/meridian/", "/v1/models/",
                                                    "/v1beta/models/"};
    return std::find(Own.begin(), Own.end(), path) != Own.end() ||
           std::any_of(Below.begin(), Below.end(),
                       [path](std::string_view folder) { return path.starts_with(folder); });
}

std::optional<std::size_t> findBackend(const std::vector<BackendSettings> &backends,
                                       std::size_t count,
                                       const Cursor &name,
                                       const std::string &text)
{
    std::vector<std::string_view> known;
    for (std::size_t i = 0; i < count; ++i) {
        if (backends[i].name == text) {
            return i;
        }
        known.push_back(backends[i].name);
    }
    const std::string_view nearest = nearestName(text, known);
    name.error("no backend is called " + quoted(text) +
               (nearest.empty() ? "" : "; did you mean " + quoted(nearest) + "?"));
    return std::nullopt;
}

void readNamed(const Cursor &list,
               const RouteSettings &route,
               std::size_t count,
               std::vector<BackendSettings> &backends)
{
    if (!list.requireSequence("a list of backends")) {
        return;
    }
    const std::size_t size = list.node().items.size();
    if (size == 0 || size > MaxRouteBackends) {
        list.error("must hold between 1 and " + std::to_string(MaxRouteBackends) + " backends");
        return;
    }
    std::set<std::tuple<std::string, int, std::string>> known;
    for (std::size_t i = 0; i < size; ++i) {
        const Cursor item = list.item(i);
        Named named;
        namedSection().read(item, named);
        const auto name = item.find("name");
        if (named.name.empty() || !name) {
            continue; // reported
        }
        const auto backend = findBackend(backends, count, *name, named.name);
        if (!backend || route.path.empty()) {
            continue;
        }
        if (!known.emplace(named.name, named.weight.value_or(0), named.model).second) {
            item.error("given before in this route");
        }
        RouteTarget target;
        target.backend = *backend;
        target.weight = named.weight;
        if (!named.model.empty()) {
            target.model = named.model;
        }
        putUnderRoute(backends, route.path, target);
    }
}

} // namespace

void readRoutePath(const Cursor &value, std::string &into)
{
    auto path = readName(value, MaxPathBytes);
    if (!path) {
        return;
    }
    if (!path->starts_with('/') || !isRequestTarget(*path, false)) {
        value.error("must be a path that starts with /, without a query");
    } else if (isReserved(*path)) {
        value.error("is a path of the gateway's own");
    } else {
        into = std::move(*path);
    }
}

void readRouteMethod(const Cursor &value, std::string &into)
{
    auto method = readName(value, MaxNameBytes);
    if (!method) {
        return;
    }
    for (char &c : *method) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    }
    if (*method != "POST" && *method != "PUT" && *method != "PATCH") {
        value.error("must be POST, PUT or PATCH: a request for a model has a body");
        return;
    }
    into = std::move(*method);
}

bool RouteRegister::enter(const Cursor &entry, const RouteSettings &route)
{
    if (route.path.empty()) {
        return true;
    }
    const auto [first, isNew] =
        m_first.try_emplace(route.method + ' ' + route.path,
                            entry.path() + " on line " + std::to_string(entry.node().at.line));
    if (!isNew) {
        entry.error("the same path and method as " + first->second);
    }
    return isNew;
}

const Section<RouteSettings> &routeSection()
{
    using R = RouteSettings;
    static const Section<R> Keys = [] {
        std::vector<Key<R>> keys;
        keys.push_back(
            required(customKey<R>("path", "string", "", [](const Cursor &value, R &into) {
                readRoutePath(value, into.path);
            })));
        keys.push_back(
            customKey<R>("method", "string", R{}.method, [](const Cursor &value, R &into) {
                readRouteMethod(value, into.method);
            }));
        keys.push_back(customKey<R>("on_loss", "string", "none", [](const Cursor &value, R &into) {
            if (const auto read = readOnLoss(value)) {
                into.onLoss = *read;
            }
        }));
        auto backends = customKey<R>("backends", "list of mappings", "none",
                                     [](const Cursor &, R &) {}); // read once the route is known
        backends.children = namedSection().describeKeys("[].");
        keys.push_back(std::move(backends));
        return Section<R>(std::move(keys));
    }();
    return Keys;
}

void readRoutes(const Cursor &value, Settings &into)
{
    if (!value.requireSequence("a list of routes")) {
        return;
    }
    if (value.node().items.size() > MaxRoutes) {
        value.error("must not hold more than " + std::to_string(MaxRoutes) + " routes");
        return;
    }
    const std::size_t count = into.backends.size(); // copies cannot be named
    RouteRegister known;
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const Cursor item = value.item(i);
        RouteSettings route;
        routeSection().read(item, route);
        const bool isNew = known.enter(item, route);
        if (const auto named = item.find("backends")) {
            if (!isNew) {
                route.path.clear(); // names are still checked
            }
            readNamed(*named, route, count, into.backends);
        }
        if (isNew && !route.path.empty()) {
            into.routes.push_back(std::move(route));
        }
    }
}

} // namespace meridian::config
