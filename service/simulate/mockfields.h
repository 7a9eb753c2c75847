// SPDX-License-Identifier: MIT
// The fields with which a request asks a simulated backend to misbehave.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace meridian::simulate {

struct MockFields
{
    bool fail = false;                            // mock_fail: answer 500
    std::optional<int> status;                    // mock_status: answer this status
    std::optional<std::uint64_t> disconnectAfter; // mock_disconnect_after: body bytes
};

/// Reads `mock_fail`, `mock_status` and `mock_disconnect_after` of a JSON object that has been
/// scanned before. Values of a wrong kind count as not given.
[[nodiscard]] MockFields mockFieldsOf(std::string_view body);

} // namespace meridian::simulate
