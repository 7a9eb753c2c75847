// SPDX-License-Identifier: MIT
#include "core/config/melisenvironment.h"

#include "core/config/laterkeys.h"
#include "core/config/melissections.h"
#include "core/config/scalars.h"
#include "core/config/tracingsection.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

namespace meridian::config {

namespace {

constexpr std::size_t MaxHostBytes = 255;

std::string_view variable(const char *name)
{
    // nothing in the process writes the environment
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char *value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

void report(const Cursor &top, std::string_view name, std::string message)
{
    top.context().diagnostics.error({}, std::string(name), std::move(message));
}

void warn(const Cursor &top, std::string_view name, std::string message)
{
    top.context().diagnostics.warning({}, std::string(name), std::move(message));
}

void applyPort(const Cursor &top, model::GatewaySettings &gateway)
{
    const std::string_view text = variable("MELIS_SERVER_PORT");
    if (text.empty()) {
        return;
    }
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failure != std::errc() || end != text.data() + text.size()) {
        report(top, "MELIS_SERVER_PORT", "must be a port, 0 to 65535");
        return;
    }
    gateway.port = port;
}

void applyHost(const Cursor &top, model::GatewaySettings &gateway)
{
    const std::string_view text = variable("MELIS_SERVER_HOST");
    if (text.size() > MaxHostBytes || hasControlCharacter(text)) {
        report(top, "MELIS_SERVER_HOST", "must be a name or an address");
    } else if (!text.empty()) {
        gateway.host = text;
    }
}

// Where the file does not say whether to trace, an endpoint means yes.
void applyEndpoint(const Cursor &top, MelisConfig &config)
{
    const std::string_view text = variable("MELIS_OTLP_ENDPOINT");
    if (text.empty()) {
        return;
    }
    model::TracingSettings &tracing = config.settings.tracing;
    if (auto problem = setTracingEndpoint(text, tracing)) {
        report(top, "MELIS_OTLP_ENDPOINT", std::move(*problem));
        return;
    }
    tracing.enabled = tracing.enabled || !config.isTracingDecided;
    const bool isEnabled = std::exchange(tracing.enabled, false); // the warning is said here
    const bool isGrpc = settleMelisTracing(top, tracing);
    tracing.enabled = isEnabled;
    if (isGrpc && isEnabled) {
        warn(top, "MELIS_OTLP_ENDPOINT",
             "4317 is the collector's port for gRPC; traces go over HTTP, to " +
                 config::quoted(tracing.endpoint));
    }
}

// `info`, or directives such as `melis=debug,hyper=warn`: Melis' own one, else the general one.
std::string_view levelWord(std::string_view text)
{
    std::string_view general;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view directive = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        const std::size_t sign = directive.find('=');
        if (sign == std::string_view::npos) {
            general = directive;
        } else if (directive.starts_with("melis") || directive.starts_with("meridian")) {
            return directive.substr(sign + 1);
        }
    }
    return general;
}

void applyLevel(const Cursor &top, model::LoggingSettings &logging)
{
    std::string word(levelWord(variable("RUST_LOG")));
    for (char &c : word) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    if (word.empty()) {
        return;
    }
    if (word == "trace" || word == "debug") {
        logging.level = "DEBUG";
    } else if (word == "info") {
        logging.level = "INFO";
    } else if (word == "warn") {
        logging.level = "WARNING";
    } else if (word == "error") {
        logging.level = "ERROR";
    } else if (word == "off") {
        logging.level = "CRITICAL";
    } else {
        warn(top, "RUST_LOG", "unknown level " + config::quoted(word) + "; using " + logging.level);
    }
}

} // namespace

void applyMelisEnvironment(const Cursor &top, MelisConfig &config)
{
    applyHost(top, config.settings.gateway);
    applyPort(top, config.settings.gateway);
    applyEndpoint(top, config);
    applyLevel(top, config.settings.logging);
    if (!variable("MELIS_REDIS_URL").empty()) {
        warn(top, "MELIS_REDIS_URL", std::string(NotYetActive));
    }
}

RoutesPath melisRoutesPath(const std::string &fromCommandLine,
                           const std::string &fromFile,
                           const std::string &configFile)
{
    namespace fs = std::filesystem;
    const std::string_view fromEnvironment = variable("MELIS_ROUTES_CONFIG");
    if (!fromCommandLine.empty()) {
        return {fromCommandLine, true}; // as a person at the keyboard means it
    }
    RoutesPath found;
    found.isNamed = !fromEnvironment.empty() || !fromFile.empty();
    found.path = !fromEnvironment.empty() ? std::string(fromEnvironment)
                 : !fromFile.empty()      ? fromFile
                                          : std::string("routes.yaml");
    std::error_code error;
    const fs::path path(found.path);
    if (path.is_absolute() || fs::exists(path, error)) {
        return found;
    }
    const fs::path beside = fs::path(configFile).parent_path() / path;
    if (!configFile.empty() && fs::exists(beside, error)) {
        found.path = beside.lexically_normal().string();
    }
    return found;
}

} // namespace meridian::config
