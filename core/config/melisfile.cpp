// SPDX-License-Identifier: MIT
// The top level of Melis' file. Sections that Meridian has too may stand there under its names.
#include "core/config/melisfile.h"

#include "core/config/adminsection.h"
#include "core/config/configloader.h"
#include "core/config/gatewaysection.h"
#include "core/config/healthsection.h"
#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/loggingsection.h"
#include "core/config/melislater.h"
#include "core/config/melissections.h"
#include "core/config/modelssection.h"
#include "core/config/timeoutssection.h"
#include "core/config/translationsection.h"

#include <optional>
#include <utility>

namespace meridian::config {

namespace {

constexpr std::size_t MaxPathBytes = 4096;

/// The file while it is read.
struct Document
{
    MelisConfig config;
    model::TimeoutSettings timeouts;
    std::optional<Cursor> providers; // read last: they lie over `timeouts`
};

/// A section of Meridian's own. Its keys are documented there.
template <typename T>
Key<Document> sharedKey(std::string name, const Section<T> &section, T model::Settings::*target)
{
    return customKey<Document>(std::move(name), "mapping", "none",
                               [&section, target](const Cursor &value, Document &into) {
                                   section.read(value, into.config.settings.*target);
                               });
}

template <typename T>
Key<Document>
ownKey(std::string name, const Section<T> &section, void (*read)(const Cursor &, MelisConfig &))
{
    return nested(customKey<Document>(
                      std::move(name), "mapping", "none",
                      [read](const Cursor &value, Document &into) { read(value, into.config); }),
                  section);
}

void readServer(const Cursor &value, MelisConfig &into)
{
    melisServerSection().read(value, into.settings.gateway);
}

void readBreaker(const Cursor &value, MelisConfig &into)
{
    readMelisBreaker(value, into.settings.resilience.breaker);
}

void readObservability(const Cursor &value, MelisConfig &into)
{
    into.isTracingDecided = value.find("enabled").has_value();
    melisObservabilitySection().read(value, into.settings.tracing);
    settleMelisTracing(value, into.settings.tracing);
}

std::vector<Key<Document>> documentKeys()
{
    using D = Document;
    using S = model::Settings;
    std::vector<Key<D>> keys;
    keys.push_back(customKey<D>("strict", "boolean", "false", [](const Cursor &value, D &) {
        (void)readBoolean(value); // took effect before anything else was read
    }));
    keys.push_back(ownKey("server", melisServerSection(), readServer));
    auto providers = customKey<D>("providers", "list of mappings", "none",
                                  [](const Cursor &value, D &into) { into.providers = value; });
    providers.children = melisProviderSection().describeKeys("[].");
    keys.push_back(std::move(providers));
    keys.push_back(ownKey("circuit_breaker", melisBreakerSection(), readBreaker));
    keys.push_back(ownKey("observability", melisObservabilitySection(), readObservability));
    keys.push_back(customKey<D>("routes_config_path", "string", "./routes.yaml",
                                [](const Cursor &value, D &into) {
                                    if (auto path = readName(value, MaxPathBytes)) {
                                        into.config.routesPath = std::move(*path);
                                    }
                                }));
    for (const LaterSection &section : melisLaterSections()) {
        auto key = customKey<D>(
            std::string(section.name), "mapping", "none",
            [&section](const Cursor &value, D &) { readLaterSection(section, value); });
        key.isActive = false;
        for (std::string_view name : section.keys) {
            key.children.push_back({'.' + std::string(name), {}, {}, false});
        }
        keys.push_back(std::move(key));
    }
    keys.push_back(customKey<D>("timeouts", "mapping", "none", [](const Cursor &value, D &into) {
        timeoutsSection().read(value, into.timeouts);
    }));
    keys.push_back(sharedKey("health", healthSection(), &S::health));
    keys.push_back(sharedKey("models", modelsSection(), &S::models));
    keys.push_back(sharedKey("translation", translationSection(), &S::translation));
    keys.push_back(sharedKey("logging", loggingSection(), &S::logging));
    keys.push_back(sharedKey("admin", adminSection(), &S::admin));
    return keys;
}

const Section<Document> &documentSection()
{
    static const Section<Document> Keys(documentKeys());
    return Keys;
}

// What Melis does without being told.
void applyMelisDefaults(model::Settings &settings)
{
    constexpr int NeverInARow = 1'000'000; // the share of failures alone opens a breaker
    settings.gateway.strategy = "weighted_round_robin";
    settings.logging.jsonlPath.clear();
    settings.resilience.retryStatuses = {429, 500, 502, 503, 504, 529};
    model::BreakerSettings &breaker = settings.resilience.breaker;
    breaker.enabled = true;
    breaker.failureThreshold = NeverInARow;
    breaker.failureRate = 0.5;
    settings.tracing.serviceName = "melis-gateway";
}

} // namespace

bool isMelisFile(const YamlNode &root)
{
    const bool hasMelis = root.find("providers") != nullptr || root.find("server") != nullptr;
    const bool hasMeridian = root.find("backends") != nullptr || root.find("gateway") != nullptr;
    return hasMelis && !hasMeridian;
}

MelisConfig readMelisConfig(const Cursor &top)
{
    Document document;
    applyMelisDefaults(document.config.settings);
    documentSection().read(top, document);
    if (document.providers) {
        document.config.providers = readMelisProviders(*document.providers, document.timeouts,
                                                       document.config.settings.backends);
    }
    return std::move(document.config);
}

std::vector<KeyInfo> melisConfigKeys()
{
    return documentSection().describeKeys({});
}

} // namespace meridian::config
