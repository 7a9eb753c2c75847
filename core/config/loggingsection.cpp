// SPDX-License-Identifier: MIT
// The keys of `logging:`.
#include "core/config/loggingsection.h"

#include "core/config/keys.h"

#include <algorithm>
#include <array>

namespace meridian::config {

namespace {

constexpr std::size_t MaxPathBytes = 4096;

// As in Meridian 0.12 an unknown level is not fatal; unlike there it is said.
void readLevel(const Cursor &value, model::LoggingSettings &into)
{
    static constexpr std::array<std::string_view, 5> Levels{"DEBUG", "INFO", "WARNING", "ERROR",
                                                            "CRITICAL"};
    auto level = readString(value);
    if (!level) {
        return;
    }
    std::string upper = *level;
    for (char &c : upper) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    }
    if (upper == "WARN") {
        upper = "WARNING";
    }
    if (std::find(Levels.begin(), Levels.end(), upper) == Levels.end()) {
        value.warning("unknown level " + quoted(*level) +
                      "; using INFO (known are DEBUG, INFO, WARNING, ERROR, CRITICAL)");
        upper = "INFO";
    }
    into.level = std::move(upper);
}

} // namespace

const Section<model::LoggingSettings> &loggingSection()
{
    using L = model::LoggingSettings;
    static const Section<L> Keys({
        customKey<L>("level", "string", defaultOf(L{}.level), readLevel),
        nameKey("jsonl_path", &L::jsonlPath, MaxPathBytes, true),
    });
    return Keys;
}

} // namespace meridian::config
