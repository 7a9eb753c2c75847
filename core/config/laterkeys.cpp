// SPDX-License-Identifier: MIT
// The table of later sections and the rule by which each counts as "in use".
#include "core/config/laterkeys.h"

#include "core/config/scalars.h"

#include <algorithm>

namespace meridian::config {

namespace {

bool isEnabled(const Cursor &section)
{
    const auto enabled = section.find("enabled");
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
        section.find("enabled")->error(
            what + " is not yet active in this version, and starting without it would leave "
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

// In use by being there, unless it says otherwise.
void readRedis(const Cursor &section)
{
    const auto enabled = section.find("enabled");
    if (!enabled || readBoolean(*enabled).value_or(false)) {
        section.warningAtKey(std::string(NotYetActive));
    }
}

} // namespace

const std::vector<LaterSection> &laterSections()
{
    static const std::vector<LaterSection> Sections{
        {"rate_limit",
         {"enabled", "token_capacity", "token_refill_rate", "max_buckets", "idle_ttl_s",
          "sweep_interval_s", "org_overrides", "global", "global_limit", "models"},
         false,
         warnWhenEnabled},
        {"audit_bus",
         {"enabled", "bootstrap_servers", "topic", "client_id"},
         false,
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

} // namespace meridian::config
