// SPDX-License-Identifier: MIT
#include "core/discovery/look.h"

#include "core/net/tlscontext.h"

#include <algorithm>
#include <utility>

namespace meridian::discovery {

namespace {

using Fault = http::UpstreamFault::Kind;

std::string authorityOf(const config::BackendUrl &url)
{
    const bool isV6 = url.host.find(':') != std::string::npos;
    return (isV6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

} // namespace

Discovery::Look::Look(event::Loop &loop, Place place, std::function<void()> ended)
    : m_loop(loop)
    , m_place(std::move(place))
    , m_ended(std::move(ended))
    , m_timer(loop.timers(), *this)
{
    m_finding.engine = m_place.usual;
    m_timer.start(std::chrono::nanoseconds(0));
}

Discovery::Look::~Look()
{
    for (auto &probe : m_probes) {
        if (probe) {
            probe->cancel(); // its deadline may be due in this very turn
            m_loop.deleteLater(std::move(probe));
        }
    }
}

void Discovery::Look::onTimer() noexcept
{
    if (!std::exchange(m_hasBegun, true)) {
        begin();
    } else if (m_finding.state == PlaceState::Looking) {
        endWith(PlaceState::Failed, "its name could not be looked up in time");
    }
}

void Discovery::Look::begin()
{
    m_until = std::chrono::steady_clock::now() + Deadline;
    if (m_place.url.isHttps) {
        auto tls = net::TlsContext::forUpstream({}, m_place.url.host, true);
        if (!tls) {
            endWith(PlaceState::Failed, tls.error().detail);
            return;
        }
        m_target.tls = std::move(*tls);
    }
    m_target.authority = authorityOf(m_place.url);
    m_target.accept = "application/json";
    if (m_place.url.host == "localhost") { // asked of no name server
        for (const char *address : {"127.0.0.1", "::1"}) {
            m_target.addresses.push_back(*net::SocketAddress::parse(address, m_place.url.port));
        }
        ask(Question::Models);
        ask(Question::Self);
        return;
    }
    m_timer.start(Deadline);
    m_host = std::make_unique<health::HostAddresses>(m_place.url.host, m_place.url.port,
                                                     [this] { resolve(); });
    resolve();
}

void Discovery::Look::resolve()
{
    if (m_finding.state != PlaceState::Looking) {
        return;
    }
    m_target.addresses = m_host->current();
    if (m_host->isPending()) {
        return;
    }
    m_timer.stop();
    if (m_target.addresses.empty()) {
        endWith(PlaceState::Failed, "its name cannot be looked up: " + m_host->problem());
        return;
    }
    ask(Question::Models);
    ask(Question::Self);
}

void Discovery::Look::ask(Question question)
{
    constexpr std::chrono::nanoseconds Least = std::chrono::milliseconds(1);
    ++m_unanswered;
    m_target.path = m_place.url.basePath + std::string(pathOf(question));
    const std::chrono::nanoseconds left = m_until - std::chrono::steady_clock::now();
    m_probes[static_cast<std::size_t>(question)] = std::make_unique<health::Probe>(
        m_loop, m_target, std::max(left, Least),
        [this, question](const health::ProbeResult &result) { onAnswer(question, result); });
}

void Discovery::Look::onAnswer(Question question, const health::ProbeResult &result)
{
    const auto index = static_cast<std::size_t>(question);
    m_results[index] = result;
    m_loop.deleteLater(std::move(m_probes[index]));
    if (--m_unanswered > 0) {
        return;
    }
    if (!std::exchange(m_hasAskedAll, true)) {
        onFirstAnswers();
        return;
    }
    EngineAnswers answers;
    for (std::size_t i = 0; i < QuestionCount; ++i) {
        answers[i] = {m_results[i].status, std::move(m_results[i].body)};
    }
    end(judge(answers, m_place.usual));
}

void Discovery::Look::onFirstAnswers()
{
    const health::ProbeResult &models = m_results[static_cast<std::size_t>(Question::Models)];
    const health::ProbeResult &self = m_results[static_cast<std::size_t>(Question::Self)];
    if (models.status > 0 || self.status > 0) {
        for (std::size_t i = FirstQuestions; i < QuestionCount; ++i) {
            ask(static_cast<Question>(i));
        }
        return;
    }
    switch (models.fault.value_or(Fault::Closed)) {
    case Fault::Connect:
        endWith(PlaceState::Nothing, "no connection: " + models.detail);
        return;
    case Fault::ConnectTimeout:
    case Fault::ReadTimeout:
    case Fault::WriteTimeout:
        endWith(PlaceState::Failed,
                "no answer within " + std::to_string(Deadline.count()) + " seconds");
        return;
    default:
        endWith(PlaceState::Failed, "no answer in HTTP: " + models.detail);
    }
}

void Discovery::Look::endWith(PlaceState state, std::string message)
{
    EngineFinding finding;
    finding.state = state;
    finding.engine = m_place.usual;
    finding.message = std::move(message);
    end(std::move(finding));
}

void Discovery::Look::end(EngineFinding finding)
{
    m_timer.stop();
    m_finding = std::move(finding);
    m_results = {};
    m_ended();
}

} // namespace meridian::discovery
