// SPDX-License-Identifier: MIT
// Asks backends, again and again, how busy they are.
#pragma once

#include "core/event/loop.h"
#include "core/upstream/capacitysignals.h"
#include "core/upstream/snapshot.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace meridian::health {

/// Scrapes each backend that has telemetry at once, and then every interval give or take a tenth.
/// What it finds, or that it finds nothing any more, goes to `report`; a backend's health is never
/// touched (spec/meridian.md §13). The backend's credential is sent along only to the backend's own
/// scheme, host and port. Redirects are not followed. Thread: its loop's (the main thread).
class TelemetryScraper
{
public:
    /// Called once a scrape, and from watch() for backends without telemetry; empty signals =
    /// nothing is known now. Must not call watch().
    using Report = std::function<void(upstream::Backend &, const upstream::CapacitySignals &)>;

    TelemetryScraper(event::Loop &loop, Report report);
    ~TelemetryScraper();
    TelemetryScraper(const TelemetryScraper &) = delete;
    TelemetryScraper &operator=(const TelemetryScraper &) = delete;

    /// Watches the backends of this snapshot from now on; what is known of a server whose telemetry
    /// stays as it was is kept.
    void watch(const std::shared_ptr<const upstream::Snapshot> &snapshot);

    /// The last scrape in a short sentence for a person; empty = no telemetry, or none yet.
    [[nodiscard]] std::string findings(const upstream::Backend &backend) const;

    /// The last scrape brought nothing: what the backend said before is not believed any more.
    [[nodiscard]] bool isStale(const upstream::Backend &backend) const;

private:
    class Watch;

    event::Loop &m_loop;
    const Report m_report;
    std::vector<std::unique_ptr<Watch>> m_watches;
};

} // namespace meridian::health
