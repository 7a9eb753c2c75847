// SPDX-License-Identifier: MIT
// `providers:` of Melis' file, as backends.
#pragma once

#include "core/config/meliscredentials.h"
#include "core/config/providernames.h"
#include "core/config/section.h"
#include "core/model/backendsettings.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace meridian::config {

/// What became of one provider: a backend for each model it lists, at least one.
struct MelisProvider
{
    std::string id;
    std::optional<ProviderChoice> type; // none: of routes.yaml's custom providers
    std::vector<std::size_t> backends;  // places in the list of backends
    bool hasAliases = false;
};

/// One entry while it is read.
struct MelisEntry
{
    model::BackendSettings backend;
    std::optional<ProviderChoice> type;
    std::vector<std::string> models;
    std::map<std::string, std::string> aliases;
    std::map<std::string, model::PriceSettings> prices;
    MelisCredentials credentials;
    std::string region;
    bool speaksOpenAi = false; // `api: openai`
};

[[nodiscard]] const Section<MelisEntry> &melisProviderSection();

/// Reads the list and appends its backends; `global` lies under each one's time-outs.
[[nodiscard]] std::vector<MelisProvider>
readMelisProviders(const Cursor &value,
                   const model::TimeoutSettings &global,
                   std::vector<model::BackendSettings> &backends);

} // namespace meridian::config
