// SPDX-License-Identifier: MIT
// One backend's configuration as values with their only defaults.
#pragma once

#include "core/base/secret.h"
#include "core/model/duration.h"
#include "core/model/observesettings.h"
#include "core/model/providersettings.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace meridian::model {

/// `timeouts:` and `backends[].timeout` (spec/meridian.md §2). `read` is a gap between bytes.
struct TimeoutSettings
{
    Duration connect = 5s;
    Duration read = 300s;
    Duration write = 5s;
    std::optional<Duration> streamRead; // unset: use `read`
    std::optional<Duration> firstByte;  // from the request's last byte sent; unset: use `read`
    std::optional<Duration> total;      // of one attempt, its whole response included; unset: none

    bool operator==(const TimeoutSettings &) const = default;
};

/// `backends[].tls:` for https backends.
struct UpstreamTls
{
    std::string caFile;     // empty: the system's store
    std::string serverName; // empty: the host of the url; SNI and the name verified
    bool verify = true;

    bool operator==(const UpstreamTls &) const = default;
};

/// `backends[].price:` — in one currency for all backends, per million tokens.
struct PriceSettings
{
    double promptPerMillion = 0;
    double completionPerMillion = 0;

    bool operator==(const PriceSettings &) const = default;
};

/// One entry of `backends:`.
struct BackendSettings
{
    std::string name;
    std::string url; // as configured, without trailing slash
    bool https = false;
    std::string host; // of url; IPv6 without brackets
    std::uint16_t port = 80;
    std::string basePath; // path part of url, "" or "/x"; put before each request path
    Provider provider = Provider::OpenAi;
    std::string engine = "vllm"; // a label
    std::string model;           // may hold `*`; empty: serves any model name
    std::string upstreamModel;   // what this backend calls the model; empty: as routed
    int weight = 1;
    std::vector<std::string> tags;
    std::string healthEndpoint = "/v1/models";
    Secret authHeader;                     // sent verbatim as Authorization; empty: none of its own
    Secret apiKey;                         // in the provider's own header; empty: none
    std::map<std::string, Secret> headers; // sent along, lower-case names; win over the client's
    ProviderOptions options;
    TimeoutSettings timeouts; // global timeouts with the backend's own laid over them
    /// May an attempt that died before its first response byte be sent elsewhere although the
    /// backend may already have read it? False for paid providers unless configured.
    bool retryAfterSend = true;
    Duration keepalive = 4s; // how long an idle upstream connection is kept: below uvicorn's 5 s
    std::size_t maxIdleConnections = 64; // per worker
    UpstreamTls tls;
    std::int64_t maxConcurrency = 0; // exchanges at once, all workers together; 0 = no limit
    std::optional<Duration>
        idleTimeout; // no traffic for so long: scaled to zero (…idle_timeout_min)
    std::optional<TelemetrySettings> telemetry;
    std::optional<PriceSettings> price;
    bool continuation = false; // can continue an assistant message (resilience.continuation)
    /// Paths of `routes` that name this backend; a request under a path that some backend lists
    /// goes to those that list it only.
    std::vector<std::string> routes;
    bool isRouteOnly = false; // serves nothing but `routes`
    /// 0: asked first; n: only when none with a smaller number can be (fallbacks of a route).
    int priority = 0;

    bool operator==(const BackendSettings &) const = default;
};

} // namespace meridian::model
