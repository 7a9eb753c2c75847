// SPDX-License-Identifier: MIT
// The bodies of the calls below /meridian/config, read.
#pragma once

#include "core/base/result.h"
#include "core/config/yamledit.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::service {

/// What a body holds of these; each call says what it needs.
struct ConfigOrder
{
    std::optional<std::string> text;
    std::optional<std::string> etag;
    std::string note;
    std::vector<config::YamlEdit> edits;
};

/// Fails with what is wrong and how it should be.
[[nodiscard]] Result<ConfigOrder> readConfigOrder(std::string_view body);

} // namespace meridian::service
