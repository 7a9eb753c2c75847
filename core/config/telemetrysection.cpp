// SPDX-License-Identifier: MIT
// The keys of `telemetry:`.
#include "core/config/telemetrysection.h"

#include "core/config/backendurl.h"
#include "core/config/keys.h"

#include <utility>

namespace meridian::config {

namespace {

using model::TelemetrySettings;

void readType(const Cursor &value, TelemetryDocument &into)
{
    const auto type = readString(value);
    if (!type) {
        return;
    }
    if (*type == "json") {
        into.settings.type = TelemetrySettings::Type::Json;
    } else if (*type == "prometheus") {
        into.settings.type = TelemetrySettings::Type::Prometheus;
    } else {
        value.warning("unknown type " + quoted(*type) +
                      "; no telemetry for this backend (known are json and prometheus)");
        into.isKnownType = false;
    }
}

void readUrl(const Cursor &value, TelemetryDocument &into)
{
    const auto text = readString(value);
    if (!text) {
        return;
    }
    auto url = parseEndpointUrl(*text);
    if (!url) {
        value.error(std::move(url.error()));
        return;
    }
    into.settings.url = *text;
    into.settings.host = std::move(url->host);
    into.settings.port = url->port;
    into.settings.https = url->isHttps;
    into.settings.path = std::move(url->basePath);
}

Key<TelemetryDocument> spanKey(std::string name, model::Duration TelemetrySettings::*field)
{
    return customKey<TelemetryDocument>(std::move(name), "seconds",
                                        defaultOf(TelemetrySettings{}.*field),
                                        [field](const Cursor &value, TelemetryDocument &into) {
                                            if (const auto read = readSeconds(value)) {
                                                into.settings.*field = *read;
                                            }
                                        });
}

} // namespace

const Section<TelemetryDocument> &telemetrySection()
{
    using D = TelemetryDocument;
    static const Section<D> Keys({
        customKey<D>("type", "string", "json", readType),
        required(customKey<D>("url", "url", "", readUrl)),
        spanKey("interval_s", &TelemetrySettings::interval),
        spanKey("timeout_s", &TelemetrySettings::timeout),
    });
    return Keys;
}

std::optional<model::TelemetrySettings> readTelemetry(const Cursor &value)
{
    if (value.isNull()) {
        return std::nullopt;
    }
    TelemetryDocument document;
    telemetrySection().read(value, document);
    return document.isKnownType ? std::optional(std::move(document.settings)) : std::nullopt;
}

} // namespace meridian::config
