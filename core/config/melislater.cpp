// SPDX-License-Identifier: MIT
#include "core/config/melislater.h"

#include "core/config/scalars.h"

#include <string>

namespace meridian::config {

namespace {

// In use by being there: Melis has no switch for these.
void warn(const Cursor &section)
{
    section.warningAtKey(std::string(NotYetActive));
}

void readAuth(const Cursor &section)
{
    const auto enabled = section.find("enabled");
    if (enabled && readBoolean(*enabled).value_or(false)) {
        enabled->error("API-key authentication is not yet active in this version, and starting "
                       "without it would leave you unprotected; set enabled: false to accept that");
    }
}

void readBlocklist(const Cursor &section)
{
    for (const YamlEntry &entry : section.node().entries) {
        if (!entry.value.items.empty()) {
            section.child(entry).error("blocklists are not yet active in this version, and "
                                       "starting without them would leave you unprotected; empty "
                                       "the list to accept that");
        }
    }
}

} // namespace

const std::vector<LaterSection> &melisLaterSections()
{
    static const std::vector<LaterSection> Sections{
        {"redis",
         {"cluster_urls", "pool_size", "connect_timeout_secs", "command_timeout_secs", "url", "tls",
          "key_prefix", "on_loss"},
         false,
         warn},
        {"rate_limit", {"burst_capacity", "refill_rate"}, false, warn},
        {"compactor",
         {"token_threshold", "max_history_messages", "stop_words", "tokenizer_name", "strategy",
          "target_token_ratio", "min_final_tokens", "critical_markers",
          "preserve_critical_markers"},
         false,
         warn},
        {"auth", {"enabled", "api_keys"}, true, readAuth},
        {"blocklist", {"clients", "ips", "models", "key_hashes"}, true, readBlocklist},
    };
    return Sections;
}

} // namespace meridian::config
