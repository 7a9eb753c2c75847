// SPDX-License-Identifier: MIT
// The keys of `tracing:`.
#include "core/config/tracingsection.h"

#include "core/config/backendurl.h"
#include "core/config/keys.h"
#include "core/config/names.h"

#include <utility>

namespace meridian::config {

namespace {

using model::TracingSettings;

constexpr std::size_t MaxServiceNameBytes = 255;
constexpr std::int64_t MaxQueue = 1'000'000;
constexpr std::int64_t MaxBatch = 100'000;

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

void readProtocol(const Cursor &value, TracingSettings &into)
{
    const auto name = readString(value);
    if (!name) {
        return;
    }
    if (*name == "http/protobuf" || *name == "protobuf") {
        into.protocol = TracingSettings::Protocol::Protobuf;
    } else if (*name == "http/json" || *name == "json") {
        into.protocol = TracingSettings::Protocol::Json;
    } else {
        value.error("unknown protocol " + quoted(*name) +
                    "; known are http/protobuf and http/json");
    }
}

void readHeaders(const Cursor &value, TracingSettings &into)
{
    if (auto headers = readSecretHeaders(value)) {
        into.headers = std::move(*headers);
    }
}

} // namespace

// As OTEL_EXPORTER_OTLP_ENDPOINT: an address alone gets the signal's usual path.
std::optional<std::string> setTracingEndpoint(std::string_view text, TracingSettings &into)
{
    auto url = parseEndpointUrl(text);
    if (!url) {
        return std::move(url.error());
    }
    if (url->basePath == "/") {
        url->basePath = "/v1/traces";
        url->text += url->text.ends_with('/') ? "v1/traces" : "/v1/traces";
    }
    into.endpoint = std::move(url->text);
    into.host = std::move(url->host);
    into.port = url->port;
    into.https = url->isHttps;
    into.path = std::move(url->basePath);
    return std::nullopt;
}

const Section<TracingSettings> &tracingSection()
{
    using T = TracingSettings;
    static const Section<T> Keys({
        booleanKey("enabled", &T::enabled),
        customKey<T>("endpoint", "url", defaultOf(T{}.endpoint), readEndpoint),
        customKey<T>("protocol", "string", "http/protobuf", readProtocol),
        customKey<T>("headers", "mapping of secrets", "{}", readHeaders),
        nameKey("service_name", &T::serviceName, MaxServiceNameBytes),
        numberKey("sample_ratio", &T::sampleRatio, 0, 1),
        integerKey("queue_size", &T::queueSize, 1, MaxQueue),
        integerKey("batch_size", &T::batchSize, 1, MaxBatch),
        secondsKey("interval_s", &T::interval),
        secondsKey("timeout_s", &T::timeout),
    });
    return Keys;
}

void readTracing(const Cursor &value, TracingSettings &into)
{
    tracingSection().read(value, into);
    if (into.batchSize > into.queueSize) {
        if (const auto given = value.find("batch_size")) {
            given->error("must not be larger than queue_size (" + std::to_string(into.queueSize) +
                         ')');
        }
        into.batchSize = into.queueSize;
    }
}

} // namespace meridian::config
