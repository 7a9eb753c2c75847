// SPDX-License-Identifier: MIT
// Series of what answers were made of, and of how they were put to the client.
#include "core/observe/metricfamilies.h"

#include <map>
#include <string>
#include <tuple>

namespace meridian::observe {

namespace {

/// One counter per backend; those that never counted are left out.
void appendSums(PrometheusText &page,
                Workers workers,
                std::string_view name,
                std::string_view help,
                Cell BackendCells::*cell)
{
    std::map<std::string, std::uint64_t> sums;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->backends().size(); ++i) {
            const BackendCells &cells = worker->backends()[i];
            sums[labelText(cells.name)] += (cells.*cell).value();
        }
    }
    page.family(name, "counter", help);
    for (const auto &[backend, sum] : sums) {
        if (sum > 0) {
            page.sample({{"backend", backend}}, sum);
        }
    }
}

void appendDefects(PrometheusText &page, Workers workers)
{
    std::map<std::pair<std::string, std::string_view>, std::uint64_t> sums;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->backends().size(); ++i) {
            const BackendCells &cells = worker->backends()[i];
            for (std::size_t kind = 0; kind < cells.defects.size(); ++kind) {
                if (const std::uint64_t count = cells.defects[kind].value(); count > 0) {
                    const auto defect = static_cast<provider::StreamDefect>(kind);
                    sums[{labelText(cells.name), provider::streamDefectName(defect)}] += count;
                }
            }
        }
    }
    page.family("meridian_stream_defects_total", "counter",
                "Answers that were not as their protocol has them.");
    for (const auto &[key, sum] : sums) {
        page.sample({{"backend", key.first}, {"defect", key.second}}, sum);
    }
}

void appendTranslated(PrometheusText &page, Workers workers)
{
    std::map<std::tuple<std::string, std::string_view, std::string_view, bool>, std::uint64_t> sums;
    for (const WorkerMetrics *worker : workers) {
        const std::size_t rows = worker->translated().size(); // before the names it refers to
        for (std::size_t i = 0; i < rows; ++i) {
            const TranslatedCells &cells = worker->translated()[i];
            if (const std::uint64_t count = cells.count.value(); count > 0) {
                const std::string backend = labelText(worker->backends()[cells.backend].name);
                sums[{backend, cells.from, cells.to, cells.isLossless}] += count;
            }
        }
    }
    page.family("meridian_translated_requests_total", "counter",
                "Exchanges answered by a backend of another dialect than the client's.");
    for (const auto &[key, sum] : sums) {
        const auto &[backend, from, to, isLossless] = key;
        page.sample({{"backend", backend},
                     {"from", from},
                     {"to", to},
                     {"fidelity", isLossless ? "lossless" : "degraded"}},
                    sum);
    }
}

} // namespace

void appendAnswerFamilies(PrometheusText &page, Workers workers)
{
    appendDefects(page, workers);
    appendTranslated(page, workers);
    appendSums(page, workers, "meridian_cached_input_tokens_total",
               "Input tokens that backends had in their caches.", &BackendCells::cacheReadTokens);
    appendSums(page, workers, "meridian_cache_write_input_tokens_total",
               "Input tokens that backends put into their caches.",
               &BackendCells::cacheWriteTokens);
    appendSums(page, workers, "meridian_reasoning_tokens_total",
               "Output tokens spent on reasoning.", &BackendCells::reasoningTokens);
    appendSums(page, workers, "meridian_backend_key_refused_total",
               "Times a backend did not accept the gateway's own key.", &BackendCells::keysRefused);
}

} // namespace meridian::observe
