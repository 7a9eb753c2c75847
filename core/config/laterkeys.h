// SPDX-License-Identifier: MIT
// Sections of later versions: recognised, reported once when they ask for something,
// refused when they promise a protection that this version cannot keep.
#pragma once

#include "core/config/cursor.h"

#include <string_view>
#include <vector>

namespace meridian::config {

inline constexpr std::string_view NotYetActive = "recognised, not yet active in this version";

/// A top-level section of a later version.
struct LaterSection
{
    std::string_view name;
    std::vector<std::string_view> keys; // its first level; empty: not checked
    bool refusesUnknown;                // a typo must not switch a protection off
    void (*read)(const Cursor &section);
};

[[nodiscard]] const std::vector<LaterSection> &laterSections();

/// The section is a mapping, its keys are checked, and it is reported as far as it is in use.
void readLaterSection(const LaterSection &section, const Cursor &value);

} // namespace meridian::config
