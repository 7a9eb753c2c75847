// SPDX-License-Identifier: MIT
// Asks every backend, again and again, whether it lives and what it serves.
#pragma once

#include "core/event/loop.h"
#include "core/health/probe.h"
#include "core/upstream/snapshot.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::health {

/// What the checker knows about a backend besides its Backend's own state.
struct BackendFindings
{
    std::string lastProbe; // for a person; empty = none yet
    std::vector<std::string> models;
};

/// Probes each backend at once, then every health.interval give or take a tenth, so that many
/// gateways do not strike together. A backend without traffic for its idle_timeout_min is marked idle
/// (scaled to zero) and left alone until a request wakes it. A status below 500 is life: 401 and 404 come from a server that
/// works (spec/meridian.md §12). Thread: its loop's (the main thread).
class HealthChecker
{
public:
    explicit HealthChecker(event::Loop &loop);
    ~HealthChecker();
    HealthChecker(const HealthChecker &) = delete;
    HealthChecker &operator=(const HealthChecker &) = delete;

    /// Watches the backends of this snapshot from now on; what is known of a Backend that stays is
    /// kept.
    void watch(const std::shared_ptr<const upstream::Snapshot> &snapshot);

    [[nodiscard]] BackendFindings findings(const upstream::Backend &backend) const;

    /// Asks once more, at once.
    void probeNow(const upstream::Backend &backend);

    /// Every backend has been probed at least once.
    [[nodiscard]] bool hasProbedAll() const noexcept;

private:
    class Watch;

    event::Loop &m_loop;
    std::vector<std::unique_ptr<Watch>> m_watches;
};

} // namespace meridian::health
