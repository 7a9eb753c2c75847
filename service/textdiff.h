// SPDX-License-Identifier: MIT
// The difference between two texts as people read it: unified, three lines around each change.
#pragma once

#include <string>
#include <string_view>

namespace meridian::service {

/// Empty when they are the same. Lines are compared whole. Beyond some millions of pairs of lines
/// in the part that differs, that part is told as replaced as a whole.
[[nodiscard]] std::string unifiedDiff(std::string_view before,
                                      std::string_view after,
                                      std::string_view nameBefore,
                                      std::string_view nameAfter);

} // namespace meridian::service
