// SPDX-License-Identifier: MIT
// What YAML says about keys and yaml-cpp does not do: merge keys, and keys that come twice.
#pragma once

#include "core/config/diagnostics.h"
#include "core/config/yamlnode.h"

namespace meridian::config {

/// Applies `<<` in every mapping of the tree (explicit keys win, then the earlier mapping of a
/// list), reports keys given twice and keeps the first. Costs no memory: aliases are expanded
/// already, so that what is merged is moved.
void settleKeys(YamlNode &root, Diagnostics &problems);

/// May hold a password or a token, or stand above one: such a subtree is never quoted in a message.
[[nodiscard]] bool isSecretKey(std::string_view key) noexcept;

} // namespace meridian::config
