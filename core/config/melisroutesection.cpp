// SPDX-License-Identifier: MIT
// The keys of one route of routes.yaml.
#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/melisroutes.h"
#include "core/config/names.h"
#include "core/config/routessection.h"
#include "core/config/translationsection.h"

#include <algorithm>
#include <array>
#include <utility>

namespace meridian::config {

namespace {

constexpr std::int64_t MaxWeight = 1'000'000;
constexpr std::int64_t MaxPriority = 1000;
constexpr std::int64_t MaxFailovers = 100;
constexpr std::int64_t MaxMilliseconds = 86'400'000;

void readModel(const Cursor &value, std::string &into)
{
    auto name = readName(value, MaxModelBytes, true);
    if (name && name->find('*') != std::string::npos) {
        value.error("must be a name, without *");
    } else if (name) {
        into = std::move(*name);
    }
}

void readOptimization(const Cursor &value, MelisRoute &)
{
    static const std::vector<std::string_view> Known{"strategy",
                                                     "max_history_messages",
                                                     "compress_above_tokens",
                                                     "local_tokenizer",
                                                     "target_token_ratio",
                                                     "min_final_tokens",
                                                     "critical_markers",
                                                     "dedupe_metadata",
                                                     "protect_cached_prefix",
                                                     "preserve_critical_markers"};
    constexpr std::array<std::string_view, 4> Strategies{"adaptive_trimming", "sliding_window",
                                                         "semantic_guarded_trimming", "none"};
    if (!value.requireMapping()) {
        return;
    }
    for (const YamlEntry &entry : value.node().entries) {
        if (entry.key.kind == YamlNode::Kind::Scalar &&
            std::find(Known.begin(), Known.end(), entry.key.text) == Known.end()) {
            value.unknownKey(entry, Known);
        }
    }
    bool isOff = false;
    if (const auto given = value.find("strategy")) {
        const auto strategy = readString(*given);
        const bool isKnown = strategy && std::find(Strategies.begin(), Strategies.end(),
                                                   *strategy) != Strategies.end();
        if (strategy && !isKnown) {
            given->error("unknown strategy " + quoted(*strategy) +
                         "; known are adaptive_trimming, sliding_window, "
                         "semantic_guarded_trimming, none");
            return;
        }
        isOff = strategy == "none";
    }
    if (!isOff) {
        value.warningAtKey(std::string(NotYetActive));
    }
}

Key<MelisRoute> listKey(std::string name)
{
    auto key = customKey<MelisRoute>(std::move(name), "list of mappings", "none",
                                     [](const Cursor &, MelisRoute &) {}); // read with the names
    key.children = melisTargetSection().describeKeys("[].");
    return key;
}

Key<MelisRoute> laterKey(std::string name, void (*read)(const Cursor &, MelisRoute &))
{
    auto key = customKey<MelisRoute>(std::move(name), "mapping", "none", read);
    key.isActive = false;
    return key;
}

std::vector<Key<MelisRoute>> routeKeys()
{
    using R = MelisRoute;
    return {
        required(customKey<R>(
            "path", "string", "",
            [](const Cursor &value, R &into) { readRoutePath(value, into.settings.path); })),
        required(customKey<R>(
            "method", "string", "",
            [](const Cursor &value, R &into) { readRouteMethod(value, into.settings.method); })),
        customKey<R>("provider", "string", "none",
                     [](const Cursor &value, R &into) {
                         if (auto name = readName(value, MaxNameBytes)) {
                             into.provider = std::move(*name);
                         }
                     }),
        listKey("providers"),
        customKey<R>("model", "string", "none",
                     [](const Cursor &value, R &into) { readModel(value, into.model); }),
        listKey("fallbacks"),
        customKey<R>("max_failovers", "integer", "2",
                     [](const Cursor &value, R &into) {
                         if (const auto read = readInteger(value, 0, MaxFailovers)) {
                             into.settings.maxFailovers = static_cast<std::uint32_t>(*read);
                         }
                     }),
        customKey<R>("deadline_ms", "integer", "none",
                     [](const Cursor &value, R &into) {
                         if (const auto read = readInteger(value, 1, MaxMilliseconds)) {
                             into.settings.deadline = std::chrono::milliseconds(*read);
                         }
                     }),
        customKey<R>("on_loss", "string", "none",
                     [](const Cursor &value, R &into) {
                         if (const auto read = readOnLoss(value)) {
                             into.settings.onLoss = *read;
                         }
                     }),
        laterKey("match",
                 [](const Cursor &value, R &into) {
                     into.isMatched = true;
                     value.warningAtKey(std::string(NotYetActive) + ": this route is left out");
                 }),
        laterKey("token_optimization", readOptimization),
        laterKey("rate_limit",
                 [](const Cursor &value, R &) { value.warningAtKey(std::string(NotYetActive)); }),
    };
}

} // namespace

const Section<MelisTarget> &melisTargetSection()
{
    using T = MelisTarget;
    static const Section<T> Keys({
        required(nameKey("name", &T::name, MaxNameBytes)),
        customKey<T>("weight", "integer", "none",
                     [](const Cursor &value, T &into) {
                         if (const auto read = readInteger(value, 1, MaxWeight)) {
                             into.weight = static_cast<int>(*read);
                         }
                     }),
        customKey<T>("model", "string", "none",
                     [](const Cursor &value, T &into) { readModel(value, into.model); }),
        integerKey("priority", &T::priority, 0, MaxPriority),
    });
    return Keys;
}

const Section<MelisRoute> &melisRouteSection()
{
    static const Section<MelisRoute> Keys(routeKeys());
    return Keys;
}

} // namespace meridian::config
