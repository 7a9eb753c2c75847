// SPDX-License-Identifier: MIT
// One worker's own figures, written without a lock and read by the metrics page at any time.
#pragma once

#include "core/model/requestrecord.h"
#include "core/observe/counter.h"
#include "core/observe/metriccells.h"
#include "core/observe/publishedtable.h"
#include "core/observe/rowindex.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::observe {

/// Written by one worker thread only; every const member may be called from another thread
/// meanwhile. Memory is bounded (2 MB with every table full, which takes a model name per row;
/// a few KB in practice): label values beyond the caps below are counted as "other".
class WorkerMetrics
{
public:
    static constexpr std::size_t MaxBackends = 256;
    static constexpr std::size_t MaxModels = 256;
    static constexpr std::size_t MaxPairs = 1023;     // (backend, model) seen together
    static constexpr std::size_t MaxRequests = 2047;  // (backend, model, status, stream, surface)
    static constexpr std::size_t MaxFailovers = 511;  // (backend, reason, status)
    static constexpr std::size_t MaxTranslated = 511; // (backend, from, to, fidelity)

    WorkerMetrics();

    /// Counts one settled exchange. Hot: no allocation once its labels are known.
    void settle(const model::RequestRecord &record);

    /// One turn of the worker's event loop took `busy`, waiting excluded.
    void turn(std::chrono::nanoseconds busy) noexcept;

    void count(Counter counter) noexcept { m_counters[static_cast<std::size_t>(counter)].add(); }

    /// An attempt on `backend` failed before its first response byte, and the exchange goes on.
    void retry(std::string_view backend);

    /// The exchange goes on at another backend after this attempt. Beside Counter::Failovers.
    void failover(std::string_view backend, const model::AttemptRecord &attempt);

    /// The backend did not accept the gateway's own key.
    void keyRefused(std::string_view backend);

    /// What was wrong with an answer that no record tells of, because the exchange went on.
    /// `bits`: provider::StreamDefects.
    void defects(std::string_view backend, std::uint16_t bits);

    void connectionOpened() noexcept { m_connectionsOpen.add(); }

    void connectionClosed() noexcept { m_connectionsOpen.subtract(); }

    [[nodiscard]] std::uint64_t counter(Counter counter) const noexcept
    {
        return m_counters[static_cast<std::size_t>(counter)].value();
    }

    [[nodiscard]] std::uint64_t connectionsOpen() const noexcept
    {
        return m_connectionsOpen.value();
    }

    [[nodiscard]] const auto &backends() const noexcept { return m_backends; }

    [[nodiscard]] const auto &models() const noexcept { return m_models; }

    [[nodiscard]] const auto &pairs() const noexcept { return m_pairs; }

    [[nodiscard]] const auto &requests() const noexcept { return m_requests; }

    [[nodiscard]] const auto &failovers() const noexcept { return m_failovers; }

    [[nodiscard]] const auto &translated() const noexcept { return m_translated; }

    [[nodiscard]] const auto &stage(model::Stage stage) const noexcept
    {
        return m_stages[static_cast<std::size_t>(stage)];
    }

    [[nodiscard]] const auto &queueWait() const noexcept { return m_queueWait; }

    [[nodiscard]] std::uint64_t tier(Tier tier) const noexcept
    {
        return m_tiers[static_cast<std::size_t>(tier)].value();
    }

    [[nodiscard]] const auto &turns() const noexcept { return m_turns; }

    // Two rows more than the caps: "" (none) and "other", made first so that they always exist.
    static constexpr std::uint16_t NoneRow = 0;
    static constexpr std::uint16_t OtherRow = 1;
    static constexpr std::size_t Reserved = 2;

private:
    std::uint16_t backendRow(std::string_view name);
    std::uint16_t modelRow(std::string_view name, bool wasServed);
    std::uint16_t pairRow(std::uint16_t backend, std::uint16_t model);
    RequestCells &
    requestRow(std::uint16_t pair, std::uint16_t status, bool stream, SurfaceKind surface);
    FailoverCells &failoverRow(std::uint16_t backend, FailoverReason reason, std::uint16_t status);
    void settleTranslated(const model::RequestRecord &record, std::uint16_t backend);
    void observeStages(const model::RequestRecord &record,
                       BackendCells &backend,
                       std::uint64_t queuedInRoute) noexcept;

    PublishedTable<BackendCells, MaxBackends + Reserved, 4> m_backends;
    PublishedTable<ModelCells, MaxModels + Reserved> m_models;
    PublishedTable<PairCells, MaxPairs + 1> m_pairs;
    PublishedTable<RequestCells, MaxRequests + 1, 4> m_requests;
    PublishedTable<FailoverCells, MaxFailovers + 1> m_failovers;
    PublishedTable<TranslatedCells, MaxTranslated + 1> m_translated;
    std::array<Histogram<bounds::Stage>, model::StageCount> m_stages;
    Histogram<bounds::QueueWait> m_queueWait;
    std::array<Cell, TierCount> m_tiers;
    Histogram<bounds::Turn> m_turns;
    std::array<Cell, CounterCount> m_counters;
    Cell m_connectionsOpen;

    // The writer's own; a reader never looks at these.
    RowIndex<MaxBackends + Reserved> m_backendIndex;
    RowIndex<MaxModels + Reserved> m_modelIndex;
    RowIndex<MaxPairs + 1> m_pairIndex;
    RowIndex<MaxRequests + 1> m_requestIndex;
    RowIndex<MaxFailovers + 1> m_failoverIndex;
    RowIndex<MaxTranslated + 1> m_translatedIndex;
    std::uint16_t m_lastBackend = 0;
    std::uint16_t m_lastModel = 0;
};

} // namespace meridian::observe
