// SPDX-License-Identifier: MIT
// The backend with the fewest exchanges in flight.
#pragma once

#include "core/upstream/strategies/turns.h"
#include "core/upstream/strategy.h"

namespace meridian::upstream {

/// | rule    | lowest score(), over all workers together; ties go round                       |
/// | source  | "join the shortest queue", Winston 1977; weights have no say                   |
/// | needs   | nothing of the body                                                            |
/// | score() | exchanges in flight, plus four for each failure of the last seconds (fading):  |
/// |         | who fails at once has nothing in flight                                        |
class LeastInflight final : public Strategy
{
public:
    std::size_t pick(std::span<Backend *const> candidates, const PickContext &context) override;
    std::optional<double> score(const Backend &backend, const PickContext &context) const override;

private:
    Turns m_turns;
};

} // namespace meridian::upstream
