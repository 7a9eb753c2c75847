// SPDX-License-Identifier: MIT
#include "core/routing/router.h"

#include <algorithm>

namespace meridian::routing {

RouteChoice Router::choose(const upstream::Snapshot &snapshot,
                           const RouteQuery &query,
                           const std::vector<const upstream::Backend *> &tried)
{
    m_candidates.clear();
    m_positions.clear();
    bool anyServes = false;
    bool anyHealthy = false;
    for (std::size_t i = 0; i < snapshot.backends.size(); ++i) {
        upstream::Backend *backend = snapshot.backends[i].get();
        if (!backend->serves(query.model)) {
            continue;
        }
        anyServes = true;
        if (!backend->isHealthy()) {
            continue;
        }
        anyHealthy = true;
        if (std::find(tried.begin(), tried.end(), backend) != tried.end()) {
            continue;
        }
        m_candidates.push_back(backend);
        m_positions.push_back(i);
    }
    if (m_candidates.empty()) {
        return {anyHealthy  ? RouteOutcome::Exhausted
                : anyServes ? RouteOutcome::NoneHealthy
                            : RouteOutcome::NoSuchModel,
                nullptr};
    }
    const std::size_t picked = m_candidates.size() == 1 ? 0 : m_strategy->pick(m_candidates);
    return {RouteOutcome::Chosen, snapshot.backends[m_positions[picked]]};
}

} // namespace meridian::routing
