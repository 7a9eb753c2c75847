// SPDX-License-Identifier: MIT
// Decides when an attempt at a credential is made, and makes one at a time.
#pragma once

#include "core/credentials/fetcher.h"
#include "core/credentials/refreshpolicy.h"
#include "core/export/alarm.h"

#include <cstdint>
#include <memory>

namespace meridian::credentials {

class RefreshCore;

/// Main thread. Goes on by itself once it has begun: the next credential is there before the last
/// one ends, and one that cannot be got is tried again.
class Refresher
{
public:
    Refresher(event::Loop &loop,
              RefreshCore &core,
              std::unique_ptr<Fetcher> fetcher,
              RefreshPolicy policy);
    ~Refresher();

    /// Somebody has asked: begins an attempt unless one is under way or none is needed.
    void look();

private:
    void attempt();
    void ended(FetchResult result);
    void watch();

    event::Loop &m_loop;
    RefreshCore &m_core;
    const RefreshPolicy m_policy;
    const std::unique_ptr<Fetcher> m_fetcher;
    std::unique_ptr<Fetch> m_fetch;
    exporter::Alarm m_next;
    exporter::Alarm m_deadline;
    exporter::Alarm m_watch;
    std::uint64_t m_watched = 0;
    int m_failures = 0;
};

} // namespace meridian::credentials
