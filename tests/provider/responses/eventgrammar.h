// SPDX-License-Identifier: MIT
// Checks that a stream of the Responses API keeps the order that clients rely on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace meridian::testing {

struct EventStream
{
    std::vector<std::string> events; // the data of each, JSON
    std::string flaw;                // empty: none found
};

/// Every `event:` line names its data's type; sequence numbers have no gap; items are announced in
/// order and, unless the response failed, told to be done; deltas go to open items, by id and
/// index, and make the texts of the done events; the final response holds the items as they were
/// told; nothing comes after it.
[[nodiscard]] EventStream checkedEvents(std::string_view stream);

} // namespace meridian::testing
