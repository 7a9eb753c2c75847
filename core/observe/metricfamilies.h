// SPDX-License-Identifier: MIT
// The parts of the metrics page. docs/metrics.md lists every series.
#pragma once

#include "core/observe/exchangerows.h"
#include "core/observe/metricspage.h"
#include "core/observe/prometheus.h"

#include <span>

namespace meridian::observe {

// Each appends whole families, whose names no other part uses. Same thread as metricsPage().

/// meridian_requests_total and the latency of exchanges.
void appendRequestFamilies(PrometheusText &page, const ExchangeRows &rows);
/// Tokens, retries, time to first byte, stages, the gateway's overhead.
void appendExchangeFamilies(PrometheusText &page, const ExchangeRows &rows);

void appendBackendFamilies(PrometheusText &page, std::span<const BackendGauges> backends);

/// What answers were made of and how they were put: defects of streams, translations, cached and
/// reasoning tokens, refused keys.
void appendAnswerFamilies(PrometheusText &page, Workers workers);

/// observe::Counter, tiers, the admission queue's waits.
void appendCounterFamilies(PrometheusText &page, Workers workers);
/// Connections and event loops.
void appendWorkerFamilies(PrometheusText &page, Workers workers);

/// Request log, configuration, canary, sessions, traces: one of each per process.
void appendGatewayFamilies(PrometheusText &page, const MetricsSources &sources);
void appendProcessFamilies(PrometheusText &page, const ProcessFigures &process);

/// What dashboards made for Melis ask for.
void appendMelisFamilies(PrometheusText &page,
                         const ExchangeRows &rows,
                         std::span<const BackendGauges> backends);

/// OpenTelemetry's semantic conventions for generative AI, as its Prometheus exporter spells them.
void appendGenAiFamilies(PrometheusText &page, const ExchangeRows &rows);

} // namespace meridian::observe
