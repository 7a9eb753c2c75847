// SPDX-License-Identifier: MIT
// Refuses model traffic while somebody has paused the gateway.
#include "core/filter/pausefilter.h"

namespace meridian::filter {

std::optional<Refusal> PauseFilter::onHead(const FilterContext &context)
{
    const auto &isPaused = context.snapshot.isPaused;
    if (!context.isControlPlane && isPaused && isPaused->load(std::memory_order_relaxed)) {
        return Refusal{http::HttpError::Paused, {}};
    }
    return std::nullopt;
}

} // namespace meridian::filter
