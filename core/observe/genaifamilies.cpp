// SPDX-License-Identifier: MIT
// OpenTelemetry's GenAI metrics in the spelling its Prometheus exporter gives them: dots become
// underscores, the unit `s` the suffix _seconds, the annotation `{token}` nothing.
// https://github.com/open-telemetry/semantic-conventions-genai (names, attributes, bounds)
#include "core/observe/histogramsum.h"
#include "core/observe/metricfamilies.h"

#include <map>
#include <tuple>
#include <utility>

namespace meridian::observe {

namespace {

using Name = std::string_view;
using Row = ExchangeRows::Row;
using Key = std::tuple<Name, Name, Name>; // operation, provider, model

/// Calls `use(key, row)` for what an operation at a model server was made of.
template <typename Use>
void forOperations(const ExchangeRows &rows, Use use)
{
    for (const Row &row : rows.all()) {
        const Name operation = operationName(row.cells->surface);
        if (row.hasBackend && !operation.empty()) {
            use(Key{operation, row.provider, row.detailedModel}, row);
        }
    }
}

void appendDuration(PrometheusText &page, const ExchangeRows &rows)
{
    std::map<std::pair<Key, std::uint16_t>, HistogramSum<bounds::Exchange>> sums;
    forOperations(rows, [&](const Key &key, const Row &row) {
        const std::uint16_t status = row.cells->status;
        const bool isGood = status >= 100 && status < 400;
        sums[{key, isGood ? std::uint16_t{200} : status}].add(row.cells->latency);
    });
    page.family("gen_ai_client_operation_duration_seconds", "histogram",
                "Duration of operations; those that failed have an error_type.");
    for (const auto &[key, sum] : sums) {
        const auto &[operation, provider, model] = key.first;
        if (sum.isEmpty()) {
            continue;
        }
        if (key.second == 200) {
            sum.print<bounds::GenAiDuration>(page,
                                             {{"gen_ai_operation_name", operation},
                                              {"gen_ai_provider_name", provider},
                                              {"gen_ai_request_model", model}},
                                             Seconds);
        } else {
            sum.print<bounds::GenAiDuration>(
                page,
                {{"gen_ai_operation_name", operation},
                 {"gen_ai_provider_name", provider},
                 {"gen_ai_request_model", model},
                 {"error_type", key.second == 0 ? "_OTHER" : statusLabel(key.second)}},
                Seconds);
        }
    }
}

void appendTokenUsage(PrometheusText &page, const ExchangeRows &rows)
{
    struct Sums
    {
        HistogramSum<bounds::GenAiTokens> input;
        HistogramSum<bounds::GenAiTokens> output;
    };

    std::map<Key, Sums> sums;
    forOperations(rows, [&](const Key &key, const Row &row) {
        Sums &sum = sums[key];
        sum.input.add(row.cells->promptTokens);
        if (std::get<0>(key) != "embeddings") { // which have no output
            sum.output.add(row.cells->completionTokens);
        }
    });
    page.family("gen_ai_client_token_usage", "histogram",
                "Tokens per operation, as the backend reports them.");
    for (const auto &[key, sum] : sums) {
        const auto &[operation, provider, model] = key;
        const auto print = [&, operation = operation, provider = provider,
                            model = model](const auto &histogram, Name type) {
            if (!histogram.isEmpty()) {
                histogram.print(page,
                                {{"gen_ai_operation_name", operation},
                                 {"gen_ai_provider_name", provider},
                                 {"gen_ai_request_model", model},
                                 {"gen_ai_token_type", type}},
                                Whole);
            }
        };
        print(sum.input, "input");
        print(sum.output, "output");
    }
}

/// A family over the good streams.
template <const auto &Printed, const auto &Counted>
void appendStreams(PrometheusText &page,
                   const ExchangeRows &rows,
                   std::string_view name,
                   std::string_view help,
                   Histogram<Counted> RequestCells::*histogram)
{
    std::map<Key, HistogramSum<Counted>> sums;
    forOperations(rows, [&](const Key &key, const Row &row) {
        const RequestCells &cells = *row.cells;
        if (cells.stream && cells.status >= 100 && cells.status < 400) {
            sums[key].add(cells.*histogram);
        }
    });
    page.family(name, "histogram", help);
    for (const auto &[key, sum] : sums) {
        const auto &[operation, provider, model] = key;
        if (!sum.isEmpty()) {
            sum.template print<Printed>(page,
                                        {{"gen_ai_operation_name", operation},
                                         {"gen_ai_provider_name", provider},
                                         {"gen_ai_request_model", model}},
                                        Seconds);
        }
    }
}

} // namespace

void appendGenAiFamilies(PrometheusText &page, const ExchangeRows &rows)
{
    appendDuration(page, rows);
    appendTokenUsage(page, rows);
    appendStreams<bounds::GenAiFirstToken>(page, rows, "gen_ai_server_time_to_first_token_seconds",
                                           "Time to the head of a stream, of those that went well.",
                                           &RequestCells::firstByte);
    appendStreams<bounds::GenAiPerToken>(
        page, rows, "gen_ai_server_time_per_output_token_seconds",
        "Time per token after the first, of streams that went well and reported their tokens.",
        &RequestCells::perToken);
}

} // namespace meridian::observe
