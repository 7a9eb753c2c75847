// SPDX-License-Identifier: MIT
// From the list to backends: one for each model, since each backend has one.
#include "core/config/melisproviders.h"

#include "core/config/melisproviderrules.h"
#include "core/config/routebackends.h"

#include <map>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;

// The backends of one entry: for each model, then for each name that stands for one.
void addBackends(const MelisEntry &entry,
                 MelisProvider &provider,
                 std::vector<BackendSettings> &backends)
{
    const auto add = [&](const std::string &name, const std::string &upstream) {
        BackendSettings backend = entry.backend;
        backend.model = name;
        backend.upstreamModel = upstream;
        const auto price = entry.prices.find(upstream.empty() ? name : upstream);
        if (price != entry.prices.end()) {
            backend.price = price->second;
        }
        if (!provider.backends.empty()) {
            backend.name = freeName(backends, entry.backend.name);
        }
        provider.backends.push_back(backends.size());
        backends.push_back(std::move(backend));
    };
    for (const std::string &name : entry.models) {
        add(name, {});
    }
    for (const auto &[alias, name] : entry.aliases) {
        add(alias, name);
    }
    if (provider.backends.empty()) {
        add({}, {});
    }
}

} // namespace

std::vector<MelisProvider> readMelisProviders(const Cursor &value,
                                              const model::TimeoutSettings &global,
                                              std::vector<BackendSettings> &backends)
{
    std::vector<MelisProvider> providers;
    if (!value.requireSequence("a list of providers")) {
        return providers;
    }
    std::map<std::string, int> firstLines;
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const Cursor item = value.item(i);
        MelisEntry entry;
        entry.backend.timeouts = global;
        melisProviderSection().read(item, entry);
        settleMelisEntry(item, entry);
        const std::string &id = entry.backend.name;
        const auto given = item.find("id");
        if (id.empty() || !given) {
            continue; // reported
        }
        const auto [first, isNew] = firstLines.try_emplace(id, given->node().at.line);
        if (!isNew) {
            given->error("duplicate provider id " + quoted(id) + ", first given on line " +
                         std::to_string(first->second));
            continue;
        }
        MelisProvider provider;
        provider.id = id;
        provider.type = entry.type;
        provider.hasAliases = !entry.aliases.empty();
        addBackends(entry, provider, backends);
        providers.push_back(std::move(provider));
    }
    return providers;
}

} // namespace meridian::config
