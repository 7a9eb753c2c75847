// SPDX-License-Identifier: MIT
// Of each value in force: what it is, and who says so.
#pragma once

#include "core/config/section.h"
#include "core/config/yamlnode.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::config {

/// One value. `line` and `column` count from 1; 0 and an empty `file` where no file says it.
struct Provenance
{
    enum class Source { File, Default, Override };

    std::string path;  // backends[0].weight
    std::string value; // as YAML writes it, cut after MaxValueBytes
    Source source = Source::Default;
    std::string file;
    int line = 0;
    int column = 0;
};

/// Bounds of what is told: a screen shows it.
inline constexpr std::size_t MaxProvenanceRows = 20'000;
inline constexpr std::size_t MaxProvenanceValueBytes = 256;

/// The word of the API: file, default, override.
[[nodiscard]] std::string_view sourceName(Provenance::Source source) noexcept;

/// What the command line or the environment says on top of a file: path and value.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// Every value of the tree in file order, then the defaults of what it does not say, in the order
/// of `keys`: of each section that needs no entry to be in force, and of each backend. The
/// time-outs of a backend that it does not give are those of `timeouts`, wherever they come from.
/// Nothing is hidden here: `tree` is one of a text whose secrets are masked.
[[nodiscard]] std::vector<Provenance> provenanceOf(const YamlNode &tree,
                                                   const std::string &file,
                                                   const std::vector<KeyInfo> &keys,
                                                   const Overrides &overrides);

} // namespace meridian::config
