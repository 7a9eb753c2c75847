// SPDX-License-Identifier: MIT
// The configuration as values: every key of config.yaml that is active, with its only default.
#pragma once

#include "core/model/backendsettings.h"
#include "core/model/duration.h"
#include "core/model/observesettings.h"
#include "core/model/resiliencesettings.h"
#include "core/model/routingsettings.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meridian::model {

/// Certificate and key of the listener, as PEM files.
struct ListenerTls
{
    std::string certFile;
    std::string keyFile;

    bool operator==(const ListenerTls &) const = default;
};

/// `gateway:` — the listener, its limits, and how a backend is chosen.
struct GatewaySettings
{
    std::string host = "0.0.0.0";
    std::uint16_t port = 8080;
    std::string strategy = "least_inflight";
    std::size_t maxBodyBytes = 10485760;    // a collected (JSON) body
    std::size_t maxUploadBytes = 104857600; // a streamed (multipart or binary) body
    std::size_t maxHeaderBytes = 32768;
    std::size_t maxHeaders = 100;
    std::size_t maxConnections = 0; // 0 = what RLIMIT_NOFILE allows
    int workers = 0;                // 0 = one per CPU the process may use
    Duration headTimeout = 10s;     // a request head must be complete within
    Duration bodyTimeout =
        60s; // a collected body must be complete within; a streamed one must not pause longer
    Duration idleTimeout = 75s;  // a kept-alive client connection without a request
    Duration sendTimeout = 60s;  // a client that takes no byte of its response
    Duration drainTimeout = 30s; // SIGTERM: exchanges in flight get this long
    std::optional<ListenerTls> tls;
    TokenCostSettings cost;
    bool watchConfig = true; // reload when the configuration file changes
    bool coreDumps = false;  // memory holds keys and prompts

    bool operator==(const GatewaySettings &) const = default;
};

/// `health:` — active probes.
struct HealthSettings
{
    Duration interval = 5s;
    Duration timeout = 2s;
    int failThreshold = 2;
    int successThreshold = 1;

    bool operator==(const HealthSettings &) const = default;
};

/// `logging:` — the diagnostic level (stderr) and the request log (JSONL). An empty path: no
/// request log.
struct LoggingSettings
{
    std::string level = "INFO";
    std::string jsonlPath = "./meridian_requests.jsonl";

    bool operator==(const LoggingSettings &) const = default;
};

/// `admin:` — who may reach the control plane besides loopback.
struct AdminSettings
{
    std::vector<std::string> allow; // networks in CIDR form
    Secret token;                   // opens the control plane from everywhere; empty: none

    bool operator==(const AdminSettings &) const = default;
};

/// `discovery:` — where to look for engines besides their usual ports.
struct DiscoverySettings
{
    std::vector<std::string> places; // urls on this machine

    bool operator==(const DiscoverySettings &) const = default;
};

/// A whole, valid configuration.
struct Settings
{
    GatewaySettings gateway;
    HealthSettings health;
    LoggingSettings logging;
    AdminSettings admin;
    DiscoverySettings discovery;
    ResilienceSettings resilience;
    AdmissionSettings admission;
    ModelSettings models;
    TieringSettings tiering;
    AffinitySettings affinity;
    IsolationSettings isolation;
    CanarySettings canary;
    TracingSettings tracing;
    TranslationSettings translation;
    std::vector<RouteSettings> routes;
    std::vector<BackendSettings> backends;
};

} // namespace meridian::model
