// SPDX-License-Identifier: MIT
// Stops a request that goes round: a gateway configured, over however many hops, as its own
// backend.
#pragma once

#include "core/filter/filter.h"

namespace meridian::filter {

/// Every request sent upstream carries x-meridian-hops, one more than it came with; at MaxHops it
/// ends.
class LoopFilter final : public Filter
{
public:
    static constexpr int MaxHops = 8;
    static constexpr std::string_view Header = "x-meridian-hops";

    /// How often the request has passed a gateway; what is not a number counts as the limit.
    [[nodiscard]] static int hopsOf(const http::MessageHead &head) noexcept;

    [[nodiscard]] std::string_view name() const override { return "loop"; }

    [[nodiscard]] std::optional<Refusal> onHead(const FilterContext &context) override;
};

} // namespace meridian::filter
