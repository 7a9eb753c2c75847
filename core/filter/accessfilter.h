// SPDX-License-Identifier: MIT
// Who may reach the control plane: loopback, the networks of admin.allow, whoever has admin.token.
#pragma once

#include "core/filter/filter.h"
#include "core/filter/guesslimiter.h"

#include <chrono>

namespace meridian::filter {

/// Why the caller's address and looks do not allow it to operate this gateway, or nothing when they
/// do. Looks at no token.
[[nodiscard]] std::optional<Refusal> operatorRefusal(const FilterContext &context);

/// Loopback alone is a weak credential, so it must look like a person at this machine: no proxy in
/// between (X-Forwarded-For, Forwarded), and a Host that a foreign web page cannot have (DNS
/// rebinding): a loopback address or "localhost". A peer inside admin.allow is believed as it is.
/// The right admin.token is believed from everywhere; a wrong one is refused to everybody.
/// What changes something is refused to other sites' pages, whoever's browser shows them (Origin,
/// Sec-Fetch-Site). With a token configured the page's own files are open: they tell nothing, and
/// somebody has to ask for the token.
class AccessFilter final : public Filter
{
public:
    [[nodiscard]] std::string_view name() const override { return "access"; }

    [[nodiscard]] std::optional<Refusal> onHead(const FilterContext &context) override;

    /// The same at a moment of the caller's choice.
    [[nodiscard]] std::optional<Refusal> judge(const FilterContext &context,
                                               std::chrono::steady_clock::time_point now);

private:
    GuessLimiter m_guesses; // of this worker
};

} // namespace meridian::filter
