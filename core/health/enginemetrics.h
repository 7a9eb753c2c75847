// SPDX-License-Identifier: MIT
// Knows which metrics of which inference engine tell how busy it is.
#pragma once

#include "core/health/prometheustext.h"
#include "core/upstream/capacitysignals.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace meridian::health {

/// Turns one backend's metrics pages into capacity signals: vLLM, SGLang, TensorRT-LLM (its own
/// server and Triton), llama.cpp. Several series of a metric, of several models or ranks, are
/// summed; of a utilisation the highest counts. When any series of the page names the model, those
/// of other models are left out. Values that cannot be are left out too.
///
/// A page: beginPage(), add() for each sample, endPage(). Counters are remembered from page to page
/// for engines that tell tokens but no rate. Thread: one.
class EngineMetrics
{
public:
    /// `engine` as configured: where a page holds the metrics of two, its own are taken. `model` as
    /// the backend calls it, may hold `*`; empty: any.
    EngineMetrics(std::string_view engine, std::string model);

    void beginPage();
    void add(const PrometheusSample &sample);

    /// Nothing when the page held no metric of an engine we know. `now`: when the page was read.
    [[nodiscard]] std::optional<upstream::CapacitySignals>
    endPage(std::chrono::steady_clock::time_point now);

private:
    struct Tally
    {
        double value = 0;
        bool isTold = false;
    };

    /// Of one metric. "Parts" are series that split up or repeat what another series says in whole;
    /// they count when there is no such other.
    struct Series
    {
        Tally own; // of our model, or of none
        Tally ownParts;
        Tally all;
        Tally allParts;
    };

    struct Counter
    {
        std::size_t engine;
        bool isOwn;
        double tokens;
        std::chrono::steady_clock::time_point at;
    };

    [[nodiscard]] std::optional<std::size_t> chooseEngine() const;
    [[nodiscard]] std::optional<double> rate(const Counter &now);

    const std::vector<std::size_t> m_preferred; // engines, by their place in the table's order
    const std::string m_model;
    std::vector<Series> m_series; // one per row of the table
    bool m_hasOwn = false;        // the page names our model
    std::optional<Counter> m_last;
};

} // namespace meridian::health
