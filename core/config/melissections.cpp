// SPDX-License-Identifier: MIT
#include "core/config/melissections.h"

#include "core/config/keys.h"
#include "core/config/laterkeys.h"
#include "core/config/pemfile.h"
#include "core/config/tracingsection.h"

#include <utility>

namespace meridian::config {

namespace {

using model::BreakerSettings;
using model::GatewaySettings;
using model::ListenerTls;
using model::TracingSettings;

constexpr std::int64_t MaxPayload = 4'000'000'000; // as gateway.max_body_bytes
constexpr std::int64_t MaxConnections = 1'000'000;
constexpr std::int64_t MaxCount = 1'000'000;
constexpr std::size_t MaxNameBytes = 255;
constexpr std::uint16_t GrpcPort = 4317;
constexpr std::uint16_t HttpPort = 4318;

const Section<ListenerTls> &tlsSection()
{
    using T = ListenerTls;
    static const Section<T> Keys({
        required(customKey<T>("cert_file", "file", "",
                              [](const Cursor &value, T &into) {
                                  if (auto path = readPemPath(value, PemKind::Certificate)) {
                                      into.certFile = std::move(*path);
                                  }
                              })),
        required(customKey<T>("key_file", "file", "",
                              [](const Cursor &value, T &into) {
                                  if (auto path = readPemPath(value, PemKind::PrivateKey)) {
                                      into.keyFile = std::move(*path);
                                  }
                              })),
    });
    return Keys;
}

template <typename T>
Key<T> laterKey(std::string name, std::string type)
{
    auto key = customKey<T>(std::move(name), std::move(type), "none", [](const Cursor &value, T &) {
        value.warningAtKey(std::string(NotYetActive));
    });
    key.isActive = false;
    return key;
}

void readPercent(const Cursor &value, BreakerSettings &into)
{
    if (const auto percent = readPositive(value, 100)) {
        into.failureRate = *percent / 100;
    }
}

void readBackoff(const Cursor &value, BreakerSettings &)
{
    const auto factor = readNumber(value, 1);
    if (factor && *factor != 2) {
        value.warning("has no effect: the time doubles");
    }
}

void readEndpoint(const Cursor &value, TracingSettings &into)
{
    const auto text = readString(value);
    if (!text) {
        return;
    }
    if (auto problem = setTracingEndpoint(*text, into)) {
        value.error(std::move(*problem));
    }
}

} // namespace

const Section<GatewaySettings> &melisServerSection()
{
    using G = GatewaySettings;
    static const Section<G> Keys({
        nameKey("host", &G::host, MaxNameBytes),
        integerKey("port", &G::port, 0, 65535),
        integerKey("max_payload_size", &G::maxBodyBytes, 1, MaxPayload),
        secondsKey("graceful_shutdown_timeout_secs", &G::drainTimeout),
        integerKey("max_concurrent_connections", &G::maxConnections, 1, MaxConnections),
        nested(customKey<G>("tls", "mapping", "none",
                            [](const Cursor &value, G &into) {
                                ListenerTls tls;
                                tlsSection().read(value, tls);
                                into.tls = std::move(tls);
                            }),
               tlsSection()),
        laterKey<G>("admin", "mapping"),
        laterKey<G>("probe_auth", "boolean"),
    });
    return Keys;
}

const Section<BreakerSettings> &melisBreakerSection()
{
    using B = BreakerSettings;
    static const Section<B> Keys({
        customKey<B>("failure_threshold_percent", "number", "50", readPercent),
        secondsKey("window_duration_secs", &B::window),
        integerKey("min_requests_in_window", &B::minRequests, 1, MaxCount),
        secondsKey("open_ttl_secs", &B::open),
        secondsKey("max_ttl_secs", &B::maxOpen),
        customKey<B>("backoff_factor", "number", "2", readBackoff),
    });
    return Keys;
}

void readMelisBreaker(const Cursor &value, BreakerSettings &into)
{
    melisBreakerSection().read(value, into);
    if (into.maxOpen < into.open) {
        if (const auto given = value.find("max_ttl_secs")) {
            given->error("must be at least open_ttl_secs (" + defaultOf(into.open) + ')');
        }
        into.maxOpen = into.open;
    }
}

const Section<TracingSettings> &melisObservabilitySection()
{
    using T = TracingSettings;
    static const Section<T> Keys({
        booleanKey("enabled", &T::enabled),
        customKey<T>("otlp_endpoint", "url", defaultOf(T{}.endpoint), readEndpoint),
        customKey<T>("service_name", "string", "melis-gateway",
                     [](const Cursor &value, T &into) {
                         if (auto name = readName(value, MaxNameBytes)) {
                             into.serviceName = std::move(*name);
                         }
                     }),
    });
    return Keys;
}

bool settleMelisTracing(const Cursor &at, TracingSettings &tracing)
{
    if (tracing.port != GrpcPort) {
        return false;
    }
    tracing.port = HttpPort;
    const std::string from = ':' + std::to_string(GrpcPort);
    if (const std::size_t found = tracing.endpoint.find(from); found != std::string::npos) {
        tracing.endpoint.replace(found, from.size(), ':' + std::to_string(HttpPort));
    }
    if (tracing.enabled) {
        at.find("otlp_endpoint")
            .value_or(at)
            .warning("4317 is the collector's port for gRPC; traces go over HTTP, to " +
                     quoted(tracing.endpoint));
    }
    return true;
}

} // namespace meridian::config
