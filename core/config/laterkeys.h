// SPDX-License-Identifier: MIT
// Keys and sections of later versions: recognised, reported once when they ask for something,
// refused when they promise a protection that this version cannot keep.
#pragma once

#include "core/config/cursor.h"
#include "core/config/keys.h"

#include <string>
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

/// Numbers and words of later versions: quiet at their default, one warning otherwise.
void readLaterNumber(const Cursor &value, double min, double quiet);
void readLaterString(const Cursor &value, std::string_view quiet);

template <typename S>
Key<S> laterNumberKey(std::string name, std::string defaultText, double min, double quiet)
{
    Key<S> key = customKey<S>(
        std::move(name), "number", std::move(defaultText),
        [min, quiet](const Cursor &value, S &) { readLaterNumber(value, min, quiet); });
    key.isActive = false;
    return key;
}

} // namespace meridian::config
