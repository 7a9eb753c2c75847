// SPDX-License-Identifier: MIT
#include "core/observe/metricspage.h"

#include "core/observe/metricfamilies.h"
#include "core/observe/workermetrics.h"

namespace meridian::observe {

std::string metricsPage(const MetricsSources &sources)
{
    ProviderNames forNow;
    ProviderNames &providers = sources.providers != nullptr ? *sources.providers : forNow;
    for (const BackendGauges &backend : sources.backends) {
        providers.learn(labelText(backend.name), backend.engine);
    }
    const ExchangeRows rows(sources.workers, providers);

    PrometheusText page;
    page.family("meridian_build_info", "gauge", "Always 1; the version is a label.");
    page.sample({{"version", sources.version}}, std::uint64_t{1});
    appendRequestFamilies(page, rows);
    appendBackendFamilies(page, sources.backends);
    appendExchangeFamilies(page, rows);
    appendAnswerFamilies(page, sources.workers);
    appendCounterFamilies(page, sources.workers);
    appendWorkerFamilies(page, sources.workers);
    appendGatewayFamilies(page, sources);
    appendMelisFamilies(page, rows, sources.backends);
    appendGenAiFamilies(page, rows);
    appendProcessFamilies(page, sources.process);
    return page.take();
}

AnswerFigures answerFigures(std::span<const WorkerMetrics *const> workers, std::string_view backend)
{
    AnswerFigures sum;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->backends().size(); ++i) {
            const BackendCells &cells = worker->backends()[i];
            if (cells.name != backend) {
                continue;
            }
            sum.keysRefused += cells.keysRefused.value();
            for (std::size_t defect = 0; defect < sum.defects.size(); ++defect) {
                sum.defects[defect] += cells.defects[defect].value();
            }
        }
    }
    return sum;
}

Totals totals(std::span<const WorkerMetrics *const> workers)
{
    Totals sum;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->requests().size(); ++i) {
            const RequestCells &cells = worker->requests()[i];
            const std::uint64_t count = cells.latency.count();
            sum.requests += count;
            sum.failures += cells.status >= 500 ? count : 0;
            sum.promptTokens += cells.promptTokens.sum();
            sum.completionTokens += cells.completionTokens.sum();
        }
        sum.connectionsOpen += worker->connectionsOpen();
    }
    return sum;
}

} // namespace meridian::observe
