// SPDX-License-Identifier: MIT
// Records of whole exchanges, with the times and counts that the metrics page sums up.
#pragma once

#include "tests/observe/records.h"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace meridian::test {

[[nodiscard]] inline model::RequestRecord
exchange(std::string_view backend, std::string_view model, std::uint16_t status)
{
    model::RequestRecord made = record(backend, model, status);
    made.stageMicros = {2, 11, 1, 0, 14, 6, 3, 2, 60, 5'000, 7'000, 8};
    made.hasUsage = status == 200;
    return made;
}

[[nodiscard]] inline model::RequestRecord stream(std::string_view backend,
                                                 std::string_view model,
                                                 std::chrono::nanoseconds latency,
                                                 std::chrono::nanoseconds firstByte,
                                                 std::uint64_t tokens)
{
    model::RequestRecord made = exchange(backend, model, 200);
    made.stream = true;
    made.latency = latency;
    made.firstByte = firstByte;
    made.completionTokens = tokens;
    return made;
}

} // namespace meridian::test
