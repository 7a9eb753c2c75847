// SPDX-License-Identifier: MIT
// The backend with the fewest exchanges in flight.
#pragma once

#include "core/upstream/strategy.h"

namespace meridian::upstream {

/// Ties go round, so that idle traffic does not always hit the first backend.
class LeastInflight final : public Strategy
{
public:
    std::size_t pick(std::span<Backend *const> candidates) override;

private:
    std::size_t m_turn = 0;
};

} // namespace meridian::upstream
