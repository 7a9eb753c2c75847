// SPDX-License-Identifier: MIT
#include "tests/upstream/simulation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace meridian::upstream::sim {

using namespace std::chrono_literals;

namespace {

Duration seconds(double value)
{
    return Duration(std::llround(value * 1e9));
}

double ms(Duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

} // namespace

double quantile(std::vector<double> values, double q)
{
    if (values.empty()) {
        return 0;
    }
    const auto rank = std::max(std::ceil(q * double(values.size())), 1.0) - 1;
    const auto nth = values.begin() + std::ptrdiff_t(rank);
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
}

double Report::imbalance() const
{
    double most = 0;
    double sum = 0;
    for (const Tally &tally : servers) {
        most = std::max(most, tally.inflightSeconds);
        sum += tally.inflightSeconds;
    }
    return sum > 0 ? most * double(servers.size()) / sum : 1;
}

Simulation::Simulation(std::vector<Server> servers, const StrategyFactory &factory, int workers)
    : m_servers(std::move(servers))
    , m_lines(m_servers.size())
{
    for (int i = 0; i < workers; ++i) {
        m_workers.push_back(factory(std::uint64_t(i) + 1));
    }
}

void Simulation::plan(Duration in, Kind kind, std::size_t request, std::size_t server)
{
    m_events.push({m_now + in, m_planned++, kind, request, server});
}

Report Simulation::run(const std::vector<Request> &requests)
{
    m_requests = &requests;
    m_report.servers.resize(m_servers.size());
    m_report.chosen.assign(requests.size(), Report::npos);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        plan(requests[i].arrival, Kind::Arrival, i, 0);
    }
    plan(ProbeInterval, Kind::Probe, 0, 0);
    while (!m_events.empty()) {
        const Event event = m_events.top();
        m_events.pop();
        for (std::size_t i = 0; i < m_servers.size(); ++i) {
            m_report.servers[i].inflightSeconds +=
                double(m_servers[i].backend->inflight()) * ms(event.at - m_now) / 1e3;
        }
        m_now = event.at;
        handle(event);
    }
    m_report.costSpread /= double(requests.size());
    return std::move(m_report);
}

void Simulation::handle(const Event &event)
{
    switch (event.kind) {
    case Kind::Arrival:
        ++m_arrived;
        observe();
        return arrive(event.request);
    case Kind::FirstByte: {
        const Duration latency = m_now - (*m_requests)[event.request].arrival;
        m_servers[event.server].backend->state()->load.noteFirstByte(latency, now());
        m_report.firstByteMs.push_back(ms(latency));
        return;
    }
    case Kind::End:
    case Kind::Failure: {
        Backend &backend = *m_servers[event.server].backend;
        LoadState &load = backend.state()->load;
        const Request &request = (*m_requests)[event.request];
        load.leave(request.cost(), now());
        backend.state()->health.noteAnswer();
        if (event.kind == Kind::Failure) {
            load.noteFailure(m_now - request.arrival, now());
            ++m_report.servers[event.server].failed;
            return;
        }
        load.noteLatency(m_now - request.arrival, now());
        m_report.latencyMs.push_back(ms(m_now - request.arrival));
        return end(event.server);
    }
    case Kind::Probe:
        return probeAll();
    }
}

void Simulation::arrive(std::size_t request)
{
    std::vector<std::size_t> tried;
    while (tried.size() < m_servers.size()) {
        const std::size_t server = choose(request, tried);
        if (server == Report::npos) {
            return;
        }
        m_report.servers[server].asked.push_back(m_now);
        Backend &backend = *m_servers[server].backend;
        if (faultOf(server) != Fault::Refuses) {
            return ask(request, server);
        }
        backend.state()->load.noteFailure(0ms, now());
        backend.state()->health.noteSuspicion();
        backend.noteFailure();
        ++m_report.servers[server].failed;
        tried.push_back(server);
    }
}

std::size_t Simulation::choose(std::size_t request, const std::vector<std::size_t> &tried)
{
    std::vector<Backend *> candidates;
    std::vector<std::size_t> positions;
    for (const bool suspectsToo : {false, true}) {
        for (std::size_t i = 0; i < m_servers.size(); ++i) {
            Backend *backend = m_servers[i].backend.get();
            const bool isTried = std::find(tried.begin(), tried.end(), i) != tried.end();
            const std::int64_t limit = backend->settings().maxConcurrency;
            if (!isTried && backend->weight() > 0 && backend->isHealthy() &&
                backend->state()->health.isSuspect() == suspectsToo &&
                (limit == 0 || backend->inflight() < limit)) {
                candidates.push_back(backend);
                positions.push_back(i);
            }
        }
        if (!candidates.empty()) {
            break;
        }
    }
    if (candidates.empty()) {
        return Report::npos;
    }
    if (beforePick) {
        beforePick(request, now());
    }
    const Request &wanted = (*m_requests)[request];
    Strategy &strategy = *m_workers[m_random() % m_workers.size()];
    return positions.at(strategy.pick(candidates, wanted.context(now())));
}

void Simulation::ask(std::size_t request, std::size_t server)
{
    Backend &backend = *m_servers[server].backend;
    backend.state()->load.enter((*m_requests)[request].cost(), now());
    m_report.chosen[request] = server;
    Tally &tally = m_report.servers[server];
    tally.peakInflight = std::max(tally.peakInflight, backend.inflight());
    if (faultOf(server) == Fault::FailsAtOnce) {
        plan(1ms, Kind::Failure, request, server);
    } else if (faultOf(server) == Fault::None) {
        if (m_lines[server].running < m_servers[server].slots) {
            start(request, server);
        } else {
            m_lines[server].waiting.push_back(request);
        }
    }
}

void Simulation::start(std::size_t request, std::size_t server)
{
    ++m_lines[server].running;
    const Request &work = (*m_requests)[request];
    const Server &engine = m_servers[server];
    const Duration prefill = seconds(double(work.promptTokens) / engine.prefillPerSecond);
    plan(prefill, Kind::FirstByte, request, server);
    plan(prefill + seconds(double(work.outputTokens) / engine.decodePerSecond), Kind::End, request,
         server);
}

void Simulation::end(std::size_t server)
{
    ++m_report.servers[server].served;
    Line &line = m_lines[server];
    --line.running;
    if (!line.waiting.empty()) {
        const std::size_t next = line.waiting.front();
        line.waiting.pop_front();
        start(next, server);
    }
}

void Simulation::probeAll()
{
    for (std::size_t i = 0; i < m_servers.size(); ++i) {
        const Server &server = m_servers[i];
        if (server.answersProbes || m_now >= server.healsAt) {
            server.backend->noteProbeSuccess();
        } else {
            server.backend->noteFailure();
        }
    }
    if (m_arrived < m_requests->size()) {
        plan(ProbeInterval, Kind::Probe, 0, 0);
    }
}

void Simulation::observe()
{
    double most = 0;
    double least = 1e300;
    double sum = 0;
    for (const Server &server : m_servers) {
        const double cost = server.backend->state()->load.inflightCost();
        most = std::max(most, cost);
        least = std::min(least, cost);
        sum += cost;
    }
    if (sum > 0) {
        m_report.costSpread += (most - least) * double(m_servers.size()) / sum;
    }
}

Fault Simulation::faultOf(std::size_t server) const
{
    return m_now < m_servers[server].healsAt ? m_servers[server].fault : Fault::None;
}

} // namespace meridian::upstream::sim
