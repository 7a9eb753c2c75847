// SPDX-License-Identifier: MIT
// The table of later sections and the rule by which each counts as "in use".
#include "core/config/laterkeys.h"

#include "core/config/scalars.h"

#include <algorithm>

namespace meridian::config {

namespace {

// The value of a key of a section, if it is there.
std::optional<Cursor> childOf(const Cursor &section, std::string_view key)
{
    for (const YamlEntry &entry : section.node().entries) {
        if (entry.key.kind == YamlNode::Kind::Scalar && entry.key.text == key) {
            return section.child(entry);
        }
    }
    return std::nullopt;
}

bool isEnabled(const Cursor &section)
{
    const auto enabled = childOf(section, "enabled");
    return enabled && readBoolean(*enabled).value_or(false);
}

void warnWhenEnabled(const Cursor &section)
{
    if (isEnabled(section)) {
        section.warningAtKey(std::string(NotYetActive));
    }
}

void refuseWhenEnabled(const Cursor &section, const std::string &what)
{
    if (isEnabled(section)) {
        childOf(section, "enabled")
            ->error(what +
                    " is not yet active in this version, and starting without it would leave "
                    "you unprotected; set enabled: false to accept that");
    }
}

void readAuth(const Cursor &section)
{
    refuseWhenEnabled(section, "API-key authentication");
}

void readPii(const Cursor &section)
{
    refuseWhenEnabled(section, "the PII filter");
}

void readIsolation(const Cursor &section)
{
    const auto mode = childOf(section, "mode");
    const auto name = mode ? readString(*mode) : std::optional<std::string>("shared");
    if (!name) {
        return;
    }
    if (*name == "dedicated") {
        mode->error(
            "isolation is not yet active in this version, and starting without it would mix "
            "tenants; set mode: shared to accept that");
    } else if (*name != "shared") {
        mode->error("unknown mode; known are shared and dedicated");
    } else if (const auto pools = childOf(section, "pools");
               pools && pools->requireMapping() && !pools->node().entries.empty()) {
        section.warningAtKey(std::string(NotYetActive));
    }
}

void readResilience(const Cursor &section)
{
    const auto retries = childOf(section, "max_retries");
    const auto breaker = childOf(section, "circuit_breaker");
    const bool hasRetries = retries && readInteger(*retries, 0, 1'000'000).value_or(0) > 0;
    const bool hasBreaker = breaker && breaker->requireMapping() && isEnabled(*breaker);
    if (hasRetries || hasBreaker) {
        section.warningAtKey(std::string(NotYetActive));
    }
}

// In use by being there, unless it says otherwise.
void readRedis(const Cursor &section)
{
    const auto enabled = childOf(section, "enabled");
    if (!enabled || readBoolean(*enabled).value_or(false)) {
        section.warningAtKey(std::string(NotYetActive));
    }
}

} // namespace

const std::vector<LaterSection> &laterSections()
{
    static const std::vector<LaterSection> Sections{
        {"resilience",
         {"max_retries", "retry_backoff_base", "circuit_breaker"},
         false,
         readResilience},
        {"rate_limit",
         {"enabled", "token_capacity", "token_refill_rate", "max_buckets", "idle_ttl_s",
          "sweep_interval_s", "org_overrides", "global", "global_limit", "models"},
         false,
         warnWhenEnabled},
        {"audit_bus",
         {"enabled", "bootstrap_servers", "topic", "client_id"},
         false,
         warnWhenEnabled},
        {"tiering",
         {"enabled", "long_prompt_tokens", "long_decode_tokens", "tiers"},
         false,
         warnWhenEnabled},
        {"session_affinity",
         {"enabled", "header", "ttl_s", "sweep_interval_s", "max_sessions"},
         false,
         warnWhenEnabled},
        {"isolation", {"mode", "pools"}, true, readIsolation},
        {"canary",
         {"enabled", "canary_tags", "stable_tags", "start_weight", "steps", "rollback_error_rate",
          "rollback_min_samples", "window_s", "tick_s"},
         true,
         warnWhenEnabled},
        {"auth", {"enabled", "keys", "keys_file"}, true, readAuth},
        {"budgets",
         {"enabled", "store", "sqlite_path", "orgs", "teams", "users", "keys"},
         false,
         warnWhenEnabled},
        {"pii", {"enabled", "policy", "entities"}, true, readPii},
        {"cost",
         {"enabled", "store", "sqlite_path", "currency", "models", "default_prompt_per_1m",
          "default_completion_per_1m", "max_window_days"},
         false,
         warnWhenEnabled},
        {"control_plane", {"enabled", "url", "poll_interval_s", "tag"}, false, warnWhenEnabled},
        {"redis", {}, false, readRedis},
    };
    return Sections;
}

void readLaterSection(const LaterSection &section, const Cursor &value)
{
    if (!value.requireMapping()) {
        return;
    }
    for (const YamlEntry &entry : value.node().entries) {
        const bool isKnown = section.keys.empty() || entry.key.kind != YamlNode::Kind::Scalar ||
                             std::find(section.keys.begin(), section.keys.end(), entry.key.text) !=
                                 section.keys.end();
        if (!isKnown) {
            value.unknownKey(entry, section.keys, section.refusesUnknown);
        }
    }
    section.read(value);
}

void readLaterNumber(const Cursor &value, double min, double quiet)
{
    const auto number = readNumber(value, min);
    if (number && *number != quiet) {
        value.warning(std::string(NotYetActive));
    }
}

void readLaterString(const Cursor &value, std::string_view quiet)
{
    const auto text = readString(value);
    if (text && *text != quiet) {
        value.warning(std::string(NotYetActive));
    }
}

} // namespace meridian::config
