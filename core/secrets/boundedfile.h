// SPDX-License-Identifier: MIT
// Reads a small file whole, with a cap, and never waits on what is not a file.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>

namespace meridian {

/// The contents of a regular file (links are followed) of at most `maxBytes`. The error's detail
/// is the reason alone, without the path. Blocks on the disk: not for workers.
[[nodiscard]] Result<std::string> readBoundedFile(const std::string &path, std::size_t maxBytes);

} // namespace meridian
