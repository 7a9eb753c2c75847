// SPDX-License-Identifier: MIT
// The admin service's memory: what has been going on, looked at once a second.
#include "core/admin/watch.h"

#include <utility>

namespace meridian::admin {

namespace {

using namespace std::chrono_literals;

constexpr auto ConfigLookInterval = 5s; // it reads the file

std::chrono::sys_days dayOf(Mediator::SystemTime time)
{
    return std::chrono::floor<std::chrono::days>(time);
}

} // namespace

Watch::Watch(Mediator &mediator)
    : m_mediator(mediator)
    , m_events(mediator.events())
    , m_day(dayOf(std::chrono::system_clock::now()))
{
    m_midnight.since = mediator.startTime(); // nothing had been counted then
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
        look(std::chrono::steady_clock::now(), std::chrono::system_clock::now());
        arm();
    });
    arm();
}

/// For the next whole second, so that delays do not add up.
void Watch::arm()
{
    const auto since = std::chrono::steady_clock::now() - m_origin;
    const auto next = std::chrono::floor<std::chrono::seconds>(since) + 1s;
    m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(next - since));
}

void Watch::look(SteadyTime steady, SystemTime now)
{
    const auto second = std::chrono::floor<std::chrono::seconds>(steady - m_origin).count();
    if (second <= m_second) {
        return;
    }
    m_second = second;
    if (dayOf(now) > m_day) {
        m_day = dayOf(now);
        m_midnight = {m_day, observe::totals(m_mediator.workers())};
    }
    if (steady >= m_nextConfigLook) {
        m_isConfigChanged = m_mediator.isConfigChanged();
        m_nextConfigLook = steady + ConfigLookInterval;
    }
    const std::vector<BackendStatus> backends = m_mediator.backends();
    m_events.look(backends, m_mediator.canary(), steady);
    std::vector<std::string_view> names;
    std::vector<std::uint64_t> inflight;
    for (const BackendStatus &backend : backends) {
        names.push_back(backend.name);
        inflight.push_back(backend.inflight);
    }
    m_history.add(static_cast<std::uint32_t>(second),
                  observe::sampleTraffic(m_mediator.workers(), names), names, inflight);
}

void Watch::note(const Principal &who,
                 std::string_view kind,
                 std::string_view severity,
                 std::string subject,
                 std::string message)
{
    observe::Event event;
    event.kind = kind;
    event.severity = severity;
    event.subject = std::move(subject);
    event.principal = std::string(kindName(who.kind));
    if (!who.name.empty()) {
        event.principal += ' ' + who.name;
    }
    event.message = std::move(message);
    m_mediator.events().add(std::move(event));
}

void Watch::noteReload(const Principal &who, const ReloadOutcome &outcome)
{
    if (!outcome.isApplied()) {
        m_reloadProblem = outcome.problems.front();
        note(who, "reload_failed", "error", "configuration",
             "reload refused, nothing has changed: " + m_reloadProblem);
        return;
    }
    m_reloadProblem.clear();
    m_isConfigChanged = false;
    std::string changes;
    for (const std::string &change : outcome.changes) {
        changes += (changes.empty() ? ": " : "; ") + change;
    }
    note(who, "reload", "info", "configuration",
         "reloaded, configuration " + std::to_string(outcome.generation) + " is in force" +
             (changes.empty() ? ": nothing is different" : changes));
}

Watch::SystemTime Watch::beginning() const
{
    return std::chrono::system_clock::now() - std::chrono::duration_cast<SystemTime::duration>(
                                                  std::chrono::steady_clock::now() - m_origin);
}

Watch::Today Watch::today() const
{
    const observe::Totals now = observe::totals(m_mediator.workers());
    Today today;
    today.since = m_midnight.since;
    today.totals.requests = now.requests - m_midnight.totals.requests;
    today.totals.failures = now.failures - m_midnight.totals.failures;
    today.totals.promptTokens = now.promptTokens - m_midnight.totals.promptTokens;
    today.totals.completionTokens = now.completionTokens - m_midnight.totals.completionTokens;
    return today;
}

std::vector<Attention> Watch::attention(const std::vector<BackendStatus> &backends)
{
    const SteadyTime now = std::chrono::steady_clock::now();
    AttentionFacts facts{backends, m_mediator.isDraining(), m_isConfigChanged, m_reloadProblem, {},
                         {}};
    facts.hadDefects = [&](std::string_view name) { return m_events.hadDefects(name, now); };
    facts.hadRefusedKeys = [&](std::string_view name) {
        return m_events.hadRefusedKeys(name, now);
    };
    return attentionOf(facts);
}

} // namespace meridian::admin
