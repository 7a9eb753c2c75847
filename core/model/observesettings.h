// SPDX-License-Identifier: MIT
// Capacity signals of backends and traces, as values with their only defaults.
#pragma once

#include "core/base/secret.h"
#include "core/model/duration.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace meridian::model {

/// `backends[].telemetry:` — where a backend says how busy it is. Never touches its health.
struct TelemetrySettings
{
    enum class Type : std::uint8_t { Json, Prometheus };

    Type type = Type::Json;
    std::string url; // as configured: http://host:port/path
    std::string host;
    std::uint16_t port = 80;
    bool https = false;
    std::string path; // with query
    Duration interval = 5s;
    Duration timeout = 2s;

    bool operator==(const TelemetrySettings &) const = default;
};

/// `tracing:` — OTLP over HTTP.
struct TracingSettings
{
    enum class Protocol : std::uint8_t { Protobuf, Json };

    bool enabled = false;
    std::string endpoint = "http://127.0.0.1:4318/v1/traces"; // full URL
    std::string host = "127.0.0.1";
    std::uint16_t port = 4318;
    bool https = false;
    std::string path = "/v1/traces";
    Protocol protocol = Protocol::Protobuf;
    std::map<std::string, Secret> headers; // lower-case names
    std::string serviceName = "meridian";
    /// Of the traces that start here; a caller's decision (traceparent) is followed.
    double sampleRatio = 1.0;
    std::size_t queueSize = 2048; // sampled exchanges waiting; beyond it they are counted and lost
    std::size_t batchSize = 512;  // spans' exchanges per POST
    Duration interval = 5s;
    Duration timeout = 10s;

    bool operator==(const TracingSettings &) const = default;
};

} // namespace meridian::model
