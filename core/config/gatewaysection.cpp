// SPDX-License-Identifier: MIT
// The keys of `gateway:` with their ranges.
#include "core/config/gatewaysection.h"

#include "core/config/keys.h"
#include "core/config/pemfile.h"
#include "core/config/strategynames.h"

#include <algorithm>
#include <limits>

namespace meridian::config {

namespace {

using model::GatewaySettings;
using model::ListenerTls;
using model::TokenCostSettings;

constexpr std::int64_t MaxWorkers = 256;
constexpr std::int64_t MaxConnections = 1'000'000;
constexpr std::int64_t MaxCollectedBytes = 4'000'000'000; // the JSON scanner counts in 32 bits
constexpr std::int64_t MaxStreamedBytes = std::int64_t{1} << 40;
constexpr std::int64_t MinHeaderBytes = 1024;
constexpr std::int64_t MaxHeaderBytes = std::int64_t{1} << 20;
constexpr std::int64_t MaxHeaders = 10'000;
constexpr std::size_t MaxHostBytes = 255;
constexpr std::int64_t MaxTokens = std::numeric_limits<std::uint32_t>::max();

void readHost(const Cursor &value, GatewaySettings &into)
{
    auto host = readName(value, MaxHostBytes);
    if (!host) {
        return;
    }
    if (host->starts_with('[') && host->ends_with(']')) {
        *host = host->substr(1, host->size() - 2);
    }
    into.host = std::move(*host);
}

void readStrategy(const Cursor &value, GatewaySettings &into)
{
    auto name = readString(value);
    if (!name) {
        return;
    }
    if (std::find(StrategyNames.begin(), StrategyNames.end(), *name) != StrategyNames.end()) {
        into.strategy = std::move(*name);
        return;
    }
    std::string known;
    for (std::string_view each : StrategyNames) {
        known.append(known.empty() ? "" : ", ").append(each);
    }
    value.error("unknown strategy " + quoted(*name) + "; known are " + known);
}

// Meridian 0.12 takes any word and ignores it.
void readEstimator(const Cursor &value, GatewaySettings &)
{
    const auto name = readString(value);
    if (name && *name != "heuristic") {
        value.warning("unknown estimator " + quoted(*name) + "; heuristic is used");
    }
}

const Section<ListenerTls> &tlsSection()
{
    static const Section<ListenerTls> Keys({
        required(customKey<ListenerTls>("cert", "file", "",
                                        [](const Cursor &value, ListenerTls &into) {
                                            if (auto path =
                                                    readPemPath(value, PemKind::Certificate)) {
                                                into.certFile = std::move(*path);
                                            }
                                        })),
        required(customKey<ListenerTls>("key", "file", "",
                                        [](const Cursor &value, ListenerTls &into) {
                                            if (auto path =
                                                    readPemPath(value, PemKind::PrivateKey)) {
                                                into.keyFile = std::move(*path);
                                            }
                                        })),
    });
    return Keys;
}

Key<GatewaySettings> costKey(std::string name, double TokenCostSettings::*field)
{
    return customKey<GatewaySettings>(std::move(name), "number",
                                      defaultOf(TokenCostSettings{}.*field),
                                      [field](const Cursor &value, GatewaySettings &into) {
                                          if (const auto number = readNumber(value, 0)) {
                                              into.cost.*field = *number;
                                          }
                                      });
}

void readDefaultMaxTokens(const Cursor &value, GatewaySettings &into)
{
    if (const auto tokens = readInteger(value, 1, MaxTokens)) {
        into.cost.defaultMaxTokens = static_cast<std::uint32_t>(*tokens);
    }
}

} // namespace

const Section<GatewaySettings> &gatewaySection()
{
    using G = GatewaySettings;
    static const Section<G> Keys({
        customKey<G>("host", "string", defaultOf(G{}.host), readHost),
        integerKey("port", &G::port, 0, 65535),
        customKey<G>("strategy", "string", defaultOf(G{}.strategy), readStrategy),
        integerKey("workers", &G::workers, 0, MaxWorkers),
        integerKey("max_connections", &G::maxConnections, 0, MaxConnections),
        integerKey("max_body_bytes", &G::maxBodyBytes, 1, MaxCollectedBytes),
        integerKey("max_upload_bytes", &G::maxUploadBytes, 1, MaxStreamedBytes),
        integerKey("max_header_bytes", &G::maxHeaderBytes, MinHeaderBytes, MaxHeaderBytes),
        integerKey("max_headers", &G::maxHeaders, 1, MaxHeaders),
        secondsKey("head_timeout_s", &G::headTimeout),
        secondsKey("body_timeout_s", &G::bodyTimeout),
        secondsKey("idle_timeout_s", &G::idleTimeout),
        secondsKey("send_timeout_s", &G::sendTimeout),
        secondsKey("drain_timeout_s", &G::drainTimeout),
        nested(customKey<G>("tls", "mapping", "none",
                            [](const Cursor &value, G &into) {
                                ListenerTls tls;
                                tlsSection().read(value, tls);
                                into.tls = std::move(tls);
                            }),
               tlsSection()),
        costKey("prefill_weight", &TokenCostSettings::prefillWeight),
        costKey("decode_weight", &TokenCostSettings::decodeWeight),
        customKey<G>("default_max_tokens", "integer",
                     std::to_string(TokenCostSettings{}.defaultMaxTokens), readDefaultMaxTokens),
        customKey<G>("token_estimator", "string", "heuristic", readEstimator),
        costKey("queue_weight", &TokenCostSettings::queueWeight),
        costKey("mem_weight", &TokenCostSettings::memWeight),
        booleanKey("watch_config", &G::watchConfig),
        booleanKey("core_dumps", &G::coreDumps),
    });
    return Keys;
}

} // namespace meridian::config
