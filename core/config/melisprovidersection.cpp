// SPDX-License-Identifier: MIT
// The keys of one provider in Melis' file.
#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/melisproviders.h"
#include "core/config/names.h"
#include "core/config/optionssection.h"
#include "core/config/pemfile.h"
#include "core/config/providerrules.h"
#include "core/secrets/secretresolver.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::PriceSettings;
using model::ProviderOptions;

constexpr std::size_t MaxIdBytes = 512;
constexpr std::size_t MaxNames = 256;
constexpr std::int64_t MaxWeight = 1'000'000;
constexpr std::int64_t MaxConcurrency = 1'000'000;
constexpr std::int64_t MaxMilliseconds = 3'600'000;
constexpr double MaxPrice = 1e9;

void readBaseUrl(const Cursor &value, MelisEntry &into)
{
    const auto text = readString(value);
    if (!text) {
        return;
    }
    auto url = parseBackendUrl(*text); // with /v1 or without
    if (url) {
        setUrl(std::move(*url), into.backend);
    } else {
        value.error(std::move(url.error()));
    }
}

// A key whose variable is not set leaves the provider without one: the others work all the same.
void readKey(const Cursor &value, MelisEntry &into)
{
    const bool isEmpty = value.node().kind == YamlNode::Kind::Scalar && value.node().text.empty();
    if (value.isNull() || isEmpty) {
        return;
    }
    if (const auto text = readString(value)) {
        const auto secret = value.context().secrets.resolve(*text);
        if (secret && secret->isEmpty()) {
            return;
        }
        if (!secret && secret.error().detail.starts_with("environment variable ")) {
            value.warning(secret.error().detail + "; this provider is used without a key");
        } else if (auto header = readSecretHeader(value)) {
            into.backend.apiKey = std::move(*header);
        }
    }
}

void readModels(const Cursor &value, MelisEntry &into)
{
    if (!value.requireSequence("a list of strings")) {
        return;
    }
    if (value.node().items.size() > MaxNames) {
        value.error("must not hold more than " + std::to_string(MaxNames) + " models");
        return;
    }
    into.models.clear();
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        auto name = readName(value.item(i), MaxModelBytes);
        if (name && std::find(into.models.begin(), into.models.end(), *name) == into.models.end()) {
            into.models.push_back(std::move(*name));
        }
    }
}

void readAliases(const Cursor &value, MelisEntry &into)
{
    if (!value.requireMapping()) {
        return;
    }
    if (value.node().entries.size() > MaxNames) {
        value.error("must not hold more than " + std::to_string(MaxNames) + " aliases");
        return;
    }
    for (const YamlEntry &entry : value.node().entries) {
        if (entry.key.kind != YamlNode::Kind::Scalar) {
            continue; // reported
        }
        const Cursor target = value.child(entry);
        auto from = readName(Cursor(entry.key, target.path(), value.context()), MaxModelBytes);
        auto to = readName(target, MaxModelBytes);
        if (to && to->find('*') != std::string::npos) {
            target.error("must be a name, without *");
        } else if (from && to) {
            into.aliases.insert_or_assign(std::move(*from), std::move(*to));
        }
    }
}

Key<PriceSettings> ignoredPrice(std::string name)
{
    return customKey<PriceSettings>(
        std::move(name), "number", "0",
        [](const Cursor &value, PriceSettings &) { (void)readNumber(value, 0, MaxPrice); });
}

const Section<PriceSettings> &priceSection()
{
    using P = PriceSettings;
    static const Section<P> Keys({
        numberKey("in", &P::promptPerMillion, 0, MaxPrice),
        numberKey("out", &P::completionPerMillion, 0, MaxPrice),
        ignoredPrice("cache_read"), // belongs to a later version's ledger
        ignoredPrice("cache_write"),
    });
    return Keys;
}

void readPrices(const Cursor &value, MelisEntry &into)
{
    if (!value.requireMapping()) {
        return;
    }
    for (const YamlEntry &entry : value.node().entries) {
        if (entry.key.kind == YamlNode::Kind::Scalar) {
            PriceSettings price;
            priceSection().read(value.child(entry), price);
            into.prices.insert_or_assign(entry.key.text, price);
        }
    }
}

const Section<ProviderOptions> &servingSection()
{
    using O = ProviderOptions;
    static const Section<O> Keys({
        customKey<O>("type", "string", "on_demand",
                     [](const Cursor &value, O &) {
                         const auto type = readString(value);
                         if (type && *type != "on_demand" && *type != "dedicated") {
                             value.error("unknown type " + quoted(*type) +
                                         "; known are on_demand, dedicated");
                         }
                     }),
        nameKey("endpoint_id", &O::endpointId, MaxIdBytes, true),
    });
    return Keys;
}

void readServing(const Cursor &value, MelisEntry &into)
{
    ProviderOptions &options = into.backend.options;
    servingSection().read(value, options);
    const auto type = value.find("type");
    const bool isDedicated = type && type->node().text == "dedicated";
    if (isDedicated && options.endpointId.empty()) {
        value.missing("endpoint_id", "required, but not given: the OCID of the dedicated endpoint");
    } else if (!isDedicated && !options.endpointId.empty()) {
        value.find("endpoint_id")->warningAtKey("has no effect: the type is on_demand");
        options.endpointId.clear();
    }
}

void readApi(const Cursor &value, MelisEntry &into)
{
    const auto api = readString(value);
    if (api && *api != "native" && *api != "openai") {
        value.error("unknown word " + quoted(*api) + "; known are native, openai");
    } else if (api) {
        into.speaksOpenAi = *api == "openai";
    }
}

/// A key for one of the provider's options, under Melis' name.
Key<MelisEntry> optionKey(std::string name,
                          std::string defaultText,
                          void (*read)(const Cursor &, ProviderOptions &))
{
    return customKey<MelisEntry>(
        std::move(name), "string", std::move(defaultText),
        [read](const Cursor &value, MelisEntry &into) { read(value, into.backend.options); });
}

Key<MelisEntry> optionText(std::string name, std::string ProviderOptions::*field)
{
    return customKey<MelisEntry>(std::move(name), "string", "none",
                                 [field](const Cursor &value, MelisEntry &into) {
                                     if (auto text = readName(value, MaxIdBytes, true)) {
                                         into.backend.options.*field = std::move(*text);
                                     }
                                 });
}

Key<MelisEntry> laterKey(std::string name, std::string type)
{
    auto key = customKey<MelisEntry>(
        std::move(name), std::move(type), "none",
        [](const Cursor &value, MelisEntry &) { value.warningAtKey(std::string(NotYetActive)); });
    key.isActive = false;
    return key;
}

std::vector<Key<MelisEntry>> limitKeys()
{
    using E = MelisEntry;
    return {
        customKey<E>("weight", "integer", "1",
                     [](const Cursor &value, E &into) {
                         if (const auto read = readInteger(value, 1, MaxWeight)) {
                             into.backend.weight = static_cast<int>(*read);
                         }
                     }),
        customKey<E>("timeout_secs", "seconds", "30",
                     [](const Cursor &value, E &into) {
                         if (const auto read = readSeconds(value)) {
                             into.backend.timeouts.firstByte = *read;
                         }
                     }),
        customKey<E>("connect_timeout_ms", "integer", "5000",
                     [](const Cursor &value, E &into) {
                         if (const auto read = readInteger(value, 1, MaxMilliseconds)) {
                             into.backend.timeouts.connect = std::chrono::milliseconds(*read);
                         }
                     }),
        customKey<E>("idle_timeout_secs", "seconds", "4",
                     [](const Cursor &value, E &into) {
                         if (const auto read = readSeconds(value)) {
                             into.backend.keepalive = *read;
                         }
                     }),
        customKey<E>("max_connections", "integer", "0",
                     [](const Cursor &value, E &into) {
                         if (const auto read = readInteger(value, 0, MaxConcurrency)) {
                             into.backend.maxConcurrency = *read;
                         }
                     }),
    };
}

std::vector<Key<MelisEntry>> entryKeys()
{
    using E = MelisEntry;
    std::vector<Key<E>> keys{
        required(customKey<E>("id", "string", "",
                              [](const Cursor &value, E &into) {
                                  if (auto id = readName(value, MaxNameBytes)) {
                                      into.backend.name = std::move(*id);
                                  }
                              })),
        required(
            customKey<E>("provider_type", "string", "",
                         [](const Cursor &value, E &into) { into.type = readProvider(value); })),
        customKey<E>("base_url", "url", "by the provider", readBaseUrl),
        customKey<E>("api_key", "secret", "none", readKey),
        customKey<E>("models", "list of strings", "[]", readModels),
        customKey<E>("model_aliases", "mapping of names", "{}", readAliases),
        customKey<E>("headers", "mapping of secrets", "{}",
                     [](const Cursor &value, E &into) {
                         if (auto headers = readSecretHeaders(value)) {
                             into.backend.headers = std::move(*headers);
                         }
                     }),
        customKey<E>("tls_ca_file", "file", "none",
                     [](const Cursor &value, E &into) {
                         if (auto path = readPemPath(value, PemKind::Certificate)) {
                             into.backend.tls.caFile = std::move(*path);
                         }
                     }),
        customKey<E>("price", "mapping of mappings", "{}", readPrices),
        optionText("project_id", &ProviderOptions::project),
        customKey<E>("region", "string", "none",
                     [](const Cursor &value, E &into) { readLocation(value, into.region); }),
        customKey<E>("location", "string", "global",
                     [](const Cursor &value, E &into) {
                         readLocation(value, into.backend.options.location);
                     }),
        optionKey("publisher", "auto", readPublisher),
        optionText("compartment_id", &ProviderOptions::compartmentId),
        optionKey("api_format", "auto", readOciFormat),
        nested(customKey<E>("serving_mode", "mapping", "none", readServing), servingSection()),
        customKey<E>("api", "string", "native", readApi),
        optionKey("keep_alive", "none", readKeepAlive),
        nested(customKey<E>("credentials", "mapping", "none",
                            [](const Cursor &value, E &into) {
                                melisCredentialsSection().read(value, into.credentials);
                            }),
               melisCredentialsSection()),
        customKey<E>("options", "mapping", "none",
                     [](const Cursor &value, E &into) {
                         optionsSection().read(value, into.backend.options);
                     }),
        laterKey("proxy", "url"),
        laterKey("retry", "mapping"),
    };
    for (Key<E> &key : limitKeys()) {
        keys.push_back(std::move(key));
    }
    return keys;
}

} // namespace

const Section<MelisEntry> &melisProviderSection()
{
    static const Section<MelisEntry> Keys(entryKeys());
    return Keys;
}

} // namespace meridian::config
