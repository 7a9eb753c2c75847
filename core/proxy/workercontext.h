// SPDX-License-Identifier: MIT
// What an exchange may use of the worker it lives on.
#pragma once

#include "core/event/loop.h"
#include "core/filter/filter.h"
#include "core/json/bodyscanner.h"
#include "core/json/checker.h"
#include "core/observe/eventlog.h"
#include "core/observe/workermetrics.h"
#include "core/observe/writer.h"
#include "core/routing/router.h"
#include "core/upstream/retrybudget.h"
#include "core/upstream/snapshot.h"
#include "core/upstream/upstreampool.h"

#include <functional>
#include <memory>

namespace meridian::proxy {

/// One per worker; everything in it is used by the worker's thread only.
struct WorkerContext
{
    event::Loop &loop;
    observe::WorkerMetrics &metrics;
    observe::RecordWriter::Producer &log;
    std::shared_ptr<const upstream::Snapshot> snapshot;
    upstream::UpstreamPool pool{loop};
    routing::Router router{};
    upstream::RetryBudget retryBudget{};
    upstream::RetryBudget hedgeBudget{};
    filter::FilterChain filters = filter::builtinFilters();
    json::BodyScanner scanner{};
    json::Checker checker{};
    /// Hands one end of an in-process pair to the control plane; called from the worker's thread.
    std::function<void(int fd)> connectControl;
    /// What those hear who follow the events; null: nobody can.
    std::shared_ptr<observe::EventLog> events;

    /// Exchanges admitted from now on run under this one.
    void adopt(std::shared_ptr<const upstream::Snapshot> next)
    {
        const model::ResilienceSettings &resilience = next->settings.resilience;
        retryBudget.configure(resilience.retryBudget.percent, resilience.retryBudget.minPerSecond);
        hedgeBudget.configure(resilience.hedge.budgetPercent, 0);
        router.configure(*next);
        snapshot = std::move(next);
    }
};

} // namespace meridian::proxy
