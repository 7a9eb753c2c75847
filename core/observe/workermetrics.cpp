// SPDX-License-Identifier: MIT
// One worker's own figures, written without a lock and read by the metrics page at any time.
#include "core/observe/workermetrics.h"

#include <algorithm>
#include <functional>

namespace meridian::observe {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

std::uint64_t micros(nanoseconds duration) noexcept
{
    return duration.count() > 0
               ? static_cast<std::uint64_t>(duration_cast<microseconds>(duration).count())
               : 0;
}

std::uint32_t spent(const model::RequestRecord &record, model::Stage stage) noexcept
{
    return record.stageMicros[static_cast<std::size_t>(stage)];
}

/// A wait in the gateway's own queue is neither its overhead nor the backend's time. Whichever of
/// the two stages before an attempt it was clocked in, it is taken out there.
struct QueueShare
{
    explicit QueueShare(const model::RequestRecord &record) noexcept
        : total(micros(record.queued))
        , ofRoute(std::min<std::uint64_t>(total, spent(record, model::Stage::Route)))
        , ofLease(std::min<std::uint64_t>(total - ofRoute, spent(record, model::Stage::Lease)))
    {
    }

    std::uint64_t total;
    std::uint64_t ofRoute;
    std::uint64_t ofLease;
};

std::uint32_t nameKey(std::string_view name) noexcept
{
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(name));
}

void noteDefects(BackendCells &backend, std::uint16_t bits) noexcept
{
    for (std::size_t i = 0; bits != 0 && i < provider::StreamDefectCount; ++i) {
        if ((bits >> i & 1U) != 0) {
            backend.defects[i].add();
        }
    }
}

/// Stages that wait for a peer; the rest is what the gateway itself costs.
constexpr bool waitsForPeer(model::Stage stage) noexcept
{
    return stage == model::Stage::Collect || stage == model::Stage::Lease ||
           stage == model::Stage::Send || stage == model::Stage::Relay;
}

template <typename Table, typename Index>
std::uint16_t findName(const Table &table, const Index &index, std::string_view name)
{
    return index.find(nameKey(name), [&](std::uint16_t row) { return table[row].name == name; });
}

template <typename Table, typename Index>
std::uint16_t addName(Table &table, Index &index, std::string_view name, std::uint16_t ifFull)
{
    const auto row = static_cast<std::uint16_t>(table.size());
    auto *cells = table.append();
    if (cells == nullptr) {
        return ifFull;
    }
    cells->name = name;
    table.publish();
    index.insert(nameKey(name), row);
    return row;
}

} // namespace

WorkerMetrics::WorkerMetrics()
{
    addName(m_backends, m_backendIndex, "", OtherRow);
    addName(m_backends, m_backendIndex, "other", OtherRow);
    addName(m_models, m_modelIndex, "", OtherRow);
    addName(m_models, m_modelIndex, "other", OtherRow);
    pairRow(OtherRow, OtherRow);
    requestRow(0, 0, false, SurfaceKind::Other);
    failoverRow(OtherRow, FailoverReason::Other, 0);
    TranslatedCells *other = m_translated.append();
    other->backend = OtherRow;
    other->from = other->to = "other";
    m_translated.publish();
}

void WorkerMetrics::settle(const model::RequestRecord &record)
{
    const bool wasServed = record.status >= 100 && record.status < 400;
    const std::uint16_t backend = backendRow(record.backend.view());
    const std::uint16_t model = modelRow(record.model.view(), wasServed);
    RequestCells &request = requestRow(pairRow(backend, model), record.status, record.stream,
                                       surfaceKind(record.surface.view()));
    const QueueShare queued(record);

    request.latency.observe(micros(record.latency));
    if (record.firstByte.count() > 0) {
        request.firstByte.observe(micros(record.firstByte));
    }
    if (record.attempts > 0) {
        request.upstream.observe(std::uint64_t{spent(record, model::Stage::Lease)} -
                                 queued.ofLease + spent(record, model::Stage::Send) +
                                 spent(record, model::Stage::Relay));
    }
    if (record.hasUsage) {
        request.promptTokens.observe(record.promptTokens);
        request.completionTokens.observe(record.completionTokens);
        if (record.stream && wasServed && record.completionTokens > 1 &&
            record.firstByte.count() > 0) {
            request.perToken.observe(micros(record.latency - record.firstByte) /
                                     (record.completionTokens - 1));
        }
        BackendCells &cells = m_backends[backend];
        cells.cacheReadTokens.add(record.cacheReadTokens);
        cells.cacheWriteTokens.add(record.cacheWriteTokens);
        cells.reasoningTokens.add(record.reasoningTokens);
    }
    noteDefects(m_backends[backend], record.streamDefects);
    if (record.isTranslated) {
        settleTranslated(record, backend);
    }
    if (queued.total > 0) { // not when a backend was free at once
        m_queueWait.observe(queued.total);
    }
    if (!record.tier.empty()) {
        m_tiers[static_cast<std::size_t>(tierOf(record.tier))].add();
    }
    observeStages(record, m_backends[backend], queued.ofRoute);
}

void WorkerMetrics::turn(std::chrono::nanoseconds busy) noexcept
{
    m_turns.observe(micros(busy));
}

void WorkerMetrics::retry(std::string_view backend)
{
    m_backends[backendRow(backend)].retries.add();
}

void WorkerMetrics::keyRefused(std::string_view backend)
{
    m_backends[backendRow(backend)].keysRefused.add();
}

void WorkerMetrics::defects(std::string_view backend, std::uint16_t bits)
{
    noteDefects(m_backends[backendRow(backend)], bits);
}

void WorkerMetrics::failover(std::string_view backend, const model::AttemptRecord &attempt)
{
    failoverRow(backendRow(backend), failoverReason(attempt),
                attempt.status > 999 ? std::uint16_t{0} : attempt.status)
        .count.add();
}

void WorkerMetrics::settleTranslated(const model::RequestRecord &record, std::uint16_t backend)
{
    const bool isLossless = record.fidelity.view() == "lossless";
    const std::uint32_t key = nameKey(record.dialect) + 31 * nameKey(record.provider) +
                              (std::uint32_t{backend} << 1U) + (isLossless ? 1U : 0U);
    std::uint16_t row = m_translatedIndex.find(key, [&](std::uint16_t candidate) {
        const TranslatedCells &cells = m_translated[candidate];
        return cells.backend == backend && cells.from == record.dialect &&
               cells.to == record.provider && cells.isLossless == isLossless;
    });
    if (row == m_translatedIndex.NotFound) {
        TranslatedCells *cells = m_translated.append();
        if (cells == nullptr) {
            m_translated[0].count.add(); // other, other
            return;
        }
        row = static_cast<std::uint16_t>(m_translated.size());
        cells->backend = backend;
        cells->from = record.dialect;
        cells->to = record.provider;
        cells->isLossless = isLossless;
        m_translated.publish();
        m_translatedIndex.insert(key, row);
    }
    m_translated[row].count.add();
}

void WorkerMetrics::observeStages(const model::RequestRecord &record,
                                  BackendCells &backend,
                                  std::uint64_t queuedInRoute) noexcept
{
    std::uint64_t own = 0;
    for (std::size_t i = 0; i < model::StageCount; ++i) {
        const auto stage = static_cast<model::Stage>(i);
        // a stage the exchange never reached has no duration; one it ran through in under 1 µs has
        // 0
        if (stage > record.lastStage && stage != model::Stage::Settle) {
            continue;
        }
        const std::uint32_t spent = record.stageMicros[i];
        m_stages[i].observe(spent);
        own += waitsForPeer(stage) ? 0 : spent;
    }
    backend.overhead.observe(own - std::min(own, queuedInRoute));
}

std::uint16_t WorkerMetrics::backendRow(std::string_view name)
{
    if (m_backends[m_lastBackend].name == name) {
        return m_lastBackend;
    }
    std::uint16_t row = findName(m_backends, m_backendIndex, name);
    if (row == m_backendIndex.NotFound) {
        row = addName(m_backends, m_backendIndex, name, OtherRow);
    }
    m_lastBackend = row;
    return row;
}

std::uint16_t WorkerMetrics::modelRow(std::string_view name, bool wasServed)
{
    if (m_models[m_lastModel].name == name) {
        return m_lastModel;
    }
    std::uint16_t row = findName(m_models, m_modelIndex, name);
    if (row == m_modelIndex.NotFound) {
        // a name becomes a label only when some backend knew it: callers cannot fill the table
        row = wasServed ? addName(m_models, m_modelIndex, name, OtherRow) : OtherRow;
    }
    m_lastModel = row;
    return row;
}

std::uint16_t WorkerMetrics::pairRow(std::uint16_t backend, std::uint16_t model)
{
    const std::uint32_t key = (std::uint32_t{backend} << 16U) | model;
    std::uint16_t row = m_pairIndex.find(key);
    if (row == m_pairIndex.NotFound) {
        PairCells *cells = m_pairs.append();
        if (cells == nullptr) {
            return 0; // other, other
        }
        row = static_cast<std::uint16_t>(m_pairs.size());
        cells->backend = backend;
        cells->model = model;
        m_pairs.publish();
        m_pairIndex.insert(key, row);
    }
    return row;
}

RequestCells &WorkerMetrics::requestRow(std::uint16_t pair,
                                        std::uint16_t status,
                                        bool stream,
                                        SurfaceKind surface)
{
    if (status < 100 || status > 999) {
        status = 0;
    }
    const std::uint32_t key = (std::uint32_t{pair} << 16U) | (std::uint32_t{status} << 6U) |
                              (static_cast<std::uint32_t>(surface) << 1U) | (stream ? 1U : 0U);
    const std::uint16_t row = m_requestIndex.find(key);
    if (row != m_requestIndex.NotFound) {
        return m_requests[row];
    }
    RequestCells *cells = m_requests.append();
    if (cells == nullptr) {
        return m_requests[0];
    }
    const auto added = static_cast<std::uint16_t>(m_requests.size());
    cells->pair = pair;
    cells->status = status;
    cells->stream = stream;
    cells->surface = surface;
    m_requests.publish();
    m_requestIndex.insert(key, added);
    return *cells;
}

FailoverCells &
WorkerMetrics::failoverRow(std::uint16_t backend, FailoverReason reason, std::uint16_t status)
{
    const std::uint32_t key = (std::uint32_t{backend} << 16U) |
                              (static_cast<std::uint32_t>(reason) << 10U) | std::uint32_t{status};
    const std::uint16_t row = m_failoverIndex.find(key);
    if (row != m_failoverIndex.NotFound) {
        return m_failovers[row];
    }
    FailoverCells *cells = m_failovers.append();
    if (cells == nullptr) {
        return m_failovers[0]; // other, other
    }
    const auto added = static_cast<std::uint16_t>(m_failovers.size());
    cells->backend = backend;
    cells->reason = reason;
    cells->status = status;
    m_failovers.publish();
    m_failoverIndex.insert(key, added);
    return *cells;
}

} // namespace meridian::observe
