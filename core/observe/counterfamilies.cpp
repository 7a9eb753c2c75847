// SPDX-License-Identifier: MIT
// Series of what workers count one by one, and of the workers themselves.
#include "core/observe/histogramsum.h"
#include "core/observe/metricfamilies.h"

#include <array>
#include <string>

namespace meridian::observe {

namespace {

struct CounterSeries
{
    Counter counter;
    std::string_view name;
    std::string_view help;
    std::string_view label = {}; // of families with several counters, which stand together
    std::string_view value = {};
};

constexpr std::string_view SessionHelp = "Requests of sessions, by how their backend was found.";

constexpr std::array<CounterSeries, CounterCount> Series{{
    {Counter::ConnectionsAccepted, "meridian_connections_accepted_total",
     "Client connections accepted."},
    {Counter::ConnectionsRejectedAtCap, "meridian_accept_pauses_total",
     "Times accepting was paused at the connection cap."},
    {Counter::AcceptErrors, "meridian_accept_errors_total",
     "Failed accept calls, such as out of descriptors."},
    {Counter::MalformedRequests, "meridian_malformed_requests_total",
     "Requests refused by the HTTP parser."},
    {Counter::ClientGone, "meridian_client_disconnects_total",
     "Clients that left before their response was complete."},
    {Counter::UpstreamConnects, "meridian_upstream_connects_total", "New connections to backends."},
    {Counter::UpstreamReused, "meridian_upstream_reused_total",
     "Requests sent on a kept-alive backend connection."},
    {Counter::Failovers, "meridian_failovers_total",
     "Exchanges moved to another backend before their first byte."},
    {Counter::LogDropped, "meridian_log_dropped_total",
     "Log records dropped because the queue was full."},
    {Counter::ControlRequests, "meridian_control_requests_total",
     "Requests handed to the control plane."},
    {Counter::MidStreamFailures, "meridian_mid_stream_failures_total",
     "Responses that failed after their first byte."},
    {Counter::Timeouts, "meridian_timeouts_total", "Waits for a peer that reached their deadline."},
    {Counter::RetryBudgetExhausted, "meridian_retry_budget_exhausted_total",
     "Repetitions not made because too many had been made."},
    {Counter::HedgesStarted, "meridian_hedges_started_total",
     "Second attempts sent because the first token was late."},
    {Counter::HedgesWon, "meridian_hedges_won_total",
     "Hedged exchanges that the second attempt answered first."},
    {Counter::HedgeBudgetExhausted, "meridian_hedge_budget_exhausted_total",
     "Second attempts not made because too many had been made."},
    {Counter::Continuations, "meridian_continuations_total",
     "Broken streams that another backend continued."},
    {Counter::ContinuationsFailed, "meridian_continuations_failed_total",
     "Broken streams that no other backend could continue."},
    {Counter::QueueTimeouts, "meridian_queue_timeouts_total",
     "Requests that waited for a free backend to their deadline."},
    {Counter::QueueFull, "meridian_queue_full_total",
     "Requests refused because as many wait as may."},
    {Counter::BreakerRejected, "meridian_breaker_rejections_total",
     "Requests refused because only open circuit breakers were left."},
    {Counter::IdleWakes, "meridian_idle_wakes_total",
     "Times a backend scaled to zero was woken by a request."},
    {Counter::CredentialFailures, "meridian_credential_failures_total",
     "Attempts that got no credential for their backend in time."},
    {Counter::ContextFallbacks, "meridian_context_fallbacks_total",
     "Prompts too long for their model that went to a larger one."},
    {Counter::SessionNew, "meridian_session_requests_total", SessionHelp, "route", "new"},
    {Counter::SessionPinned, "meridian_session_requests_total", SessionHelp, "route", "pinned"},
    {Counter::SessionRemapped, "meridian_session_requests_total", SessionHelp, "route", "remapped"},
}};

} // namespace

void appendCounterFamilies(PrometheusText &page, Workers workers)
{
    std::string_view family;
    for (const CounterSeries &series : Series) {
        if (series.name != family) {
            page.family(series.name, "counter", series.help);
            family = series.name;
        }
        std::uint64_t sum = 0;
        for (const WorkerMetrics *worker : workers) {
            sum += worker->counter(series.counter);
        }
        if (series.label.empty()) {
            page.sample({}, sum);
        } else {
            page.sample({{series.label, series.value}}, sum);
        }
    }
    page.family("meridian_tier_requests_total", "counter",
                "Requests by the pool that their shape led to.");
    for (std::size_t i = 0; i < TierCount; ++i) {
        std::uint64_t sum = 0;
        for (const WorkerMetrics *worker : workers) {
            sum += worker->tier(static_cast<Tier>(i));
        }
        page.sample({{"tier", tierName(static_cast<Tier>(i))}}, sum);
    }
    HistogramSum<bounds::QueueWait> waits;
    for (const WorkerMetrics *worker : workers) {
        waits.add(worker->queueWait());
    }
    page.family("meridian_queue_wait_seconds", "histogram",
                "How long those requests waited that found no backend free.");
    waits.print(page, {}, Seconds);
}

void appendWorkerFamilies(PrometheusText &page, Workers workers)
{
    page.family("meridian_connections_open", "gauge", "Open client connections.");
    for (std::size_t i = 0; i < workers.size(); ++i) {
        page.sample({{"worker", std::to_string(i)}}, workers[i]->connectionsOpen());
    }
    page.family("meridian_event_loop_turn_seconds", "histogram",
                "How long a worker was busy in one turn of its event loop.");
    for (std::size_t i = 0; i < workers.size(); ++i) {
        HistogramSum<bounds::Turn> sum;
        sum.add(workers[i]->turns());
        sum.print(page, {{"worker", std::to_string(i)}}, Seconds);
    }
}

} // namespace meridian::observe
