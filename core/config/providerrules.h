// SPDX-License-Identifier: MIT
// What follows from the provider of a backend: its address, its defaults, and what it needs.
#pragma once

#include "core/config/backendurl.h"
#include "core/config/cursor.h"
#include "core/model/backendsettings.h"

#include <string>
#include <string_view>

namespace meridian::config {

/// Where the entry's own dialect has the keys that messages name.
struct ProviderKeys
{
    std::string_view url = "url";
    std::string_view apiKey = "api_key";
    std::string_view project = "options.project";
    std::string_view region = "options.region";
    std::string_view compartment = "options.compartment_id";
};

/// The provider's public address with these options; empty where there is none.
[[nodiscard]] std::string publicUrl(const model::BackendSettings &backend);

void setUrl(BackendUrl url, model::BackendSettings &into);

/// Drops a final path of the provider's API from the url; true when there was one.
bool dropVersionPath(model::BackendSettings &backend);

/// Fills what an entry leaves open, and reports what its provider needs and does not get.
/// `entry`: the mapping that was read into `backend`.
void settleProvider(const Cursor &entry, const ProviderKeys &keys, model::BackendSettings &backend);

} // namespace meridian::config
