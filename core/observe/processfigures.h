// SPDX-License-Identifier: MIT
// What the kernel says about this process, for the process_* series.
#pragma once

#include <cstdint>
#include <optional>

namespace meridian::observe {

/// A value the platform does not tell stays unset and is left out of the page.
struct ProcessFigures
{
    std::optional<double> cpuSeconds;       // user and system
    std::optional<double> startTimeSeconds; // since the epoch
    std::optional<std::uint64_t> residentBytes;
    std::optional<std::uint64_t> virtualBytes;
    std::optional<std::uint64_t> openDescriptors;
    std::optional<std::uint64_t> maxDescriptors;
};

/// Reads /proc; a few dozen microseconds plus one entry per open descriptor.
[[nodiscard]] ProcessFigures readProcessFigures();

} // namespace meridian::observe
