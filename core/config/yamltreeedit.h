// SPDX-License-Identifier: MIT
// The same edits on the tree: what an edited text must turn out to mean.
#pragma once

#include "core/config/yamledit.h"

namespace meridian::config {

using YamlPath = std::vector<YamlStep>;

/// The path with every name of a list's item replaced by its index, as far as it leads through what
/// exists. Fails where it leads into a scalar, or names an item or index that is not there.
[[nodiscard]] Result<YamlPath> resolvePath(const YamlNode &root, const YamlPath &path);

/// The node at a resolved path; null when it is not there.
[[nodiscard]] const YamlNode *nodeAt(const YamlNode &root, const YamlPath &path);

/// Edits the tree; the path is resolved.
[[nodiscard]] Result<void> editTree(YamlNode &root, const YamlPath &path, const YamlEdit &edit);

} // namespace meridian::config
