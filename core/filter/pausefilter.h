// SPDX-License-Identifier: MIT
// Refuses model traffic while somebody has paused the gateway.
#pragma once

#include "core/filter/filter.h"

namespace meridian::filter {

/// The port stays open and the control plane answers: callers are told what is the matter, and
/// when to come again, instead of finding nobody. What is in flight goes on.
class PauseFilter final : public Filter
{
public:
    [[nodiscard]] std::string_view name() const override { return "pause"; }

    [[nodiscard]] std::optional<Refusal> onHead(const FilterContext &context) override;
};

} // namespace meridian::filter
