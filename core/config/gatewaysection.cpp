// SPDX-License-Identifier: MIT
// The keys of `gateway:` with their ranges.
#include "core/config/gatewaysection.h"

#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/pemfile.h"

#include <algorithm>
#include <array>

namespace meridian::config {

namespace {

using model::GatewaySettings;
using model::ListenerTls;

constexpr std::int64_t MaxWorkers = 256;
constexpr std::int64_t MaxConnections = 1'000'000;
constexpr std::int64_t MaxCollectedBytes = 4'000'000'000; // the JSON scanner counts in 32 bits
constexpr std::int64_t MaxStreamedBytes = std::int64_t{1} << 40;
constexpr std::int64_t MinHeaderBytes = 1024;
constexpr std::int64_t MaxHeaderBytes = std::int64_t{1} << 20;
constexpr std::int64_t MaxHeaders = 10'000;
constexpr std::size_t MaxHostBytes = 255;

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
    static const std::vector<std::string_view> Active{"weighted_round_robin", "least_inflight"};
    static const std::vector<std::string_view> Later{"ewma_latency", "token_aware"};
    auto name = readString(value);
    if (!name) {
        return;
    }
    if (std::find(Active.begin(), Active.end(), *name) != Active.end()) {
        into.strategy = std::move(*name);
    } else if (std::find(Later.begin(), Later.end(), *name) != Later.end()) {
        value.warning(quoted(*name) + " is not yet active; using least_inflight");
        into.strategy = "least_inflight";
    } else {
        value.error("unknown strategy " + quoted(*name) +
                    "; known are weighted_round_robin, least_inflight, ewma_latency, token_aware");
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

Key<GatewaySettings> laterEstimator()
{
    auto key = customKey<GatewaySettings>(
        "token_estimator", "string", "heuristic",
        [](const Cursor &value, GatewaySettings &) { readLaterString(value, "heuristic"); });
    key.isActive = false;
    return key;
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
        laterNumberKey<G>("prefill_weight", "1.0", 0, 1.0),
        laterNumberKey<G>("decode_weight", "4.0", 0, 4.0),
        laterNumberKey<G>("default_max_tokens", "256", 1, 256),
        laterEstimator(),
        laterNumberKey<G>("queue_weight", "0.0", 0, 0.0),
        laterNumberKey<G>("mem_weight", "0.0", 0, 0.0),
    });
    return Keys;
}

} // namespace meridian::config
