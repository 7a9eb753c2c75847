// SPDX-License-Identifier: MIT
// Who may reach the control plane while there are no keys: loopback, and the networks of
// admin.allow.
#pragma once

#include "core/filter/filter.h"

namespace meridian::filter {

/// Why the caller may not operate this gateway, or nothing when it may.
[[nodiscard]] std::optional<Refusal> operatorRefusal(const FilterContext &context);

/// Loopback alone is a weak credential, so it must look like a person at this machine: no proxy in
/// between (X-Forwarded-For, Forwarded), and a Host that a foreign web page cannot have (DNS
/// rebinding): a loopback address or "localhost". A peer inside admin.allow is believed as it is.
/// What changes something is refused to other sites' pages, whoever's browser shows them (Origin).
class AccessFilter final : public Filter
{
public:
    [[nodiscard]] std::string_view name() const override { return "access"; }

    [[nodiscard]] std::optional<Refusal> onHead(const FilterContext &context) override;
};

} // namespace meridian::filter
