// SPDX-License-Identifier: MIT
// The keys of one backend, and what must hold between them.
#include "core/config/backendssection.h"

#include "core/config/backendurl.h"
#include "core/config/keys.h"
#include "core/config/names.h"
#include "core/config/optionssection.h"
#include "core/config/pemfile.h"
#include "core/config/providernames.h"
#include "core/config/providerrules.h"
#include "core/config/telemetrysection.h"
#include "core/config/timeoutssection.h"

#include <algorithm>
#include <map>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::PriceSettings;
using model::UpstreamTls;

constexpr std::size_t MaxPathBytes = 1024;
constexpr std::int64_t MaxWeight = 1'000'000;
constexpr std::int64_t MaxIdle = 100'000;
constexpr std::int64_t MaxConcurrency = 1'000'000;

void readUrl(const Cursor &value, BackendSettings &into)
{
    const auto text = readString(value);
    if (!text) {
        return;
    }
    auto url = parseBackendUrl(*text);
    if (!url) {
        value.error(std::move(url.error()));
        return;
    }
    if (url->hadVersionPath) {
        value.warning("the url is given without the API version: /v1 is left off here, the gateway "
                      "appends /v1/… itself");
    }
    setUrl(std::move(*url), into);
}

void readHealthEndpoint(const Cursor &value, BackendSettings &into)
{
    auto path = readName(value, MaxPathBytes);
    if (!path) {
        return;
    }
    if (!path->starts_with('/') || !isRequestTarget(*path, true)) {
        value.error("must be a path that starts with /");
        return;
    }
    into.healthEndpoint = std::move(*path);
}

void readAuthHeader(const Cursor &value, BackendSettings &into)
{
    const bool isEmpty = value.node().kind == YamlNode::Kind::Scalar && value.node().text.empty();
    if (value.isNull() || isEmpty) {
        return; // none of its own
    }
    if (auto secret = readSecretHeader(value)) {
        into.authHeader = std::move(*secret);
    }
}

void readApiKey(const Cursor &value, BackendSettings &into)
{
    const bool isEmpty = value.node().kind == YamlNode::Kind::Scalar && value.node().text.empty();
    if (value.isNull() || isEmpty) {
        return; // none
    }
    if (auto secret = readSecretHeader(value)) {
        into.apiKey = std::move(*secret);
    }
}

void readProviderKey(const Cursor &value, BackendSettings &into)
{
    if (const auto choice = readProvider(value)) {
        into.provider = choice->provider;
        if (choice->publisher != model::VertexPublisher::Auto) {
            into.options.publisher = choice->publisher;
        }
    }
}

// A pattern here would be sent to the backend as it stands.
void readUpstreamModel(const Cursor &value, BackendSettings &into)
{
    auto name = value.isNull() ? std::nullopt : readName(value, MaxModelBytes, true);
    if (!name) {
        return;
    }
    if (name->find('*') != std::string::npos) {
        value.error("must be a name, without *");
        return;
    }
    into.upstreamModel = std::move(*name);
}

void readIdleTimeout(const Cursor &value, BackendSettings &into)
{
    constexpr double MaxMinutes = 1e7;  // 19 years
    constexpr double MinMinutes = 1e-3; // nobody means less; keeps the span above the timers' grain
    if (value.isNull()) {
        return;
    }
    if (const auto minutes = readPositive(value, MaxMinutes)) {
        into.idleTimeout = std::chrono::round<model::Duration>(
            std::chrono::duration<double, std::ratio<60>>(std::max(*minutes, MinMinutes)));
    }
}

const Section<PriceSettings> &priceSection()
{
    using P = PriceSettings;
    constexpr double MaxPrice = 1e9; // per million tokens, in any currency
    static const Section<P> Keys({
        numberKey("prompt_per_1m", &P::promptPerMillion, 0, MaxPrice),
        numberKey("completion_per_1m", &P::completionPerMillion, 0, MaxPrice),
    });
    return Keys;
}

const Section<UpstreamTls> &tlsSection()
{
    using T = UpstreamTls;
    static const Section<T> Keys({
        customKey<T>("ca_file", "file", "none",
                     [](const Cursor &value, T &into) {
                         if (auto path = readPemPath(value, PemKind::Certificate)) {
                             into.caFile = std::move(*path);
                         }
                     }),
        customKey<T>("server_name", "string", "none",
                     [](const Cursor &value, T &into) {
                         if (auto name = readName(value, 253)) {
                             into.serverName = std::move(*name);
                         }
                     }),
        customKey<T>("verify", "boolean", defaultOf(T{}.verify),
                     [](const Cursor &value, T &into) {
                         if (const auto verify = readBoolean(value)) {
                             into.verify = *verify;
                             if (!*verify) {
                                 value.warning("anybody on the way can pretend to be this backend");
                             }
                         }
                     }),
    });
    return Keys;
}

// A mapping that may be absent or null; given, it stands in the optional member.
template <typename T>
Key<BackendSettings> optionalMappingKey(std::string name,
                                        std::optional<T> BackendSettings::*field,
                                        const Section<T> &section)
{
    return nested(
        customKey<BackendSettings>(std::move(name), "mapping", "none",
                                   [field, &section](const Cursor &value, BackendSettings &into) {
                                       if (!value.isNull()) {
                                           T read;
                                           section.read(value, read);
                                           into.*field = std::move(read);
                                       }
                                   }),
        section);
}

// What depends on two keys, in whatever order they stand.
void settleBackend(const Cursor &value, BackendSettings &backend)
{
    const YamlNode *provider = value.node().find("provider");
    if (provider == nullptr && value.node().kind == YamlNode::Kind::Mapping &&
        value.node().find("url") == nullptr) {
        // an engine whose address was forgotten must not become a cloud
        value.missing("url", "required, but not given");
        return;
    }
    const bool isSettled = provider == nullptr ||
                           (provider->kind == YamlNode::Kind::Scalar && providerOf(provider->text));
    if (isSettled && value.node().kind == YamlNode::Kind::Mapping) {
        settleProvider(value, ProviderKeys(), backend);
    }
    if (!backend.apiKey.isEmpty() && !backend.authHeader.isEmpty()) {
        value.find("api_key")->error("give api_key or auth_header, not both");
    }
    const bool hasUrl = !backend.host.empty();
    if (hasUrl && !backend.https) {
        for (const YamlEntry &entry : value.node().entries) {
            if (entry.key.text == "tls") {
                value.child(entry).warningAtKey("has no effect: the url is not https");
            }
        }
    }
}

} // namespace

const Section<BackendSettings> &backendSection()
{
    using B = BackendSettings;
    static const Section<B> Keys({
        required(nameKey("name", &B::name, MaxNameBytes)),
        customKey<B>("provider", "string", defaultOf(std::string(providerName(B{}.provider))),
                     readProviderKey),
        customKey<B>("url", "url", "by the provider", readUrl),
        nameKey("engine", &B::engine, MaxNameBytes),
        nameKey("model", &B::model, MaxModelBytes, true),
        integerKey("weight", &B::weight, 1, MaxWeight),
        customKey<B>("upstream_model", "string", defaultOf(B{}.upstreamModel), readUpstreamModel),
        integerKey("max_concurrency", &B::maxConcurrency, 0, MaxConcurrency),
        customKey<B>("tags", "list of strings", "[]",
                     [](const Cursor &value, B &into) {
                         if (auto tags = readTags(value)) {
                             into.tags = std::move(*tags);
                         }
                     }),
        customKey<B>("health_endpoint", "string", defaultOf(B{}.healthEndpoint),
                     readHealthEndpoint),
        customKey<B>("auth_header", "secret", "none", readAuthHeader),
        customKey<B>("api_key", "secret", "none", readApiKey),
        customKey<B>("headers", "mapping of secrets", "{}",
                     [](const Cursor &value, B &into) {
                         if (auto headers = readSecretHeaders(value)) {
                             into.headers = std::move(*headers);
                         }
                     }),
        mappingKey("options", &B::options, optionsSection()),
        booleanKey("retry_after_send", &B::retryAfterSend),
        secondsKey("keepalive_s", &B::keepalive),
        integerKey("max_idle_connections", &B::maxIdleConnections, 0, MaxIdle),
        nested(customKey<B>("timeout", "mapping", "none",
                            [](const Cursor &value, B &into) {
                                if (!value.isNull()) {
                                    backendTimeoutSection().read(value, into.timeouts);
                                }
                            }),
               backendTimeoutSection()),
        nested(
            customKey<B>("tls", "mapping", "none",
                         [](const Cursor &value, B &into) { tlsSection().read(value, into.tls); }),
            tlsSection()),
        nested(customKey<B>(
                   "telemetry", "mapping", "none",
                   [](const Cursor &value, B &into) { into.telemetry = readTelemetry(value); }),
               telemetrySection()),
        customKey<B>("idle_timeout_min", "minutes", "none", readIdleTimeout),
        optionalMappingKey("price", &B::price, priceSection()),
        booleanKey("continuation", &B::continuation),
    });
    return Keys;
}

std::vector<BackendSettings> readBackends(const Cursor &value, const model::TimeoutSettings &global)
{
    std::vector<BackendSettings> backends;
    if (!value.requireSequence("a list of backends")) {
        return backends;
    }
    if (value.node().items.empty()) {
        value.error("no backends; give at least one with a name and a url");
    }
    std::map<std::string, int> firstLines;
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const Cursor item = value.item(i);
        BackendSettings backend;
        backend.timeouts = global;
        backendSection().read(item, backend);
        settleBackend(item, backend);
        if (!backend.name.empty()) {
            const YamlNode &name = *item.node().find("name");
            const auto [first, isNew] = firstLines.try_emplace(backend.name, name.at.line);
            if (!isNew) {
                Cursor(name, item.path() + ".name", item.context())
                    .error("duplicate backend name " + quoted(backend.name) +
                           ", first given on line " + std::to_string(first->second));
            }
        }
        backends.push_back(std::move(backend));
    }
    return backends;
}

} // namespace meridian::config
