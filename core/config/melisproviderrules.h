// SPDX-License-Identifier: MIT
// What depends on several keys of a provider in Melis' file.
#pragma once

#include "core/config/cursor.h"
#include "core/config/melisproviders.h"

namespace meridian::config {

/// Completes what was read into `into`: the provider that is meant, its address, credentials and
/// time-outs; reports what is missing or has no effect.
void settleMelisEntry(const Cursor &entry, MelisEntry &into);

} // namespace meridian::config
