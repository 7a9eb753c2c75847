// SPDX-License-Identifier: MIT
// From names to backends: an id wins over a provider type, a type means all of its providers.
#include "core/config/melisroutes.h"

#include "core/config/configloader.h"
#include "core/config/keys.h"
#include "core/config/meliscustom.h"
#include "core/config/routebackends.h"
#include "core/config/routessection.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::Settings;

constexpr std::size_t MaxRoutes = 1000;
constexpr std::size_t MaxTargets = 64;
constexpr std::uint32_t UsualFailovers = 2;

/// The file while it is read.
struct Document
{
    std::optional<Cursor> custom;
    std::optional<Cursor> routes;
};

const Section<Document> &documentSection()
{
    using D = Document;
    static const Section<D> Keys = [] {
        auto custom = customKey<D>("custom_providers", "list of mappings", "none",
                                   [](const Cursor &value, D &into) { into.custom = value; });
        custom.children = melisCustomSection().describeKeys("[].");
        auto routes = customKey<D>("routes", "list of mappings", "required",
                                   [](const Cursor &value, D &into) { into.routes = value; });
        routes.children = melisRouteSection().describeKeys("[].");
        std::vector<Key<D>> keys;
        keys.push_back(std::move(custom));
        keys.push_back(std::move(routes));
        return Section<D>(std::move(keys));
    }();
    return Keys;
}

/// Everything a route is resolved with.
class RouteResolver
{
public:
    RouteResolver(const std::vector<MelisProvider> &providers, Settings &into)
        : m_providers(providers)
        , m_into(into)
    {
    }

    void read(const Cursor &entry)
    {
        MelisRoute route;
        route.settings.maxFailovers = UsualFailovers;
        melisRouteSection().read(entry, route);
        if (entry.node().kind != YamlNode::Kind::Mapping) {
            return; // reported
        }
        const bool isNew = route.isMatched || enter(entry, route.settings);
        const bool isKept = isNew && !route.isMatched && !route.settings.path.empty();
        const auto one = entry.find("provider");
        const auto list = entry.find("providers");
        if (one && list) {
            list->error("give provider or providers, not both");
        } else if (!one && !list) {
            entry.missing("provider",
                          "required, but not given: provider, or providers for several");
        }
        const std::string path = isKept ? route.settings.path : std::string();
        int last = 0;
        if (one && !list && !route.provider.empty()) {
            put(path, *one, {route.provider, std::nullopt, {}, 0}, route.model, true);
        } else if (list && !one) {
            last = readList(*list, path, route.model, std::nullopt);
        }
        if (const auto fallbacks = entry.find("fallbacks")) {
            readList(*fallbacks, path, {}, last + 1);
        }
        if (isKept) {
            m_into.routes.push_back(std::move(route.settings));
        }
    }

private:
    [[nodiscard]] bool enter(const Cursor &entry, const model::RouteSettings &route)
    {
        const bool isOwn = std::any_of(
            m_into.routes.begin(), m_into.routes.end(), [&](const model::RouteSettings &each) {
                return each.path == route.path && each.method == route.method;
            });
        if (isOwn && m_known.enter(entry, route)) {
            entry.error("the configuration has a route of this path and method");
            return false;
        }
        return !isOwn && m_known.enter(entry, route);
    }

    // Fallbacks are asked one after the other, from `first` on. Gives the largest priority.
    int readList(const Cursor &list,
                 const std::string &path,
                 const std::string &model,
                 std::optional<int> first)
    {
        if (!list.requireSequence("a list of providers")) {
            return 0;
        }
        const std::size_t size = list.node().items.size();
        if (size == 0 || size > MaxTargets) {
            list.error("must hold between 1 and " + std::to_string(MaxTargets) + " providers");
            return 0;
        }
        int largest = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const Cursor item = list.item(i);
            MelisTarget target;
            melisTargetSection().read(item, target);
            if (first) {
                target.priority = *first + static_cast<int>(i);
            }
            largest = std::max(largest, target.priority);
            const auto name = item.find("name");
            if (!target.name.empty() && name) {
                put(path, *name, target, model, first.has_value() || size == 1);
            }
        }
        return largest;
    }

    [[nodiscard]] std::vector<const MelisProvider *> find(const Cursor &at,
                                                          const std::string &name) const
    {
        std::vector<const MelisProvider *> found;
        const auto type = providerOf(name);
        for (const MelisProvider &provider : m_providers) {
            if (provider.id == name) {
                return {&provider};
            }
            const bool isOfType = type && provider.type &&
                                  provider.type->provider == type->provider &&
                                  (type->publisher == model::VertexPublisher::Auto ||
                                   provider.type->publisher == type->publisher);
            if (isOfType) {
                found.push_back(&provider);
            }
        }
        if (found.empty() && type) {
            at.error("no provider of the configuration has the id or type " + quoted(name));
        } else if (found.empty()) {
            std::vector<std::string_view> known;
            for (const MelisProvider &provider : m_providers) {
                known.push_back(provider.id);
            }
            const std::string_view nearest = nearestName(name, known);
            at.error("no provider is called " + quoted(name) +
                     (nearest.empty() ? "; give a provider's id, its type, or the name of a "
                                        "custom provider"
                                      : "; did you mean " + quoted(nearest) + "?"));
        }
        return found;
    }

    // `isAlone`: nobody else of its rank is asked, so that it gets every model name.
    void put(const std::string &path,
             const Cursor &at,
             const MelisTarget &named,
             const std::string &routeModel,
             bool isAlone)
    {
        const auto providers = find(at, named.name);
        if (path.empty()) {
            return; // the names have been checked
        }
        const std::string &model = named.model.empty() ? routeModel : named.model;
        for (const MelisProvider *provider : providers) {
            RouteTarget target;
            target.weight = named.weight;
            target.priority = named.priority;
            if (!model.empty()) {
                target.model = model;
                target.backend = servingModel(*provider, model);
                putUnderRoute(m_into.backends, path, target);
                continue;
            }
            if (isAlone && providers.size() == 1 && !provider->hasAliases) {
                target.servesAnyModel = true;
                target.backend = provider->backends.front();
                putUnderRoute(m_into.backends, path, target);
                continue;
            }
            for (const std::size_t backend : provider->backends) {
                target.backend = backend;
                putUnderRoute(m_into.backends, path, target);
            }
        }
    }

    // The one whose price is this model's.
    [[nodiscard]] std::size_t servingModel(const MelisProvider &provider,
                                           const std::string &model) const
    {
        const auto found =
            std::find_if(provider.backends.begin(), provider.backends.end(),
                         [&](std::size_t i) { return m_into.backends[i].model == model; });
        return found == provider.backends.end() ? provider.backends.front() : *found;
    }

    const std::vector<MelisProvider> &m_providers;
    Settings &m_into;
    RouteRegister m_known;
};

} // namespace

void readMelisRoutes(const Cursor &top, std::vector<MelisProvider> &providers, Settings &into)
{
    Document document;
    documentSection().read(top, document);
    if (document.custom) {
        readMelisCustom(*document.custom, providers, into.backends);
    }
    if (!document.routes) {
        if (top.node().kind == YamlNode::Kind::Mapping) {
            top.missing("routes", "required, but not given");
        }
        return;
    }
    if (!document.routes->requireSequence("a list of routes")) {
        return;
    }
    const std::size_t count = document.routes->node().items.size();
    if (count > MaxRoutes) {
        document.routes->error("must not hold more than " + std::to_string(MaxRoutes) + " routes");
        return;
    }
    RouteResolver resolver(providers, into);
    for (std::size_t i = 0; i < count; ++i) {
        resolver.read(document.routes->item(i));
    }
}

std::vector<MelisProvider> asMelisProviders(const std::vector<BackendSettings> &backends)
{
    std::vector<MelisProvider> providers;
    for (std::size_t i = 0; i < backends.size(); ++i) {
        const BackendSettings &backend = backends[i];
        if (!backend.isRouteOnly) {
            providers.push_back({backend.name,
                                 ProviderChoice{backend.provider, backend.options.publisher},
                                 {i},
                                 !backend.upstreamModel.empty()});
        }
    }
    return providers;
}

std::vector<KeyInfo> melisRouteKeys()
{
    return documentSection().describeKeys({});
}

} // namespace meridian::config
