// SPDX-License-Identifier: MIT
// Writes server-sent events.
#pragma once

#include <string>
#include <string_view>

namespace meridian::http {

/// Appends one event. `data` is cut into as many data lines as it has lines; an empty `name` writes
/// no event line. `name` must not hold a line end.
void appendSseEvent(std::string &out, std::string_view name, std::string_view data);

} // namespace meridian::http
