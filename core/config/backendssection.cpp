// SPDX-License-Identifier: MIT
// The keys of one backend, and what must hold between them.
#include "core/config/backendssection.h"

#include "core/config/backendurl.h"
#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/pemfile.h"
#include "core/config/timeoutssection.h"
#include "core/secrets/secretresolver.h"

#include <algorithm>
#include <map>
#include <utility>

namespace meridian::config {

namespace {

using model::BackendSettings;
using model::UpstreamTls;

constexpr std::size_t MaxNameBytes = 64;   // the log record and the header hold no more
constexpr std::size_t MaxModelBytes = 128; // likewise
constexpr std::size_t MaxTags = 64;
constexpr std::size_t MaxPathBytes = 1024;
constexpr std::size_t MaxAuthBytes = 8192; // half of what common servers take as one header
constexpr std::int64_t MaxWeight = 1'000'000;
constexpr std::int64_t MaxIdle = 100'000;

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
    into.url = std::move(url->text);
    into.https = url->isHttps;
    into.host = std::move(url->host);
    into.port = url->port;
    into.basePath = std::move(url->basePath);
}

void readTags(const Cursor &value, BackendSettings &into)
{
    if (!value.requireSequence("a list of strings")) {
        return;
    }
    const std::size_t count = value.node().items.size();
    if (count > MaxTags) {
        value.error("must not hold more than " + std::to_string(MaxTags) + " tags");
        return;
    }
    into.tags.clear();
    for (std::size_t i = 0; i < count; ++i) {
        if (auto tag = readName(value.item(i), MaxNameBytes)) {
            into.tags.push_back(std::move(*tag));
        }
    }
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

// Nothing in here quotes the value, not even a type error.
void readAuthHeader(const Cursor &value, BackendSettings &into)
{
    if (value.isNull()) {
        return;
    }
    const auto text = readString(value);
    if (!text || text->empty()) {
        return;
    }
    auto secret = value.context().secrets.resolve(*text);
    if (!secret) {
        value.error(std::move(secret.error().detail));
        return;
    }
    const std::string_view header = secret->reveal();
    const bool isHeaderValue = std::none_of(header.begin(), header.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
    if (!isHeaderValue) {
        value.error("must not hold line breaks or other control characters");
    } else if (header.find_first_not_of(" \t") == std::string_view::npos) {
        value.error("must not be blank");
    } else if (header.size() > MaxAuthBytes) {
        value.error("must not be longer than " + std::to_string(MaxAuthBytes) + " bytes");
    } else {
        into.authHeader = std::move(*secret);
    }
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

Key<BackendSettings> laterKey(std::string name, std::string type)
{
    auto key = customKey<BackendSettings>(std::move(name), std::move(type), "none",
                                          [](const Cursor &value, BackendSettings &) {
                                              if (!value.isNull()) {
                                                  value.warningAtKey(std::string(NotYetActive));
                                              }
                                          });
    key.isActive = false;
    return key;
}

// What depends on two keys, in whatever order they stand.
void settleBackend(const Cursor &value, BackendSettings &backend)
{
    if (value.node().find("retry_after_send") == nullptr) {
        backend.retryAfterSend = !isPaidHost(backend.host);
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
        required(customKey<B>("url", "url", "", readUrl)),
        nameKey("engine", &B::engine, MaxNameBytes),
        nameKey("model", &B::model, MaxModelBytes, true),
        integerKey("weight", &B::weight, 1, MaxWeight),
        customKey<B>("tags", "list of strings", "[]", readTags),
        customKey<B>("health_endpoint", "string", defaultOf(B{}.healthEndpoint),
                     readHealthEndpoint),
        customKey<B>("auth_header", "secret", "none", readAuthHeader),
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
        laterKey("telemetry", "mapping"),
        laterKey("idle_timeout_min", "number"),
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
