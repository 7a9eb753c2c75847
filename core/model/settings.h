// SPDX-License-Identifier: MIT
// The configuration as values: every key of config.yaml that is active, with its only default.
#pragma once

#include "core/base/secret.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meridian::model {

using Duration = std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// Certificate and key of the listener, as PEM files.
struct ListenerTls
{
    std::string certFile;
    std::string keyFile;
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
};

/// `timeouts:` and `backends[].timeout` (spec/meridian.md §2). `read` is a gap between bytes.
struct TimeoutSettings
{
    Duration connect = 5s;
    Duration read = 300s;
    Duration write = 5s;
    std::optional<Duration> streamRead; // unset: use `read`
};

/// `health:` — active probes.
struct HealthSettings
{
    Duration interval = 5s;
    Duration timeout = 2s;
    int failThreshold = 2;
    int successThreshold = 1;
};

/// `logging:` — the diagnostic level (stderr) and the request log (JSONL). An empty path: no
/// request log.
struct LoggingSettings
{
    std::string level = "INFO";
    std::string jsonlPath = "./meridian_requests.jsonl";
};

/// `backends[].tls:` for https backends.
struct UpstreamTls
{
    std::string caFile;     // empty: the system's store
    std::string serverName; // empty: the host of the url; SNI and the name verified
    bool verify = true;
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
    std::string engine = "vllm";
    std::string model; // empty: serves any model name
    int weight = 1;
    std::vector<std::string> tags;
    std::string healthEndpoint = "/v1/models";
    Secret authHeader;        // sent verbatim as Authorization; empty: none of its own
    TimeoutSettings timeouts; // global timeouts with the backend's own laid over them
    /// May an attempt that died before its first response byte be sent elsewhere although the
    /// backend may already have read it? False for paid providers unless configured.
    bool retryAfterSend = true;
    Duration keepalive = 4s; // how long an idle upstream connection is kept: below uvicorn's 5 s
    std::size_t maxIdleConnections = 64; // per worker
    UpstreamTls tls;
};

/// `admin:` — who may reach the control plane besides loopback.
struct AdminSettings
{
    std::vector<std::string> allow; // networks in CIDR form
};

/// A whole, valid configuration.
struct Settings
{
    GatewaySettings gateway;
    HealthSettings health;
    LoggingSettings logging;
    AdminSettings admin;
    std::vector<BackendSettings> backends;
};

} // namespace meridian::model
