// SPDX-License-Identifier: MIT
// The recent requests as a table for spreadsheets.
#pragma once

#include "core/model/requestrecord.h"

#include <string>
#include <vector>

namespace meridian::service {

/// RFC 4180, with a head line. A text that a spreadsheet would take for a formula gets an
/// apostrophe in front: names of models come from callers.
[[nodiscard]] std::string requestsCsv(const std::vector<model::RequestRecord> &requests);

} // namespace meridian::service
