// SPDX-License-Identifier: MIT
// Stage 8 of an exchange: which backend, and waiting for one that is free.
#include "core/base/hash.h"
#include "core/filter/accessfilter.h"
#include "core/http/keyfields.h"
#include "core/proxy/exchange.h"
#include "core/routing/explanation.h"
#include "core/routing/modelaliases.h"

#include <algorithm>
#include <charconv>

namespace meridian::proxy {

namespace {

using http::HttpError;
using model::Stage;
using routing::RouteOutcome;

constexpr std::size_t MaxExplanationBytes = 8192; // common clients refuse longer header fields
constexpr int LowestPriority = -100;
constexpr int HighestPriority = 100;

double randomPercent()
{
    constexpr double Range = 9007199254740992.0; // 2^53: every value of a double's mantissa
    return static_cast<double>(randomBits() >> 11U) / Range * 100.0;
}

const model::RouteSettings *routeOf(const std::vector<model::RouteSettings> &routes,
                                    std::string_view path)
{
    for (const model::RouteSettings &route : routes) {
        if (route.path == path) {
            return &route;
        }
    }
    return nullptr;
}

std::chrono::seconds secondsUntil(upstream::SteadyTime time, upstream::SteadyTime now)
{
    using std::chrono::seconds;
    return std::max(std::chrono::ceil<seconds>(time - now), seconds(1));
}

} // namespace

void Exchange::prepareRouting(const json::BodyFields &fields)
{
    const model::Settings &settings = m_snapshot->settings;
    m_clock.enter(Stage::Route);
    m_facts.routedAt = m_clock.since();
    m_facts.model = m_upload.isUpload ? std::string_view(m_model)
                                      : routing::resolveAlias(settings.models, m_model);
    m_facts.route = routeOf(settings.routes, m_path);
    m_facts.client = m_client.peerHash();
    m_facts.roll = m_snapshot->canary ? randomPercent() : 0.0;
    const auto &headers = m_client.head().headers;
    if (settings.affinity.enabled) {
        const std::string_view session = headers.find(settings.affinity.header).value_or("");
        m_facts.session = session.empty() || !http::holdsKey(settings.affinity.header)
                              ? std::string(session)
                              : std::to_string(hashBytes(session)); // pins outlive the request
    }
    m_facts.wantsExplanation = headers.find("x-meridian-explain").value_or("") == "1" &&
                               !filter::operatorRefusal(filterContext());

    auto needs = m_worker.router.strategy().needs();
    needs.promptTokens = needs.promptTokens || m_facts.wantsExplanation;
    m_facts.pick = estimatePick(settings, needs, m_body, fields);
    m_worker.retryBudget.noteRequest(m_clock.since());
    m_worker.hedgeBudget.noteRequest(m_clock.since());
}

routing::RouteQuery Exchange::routeQuery()
{
    m_facts.pick.now = m_clock.since();
    routing::RouteQuery query;
    query.model = m_facts.model;
    query.path = m_path;
    query.dialect = m_surface.dialect;
    query.operation = m_surface.operation;
    query.session = m_facts.session;
    query.client = m_facts.client;
    query.roll = m_facts.roll;
    query.pick = m_facts.pick;
    query.tried = &m_facts.tried;
    query.needsContinuation = m_facts.needsContinuation;
    return query;
}

routing::RouteChoice Exchange::chooseBackend()
{
    m_clock.enter(Stage::Route);
    const routing::RouteQuery query = routeQuery();
    std::vector<routing::BackendFigures> figures;
    const bool isFirst = m_findings.route.generation == 0;
    if (isFirst && m_facts.wantsExplanation) {
        figures = routing::figuresOf(*m_snapshot, m_worker.router.strategy(), query.pick);
    }
    routing::RouteChoice choice = m_worker.router.choose(*m_snapshot, query);
    if (isFirst) {
        keepTrail(choice);
        if (m_facts.wantsExplanation) {
            explainChoice(query, choice, std::move(figures));
        }
    }
    if (choice.outcome == RouteOutcome::Chosen) {
        m_findings.tier = choice.tier;
        m_findings.isCanary = choice.isCanary;
        if (!isFirst && m_findings.sessionRoute == "pinned") {
            m_findings.sessionRoute = choice.sessionRoute; // its backend has just failed
        }
        if (choice.hasWoken) {
            m_worker.metrics.count(observe::Counter::IdleWakes);
        }
    }
    return choice;
}

/// Of the first decision: what the record and the recent requests show.
void Exchange::keepTrail(const routing::RouteChoice &choice)
{
    const auto &verdicts = m_worker.router.verdicts();
    model::RouteTrail &trail = m_findings.route;
    trail.generation = m_snapshot->generation;
    trail.count =
        static_cast<std::uint8_t>(std::min(verdicts.size(), model::RouteTrail::MaxBackends));
    std::copy_n(verdicts.begin(), trail.count, trail.verdicts.begin());
    trail.session = m_facts.session.empty() ? 0 : hashBytes(m_facts.session);
    trail.promptTokens = m_facts.pick.promptTokens;
    trail.maxTokens = m_facts.pick.maxTokens;
    trail.prefixHash = m_facts.pick.prefixHash;
    m_findings.sessionRoute = choice.sessionRoute;
    if (!choice.sessionRoute.empty()) {
        m_worker.metrics.count(choice.sessionRoute == "new" ? observe::Counter::SessionNew
                               : choice.sessionRoute == "pinned"
                                   ? observe::Counter::SessionPinned
                                   : observe::Counter::SessionRemapped);
    }
}

void Exchange::explainChoice(const routing::RouteQuery &query,
                             const routing::RouteChoice &choice,
                             std::vector<routing::BackendFigures> figures)
{
    const routing::Explanation decision{m_model, query, choice, std::move(figures),
                                        m_worker.router.verdicts()};
    routing::Router trial; // its own strategy: looking ahead must not advance the worker's
    m_findings.explanation = routing::explain(*m_snapshot, trial, decision);
    if (m_findings.explanation.size() > MaxExplanationBytes) {
        m_findings.explanation =
            R"({"error":"too long for a header: POST the body to /meridian/explain"})";
    }
}

void Exchange::route()
{
    auto choice = chooseBackend();
    switch (choice.outcome) {
    case RouteOutcome::Chosen:
        lease(std::move(choice), false);
        return;
    case RouteOutcome::Saturated:
        enqueue();
        return;
    default:
        refuseUnrouted(choice);
    }
}

int Exchange::priority() const
{
    const std::string &name = m_snapshot->settings.admission.priorityHeader;
    if (name.empty()) {
        return 0;
    }
    const std::string_view value = m_client.head().headers.find(name).value_or("");
    if (http::equalsIgnoreCase(value, "high")) {
        return HighestPriority;
    }
    if (http::equalsIgnoreCase(value, "low")) {
        return LowestPriority;
    }
    int number = 0;
    static_cast<void>(std::from_chars(value.data(), value.data() + value.size(), number));
    return std::clamp(number, LowestPriority, HighestPriority);
}

void Exchange::enqueue()
{
    m_facts.queuedAt = m_clock.since();
    m_saturated = m_worker.router.saturated(*m_snapshot); // the router soon serves others
    auto joined = m_snapshot->admission->join(
        m_worker.loop, m_saturated, m_facts.pick.cost, priority(),
        [this](std::shared_ptr<upstream::Backend> backend) { onSlot(std::move(backend)); });
    if (joined.granted) {
        onSlot(std::move(joined.granted));
        return;
    }
    if (!joined.ticket) {
        m_worker.metrics.count(observe::Counter::QueueFull);
        refuseSaturated(HttpError::QueueFull);
        return;
    }
    m_ticket = std::move(joined.ticket);
    m_wait = Wait::Queue;
    if (m_upload.isUpload && !m_upload.isWhole) {
        m_client.pauseBody();
    }
    m_timer.start(std::min<std::chrono::nanoseconds>(m_snapshot->settings.admission.queueTimeout,
                                                     patience()));
}

void Exchange::onSlot(std::shared_ptr<upstream::Backend> backend)
{
    m_ticket.reset();
    m_wait = Wait::Nothing;
    m_timer.stop();
    const auto now = std::chrono::steady_clock::now();
    m_findings.queued += now - m_facts.queuedAt;
    const auto *breaker = m_snapshot->settings.resilience.breaker.enabled
                              ? backend->state()->breakers.find(m_facts.model)
                              : nullptr;
    if (breaker != nullptr &&
        breaker->gate(now, m_facts.client) != upstream::CircuitBreaker::Gate::Pass) {
        // It has failed while we waited: the slot goes on, and we ask again who would do.
        upstream::InflightGuard(std::move(backend), m_facts.pick.cost, m_snapshot->admission.get())
            .release();
        m_clock.enter(Stage::Route);
        route();
        return;
    }
    auto choice = m_worker.router.adopt(*m_snapshot, routeQuery(), std::move(backend));
    m_findings.tier = choice.tier;
    m_findings.isCanary = choice.isCanary;
    if (!choice.sessionRoute.empty()) {
        m_findings.sessionRoute = choice.sessionRoute;
    }
    lease(std::move(choice), false);
}

void Exchange::leaveQueue()
{
    if (m_ticket) {
        m_findings.queued += std::chrono::steady_clock::now() - m_facts.queuedAt;
        m_snapshot->admission->cancel(m_ticket);
        m_ticket.reset();
    }
    m_translated.waiter.reset();
    releaseChoice(std::exchange(m_translated.pending, {}));
    m_wait = Wait::Nothing;
    m_timer.stop();
}

void Exchange::refuseUnrouted(const routing::RouteChoice &choice)
{
    const auto now = m_clock.since();
    switch (choice.outcome) {
    case RouteOutcome::NoSuchModel:
        if (!m_model.empty()) {
            refuse(HttpError::ModelNotFound, http::errorMessage(HttpError::ModelNotFound, m_model));
        } else {
            refuse(HttpError::InvalidField,
                   m_upload.isUpload
                       ? "the form's 'model' was not found in its first bytes: put it before the "
                         "file, or send the header x-meridian-model"
                       : "you must provide a 'model'");
        }
        return;
    case RouteOutcome::NoSuchSurface:
        refuse(HttpError::UnsupportedOperation,
               http::errorMessage(HttpError::UnsupportedOperation, m_model));
        return;
    case RouteOutcome::CircuitOpen: {
        m_worker.metrics.count(observe::Counter::BreakerRejected);
        std::string_view name;
        for (std::size_t i = 0; i < m_worker.router.verdicts().size(); ++i) {
            if (m_worker.router.verdicts()[i] == model::RouteVerdict::CircuitOpen) {
                name = m_snapshot->backends[i]->name();
            }
        }
        refuse(HttpError::CircuitOpen, http::errorMessage(HttpError::CircuitOpen, name),
               {0, secondsUntil(choice.retryAt, now)});
        return;
    }
    case RouteOutcome::RateLimited:
        refuse(HttpError::RateLimited, http::errorMessage(HttpError::RateLimited, m_model),
               {0, secondsUntil(choice.retryAt, now)});
        return;
    default:
        refuse(HttpError::NoBackend, http::errorMessage(HttpError::NoBackend, m_model));
    }
}

void Exchange::refuseSaturated(http::HttpError error)
{
    const auto retryAfter = m_snapshot->admission->retryAfter(m_saturated);
    refuse(error, http::errorMessage(error, m_model),
           {m_snapshot->settings.admission.overloadStatus, retryAfter});
}

} // namespace meridian::proxy
