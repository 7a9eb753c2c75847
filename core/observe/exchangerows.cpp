// SPDX-License-Identifier: MIT
#include "core/observe/exchangerows.h"

#include "core/json/utf8.h"

#include <utility>

namespace meridian::observe {

std::string labelText(std::string_view name)
{
    std::string out;
    json::appendValidUtf8(out, name);
    return out;
}

std::string statusLabel(std::uint16_t status)
{
    return status == 0 ? "other" : std::to_string(status);
}

ExchangeRows::ExchangeRows(Workers workers, const ProviderNames &providers)
    : m_workers(workers)
    , m_providers(providers)
{
    for (const WorkerMetrics *worker : workers) {
        // sizes before anything else: a row's pair, and a pair's names, were published before it
        const std::size_t requests = worker->requests().size();
        const std::size_t pairs = worker->pairs().size();
        std::vector<std::string_view> backends(worker->backends().size());
        for (std::size_t i = 0; i < backends.size(); ++i) {
            backends[i] = keep(labelText(worker->backends()[i].name));
        }
        std::vector<std::string_view> models(worker->models().size());
        for (std::size_t i = 0; i < models.size(); ++i) {
            models[i] = keep(labelText(worker->models()[i].name));
        }
        std::vector<Row> named(pairs);
        for (std::size_t i = 0; i < pairs; ++i) {
            const PairCells &pair = worker->pairs()[i];
            Row &row = named[i];
            row.backend = backends[pair.backend];
            row.model = models[pair.model];
            row.detailedModel = pair.model < WorkerMetrics::Reserved + DetailedModels
                                    ? (row.model.empty() ? std::string_view("unknown") : row.model)
                                    : std::string_view("other");
            row.hasBackend = pair.backend != WorkerMetrics::NoneRow;
            row.provider = row.hasBackend ? providers.of(row.backend) : std::string_view("none");
        }
        for (std::size_t i = 0; i < requests; ++i) {
            Row row = named[worker->requests()[i].pair];
            row.cells = &worker->requests()[i];
            m_rows.push_back(row);
        }
    }
}

std::string_view ExchangeRows::keep(std::string text)
{
    return m_names.emplace_back(std::move(text));
}

} // namespace meridian::observe
