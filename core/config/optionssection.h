// SPDX-License-Identifier: MIT
// `backends[].options` — what only some providers read.
#pragma once

#include "core/config/section.h"
#include "core/model/providersettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::ProviderOptions> &optionsSection();

/// Warns of every key of `given` that `provider` does not read.
void checkOptionsRead(const Cursor &given, model::Provider provider);

/// Readers of single values that other dialects of the file have under other names.
void readLocation(const Cursor &value, std::string &into);
void readPublisher(const Cursor &value, model::ProviderOptions &into);
void readOciFormat(const Cursor &value, model::ProviderOptions &into);
void readKeepAlive(const Cursor &value, model::ProviderOptions &into);

} // namespace meridian::config
