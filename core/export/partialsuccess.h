// SPDX-License-Identifier: MIT
// Reads what a collector says about a batch it took: an ExportTraceServiceResponse.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::exporter {

struct PartialSuccess
{
    std::uint64_t rejectedSpans = 0;
    std::string message; // for a person; UTF-8, of bounded length, without control characters

    [[nodiscard]] bool isComplete() const noexcept { return rejectedSpans == 0; }
};

/// Of a body that cannot be read nothing is known, and nothing was rejected.
[[nodiscard]] PartialSuccess readJsonResponse(std::string_view body);
[[nodiscard]] PartialSuccess readProtobufResponse(std::string_view body);

} // namespace meridian::exporter
