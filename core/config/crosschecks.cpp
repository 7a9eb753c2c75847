// SPDX-License-Identifier: MIT
// Warnings that spare somebody a night: tags nobody carries, limits nobody reaches.
#include "core/config/crosschecks.h"

#include "core/upstream/wildcard.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::Settings;
using Tags = std::vector<std::string>;

// The deepest of the keys that the file gives, from `top` down.
Cursor deepest(Cursor at, std::initializer_list<std::string_view> keys)
{
    for (std::string_view key : keys) {
        const auto below = at.find(key);
        if (!below) {
            break;
        }
        at = *below;
    }
    return at;
}

bool carries(const BackendSettings &backend, const std::string &tag)
{
    return std::find(backend.tags.begin(), backend.tags.end(), tag) != backend.tags.end();
}

// A pool is made of the backends that carry all of its tags.
void checkPool(const Cursor &at, const Tags &tags, const Settings &settings)
{
    const auto &backends = settings.backends;
    bool isEachCarried = true;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const auto has = [&](const BackendSettings &backend) { return carries(backend, tags[i]); };
        if (std::none_of(backends.begin(), backends.end(), has)) {
            isEachCarried = false;
            const bool isGiven = at.node().kind == YamlNode::Kind::Sequence;
            const std::string message = "no backend carries the tag " + quoted(tags[i]);
            isGiven ? at.item(i).warning(message)
                    : at.warningAtKey(message + ", which is the default");
        }
    }
    const auto hasAll = [&](const BackendSettings &backend) {
        return std::all_of(tags.begin(), tags.end(),
                           [&](const std::string &tag) { return carries(backend, tag); });
    };
    if (isEachCarried && std::none_of(backends.begin(), backends.end(), hasAll)) {
        at.warningAtKey("no backend carries all of these tags");
    }
}

void checkPools(const Cursor &top, const Settings &settings)
{
    if (const auto &tiering = settings.tiering; tiering.enabled) {
        checkPool(deepest(top, {"tiering", "tiers", "long_prompt"}), tiering.longPrompt, settings);
        checkPool(deepest(top, {"tiering", "tiers", "long_decode"}), tiering.longDecode, settings);
        checkPool(deepest(top, {"tiering", "tiers", "default"}), tiering.general, settings);
    }
    if (const auto &canary = settings.canary; canary.enabled) {
        checkPool(deepest(top, {"canary", "canary_tags"}), canary.canaryTags, settings);
        checkPool(deepest(top, {"canary", "stable_tags"}), canary.stableTags, settings);
    }
    if (const auto &isolation = settings.isolation; isolation.dedicated) {
        for (const auto &[organisation, tags] : isolation.pools) {
            checkPool(deepest(top, {"isolation", "pools", organisation}), tags, settings);
        }
    } else if (!isolation.pools.empty()) {
        deepest(top, {"isolation", "pools"}).warningAtKey("has no effect: the mode is shared");
    }
}

template <typename Predicate>
bool noBackend(const Settings &settings, Predicate predicate)
{
    return std::none_of(settings.backends.begin(), settings.backends.end(), predicate);
}

// Targets are not looked up among the aliases again, so that a backend must serve them.
void checkTargets(const Cursor &top,
                  std::string_view key,
                  const std::map<std::string, std::string> &names,
                  const Settings &settings)
{
    for (const auto &[alias, target] : names) {
        const auto serves = [&name = target](const BackendSettings &backend) {
            return backend.model.empty() || upstream::matchesPattern(backend.model, name);
        };
        if (noBackend(settings, serves)) {
            deepest(top, {"models", key, alias})
                .warning("no backend serves the model " + quoted(target));
        }
    }
}

} // namespace

void checkAcross(const Cursor &top, const Settings &settings)
{
    checkPools(top, settings);
    checkTargets(top, "aliases", settings.models.aliases, settings);
    checkTargets(top, "context_fallback", settings.models.contextFallback, settings);
    if (settings.admission.maxQueue > 0 &&
        noBackend(settings, [](const BackendSettings &b) { return b.maxConcurrency > 0; })) {
        deepest(top, {"admission", "max_queue"})
            .warning("has no effect: no backend has max_concurrency");
    }
    if (settings.resilience.hedge.enabled && settings.backends.size() == 1) {
        deepest(top, {"resilience", "hedge"})
            .warningAtKey("has no effect: there is only one backend");
    }
    if (settings.resilience.continuation &&
        noBackend(settings, [](const BackendSettings &b) { return b.continuation; })) {
        deepest(top, {"resilience", "continuation"})
            .warning("has no effect: no backend has continuation");
    }
    if (settings.gateway.strategy == "least_cost" && settings.backends.size() > 1 &&
        noBackend(settings, [](const BackendSettings &b) { return b.price.has_value(); })) {
        deepest(top, {"gateway", "strategy"}).warning("no backend has a price: all cost the same");
    }
}

} // namespace meridian::config
