// SPDX-License-Identifier: MIT
// One worker's own figures, written without a lock and read by the metrics page at any time.
#pragma once

#include "core/model/requestrecord.h"
#include "core/observe/cell.h"
#include "core/observe/publishedtable.h"
#include "core/observe/rowindex.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::observe {

/// Things that happen to a worker outside of a settled exchange. metricspage.cpp names their
/// series.
enum class Counter : std::uint8_t {
    ConnectionsAccepted,
    ConnectionsRejectedAtCap, // accepting was paused
    AcceptErrors,             // EMFILE and its kin
    MalformedRequests,
    ClientGone,
    UpstreamConnects,
    UpstreamReused,
    Failovers,
    LogDropped, // RecordWriter::Producer::claim() found no room
    ControlRequests,
    MidStreamFailures,
    Timeouts,
};
inline constexpr std::size_t CounterCount = 12;

/// Written by one worker thread only; every const member may be called from another thread
/// meanwhile. Memory is bounded: label values beyond the caps below are counted as "other".
class WorkerMetrics
{
public:
    static constexpr std::size_t MaxBackends = 256;
    static constexpr std::size_t MaxModels = 256;
    static constexpr std::size_t MaxPairs = 1023;    // (backend, model) seen together
    static constexpr std::size_t MaxRequests = 2047; // (backend, model, status, stream)

    struct BackendCells
    {
        std::string name;
        Cell retries;
        Histogram<FirstByteBounds> firstByte;
    };

    struct ModelCells
    {
        std::string name;
        Cell promptTokens;
        Cell completionTokens;
    };

    struct PairCells
    {
        std::uint16_t backend = 0;
        std::uint16_t model = 0;
        Histogram<LatencyBounds> latency;
    };

    struct RequestCells
    {
        std::uint16_t pair = 0;
        std::uint16_t status = 0; // 0 = out of range, or the table is full
        bool stream = false;
        Cell count;
    };

    WorkerMetrics();

    /// Counts one settled exchange. Hot: no allocation once its labels are known.
    void settle(const model::RequestRecord &record);

    /// One turn of the worker's event loop took `busy`, waiting excluded.
    void turn(std::chrono::nanoseconds busy) noexcept;

    void count(Counter counter) noexcept { m_counters[static_cast<std::size_t>(counter)].add(); }

    /// An attempt on `backend` failed before its first response byte, and the exchange goes on.
    void retry(std::string_view backend);

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

    [[nodiscard]] const Histogram<StageBounds> &stage(model::Stage stage) const noexcept
    {
        return m_stages[static_cast<std::size_t>(stage)];
    }

    [[nodiscard]] const Histogram<StageBounds> &overhead() const noexcept { return m_overhead; }

    [[nodiscard]] const Histogram<TurnBounds> &turns() const noexcept { return m_turns; }

private:
    // Two rows more than the caps: "" (none) and "other", made first so that they always exist.
    static constexpr std::uint16_t NoneRow = 0;
    static constexpr std::uint16_t OtherRow = 1;
    static constexpr std::size_t Reserved = 2;

    std::uint16_t backendRow(std::string_view name);
    std::uint16_t modelRow(std::string_view name, bool wasServed);
    std::uint16_t pairRow(std::uint16_t backend, std::uint16_t model);
    RequestCells &requestRow(std::uint16_t pair, std::uint16_t status, bool stream);
    void observeStages(const model::RequestRecord &record) noexcept;

    PublishedTable<BackendCells, MaxBackends + Reserved, 4> m_backends;
    PublishedTable<ModelCells, MaxModels + Reserved> m_models;
    PublishedTable<PairCells, MaxPairs + 1> m_pairs;
    PublishedTable<RequestCells, MaxRequests + 1> m_requests;
    std::array<Histogram<StageBounds>, model::StageCount> m_stages;
    Histogram<StageBounds> m_overhead;
    Histogram<TurnBounds> m_turns;
    std::array<Cell, CounterCount> m_counters;
    Cell m_connectionsOpen;

    // The writer's own; a reader never looks at these.
    RowIndex<MaxBackends + Reserved> m_backendIndex;
    RowIndex<MaxModels + Reserved> m_modelIndex;
    RowIndex<MaxPairs + 1> m_pairIndex;
    RowIndex<MaxRequests + 1> m_requestIndex;
    std::uint16_t m_lastBackend = 0;
    std::uint16_t m_lastModel = 0;
};

} // namespace meridian::observe
