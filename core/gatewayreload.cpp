// SPDX-License-Identifier: MIT
// Changing a running gateway: a new snapshot over the old states, published at once.
#include "core/gateway.h"
#include "core/gatewayhousekeeping.h"
#include "core/gatewaysnapshot.h"
#include "core/provider/responsestore.h"
#include "core/routing/sessionstore.h"

#include <QLoggingCategory>

#include <algorithm>

namespace meridian {

namespace {

Q_LOGGING_CATEGORY(lcReload, "meridian.reload")

constexpr std::chrono::minutes ResponseSweepInterval{1};
constexpr std::size_t KeptGenerations = 64; // whose backends' names recent requests may ask for

/// An operator's weight holds until somebody configures another one.
void dropOutdatedWeights(const upstream::Snapshot &before, const upstream::Snapshot &after)
{
    for (const auto &backend : after.backends) {
        for (const auto &old : before.backends) {
            if (old->state() == backend->state() &&
                old->settings().weight != backend->settings().weight) {
                backend->state()->operatorState.setWeightOverride(-1);
            }
        }
    }
}

} // namespace

admin::ReloadOutcome Gateway::reload()
{
    admin::ReloadOutcome outcome;
    outcome.generation = m_snapshot->generation;
    if (!m_setup.load) {
        outcome.problems.emplace_back("this gateway runs without a configuration file");
    } else if (auto loaded = m_setup.load(); !loaded) {
        for (const config::Diagnostic &diagnostic : loaded.error()) {
            outcome.problems.push_back(diagnostic.format());
        }
    } else {
        outcome = apply(loaded->settings);
        for (const config::Diagnostic &diagnostic : loaded->warnings) {
            outcome.warnings.push_back(diagnostic.format());
        }
    }
    if (outcome.isApplied()) {
        ++m_reloads.succeeded;
        m_reloads.lastSuccess = std::chrono::system_clock::now();
        qCInfo(lcReload, "reloaded generation=%u changes=%zu", outcome.generation,
               outcome.changes.size());
    } else {
        ++m_reloads.failed;
        qCWarning(lcReload, "reload refused, nothing has changed: %s",
                  outcome.problems.front().c_str());
    }
    for (const std::string &key : outcome.needRestart) {
        qCWarning(lcReload, "%s takes effect after a restart", key.c_str());
    }
    return outcome;
}

admin::ReloadOutcome Gateway::preview(const model::Settings &settings) const
{
    admin::ReloadOutcome outcome;
    outcome.generation = m_snapshot->generation;
    if (const auto tls = listenerTls(settings.gateway); !tls) {
        outcome.problems.push_back("gateway.tls: " + tls.error().detail);
        return outcome;
    }
    outcome.changes = describeChanges(m_snapshot->settings, settings);
    outcome.needRestart = needRestart(m_setup.settings, settings);
    return outcome;
}

admin::ReloadOutcome Gateway::apply(const model::Settings &settings)
{
    admin::ReloadOutcome outcome;
    outcome.generation = m_snapshot->generation;
    // Everything that can fail comes before anything that changes something.
    auto snapshot = build(settings);
    if (!snapshot) {
        outcome.problems.push_back(snapshot.error().detail);
    }
    auto tls = listenerTls(settings.gateway);
    if (!tls) {
        outcome.problems.push_back("gateway.tls: " + tls.error().detail);
    }
    if (!outcome.isApplied()) {
        return outcome;
    }
    if (auto configured = m_exporter->configure(settings.tracing); !configured) {
        outcome.problems.push_back("tracing: " + configured.error().detail);
        return outcome;
    }
    outcome.changes = describeChanges(m_snapshot->settings, settings);
    outcome.needRestart = needRestart(m_setup.settings, settings);
    dropOutdatedWeights(*m_snapshot, **snapshot);
    shareStates(**snapshot);
    adopt(std::move(*snapshot));
    outcome.generation = m_snapshot->generation;
    const auto newTls = m_setup.settings.gateway.tls ? *tls : nullptr;
    for (const auto &worker : m_workers) {
        worker->publish(m_snapshot, workerLimits(), newTls);
    }
    if (m_setup.reloaded) {
        m_setup.reloaded(m_snapshot->settings);
    }
    return outcome;
}

/// The parts of a snapshot that outlive it.
void Gateway::shareStates(upstream::Snapshot &snapshot)
{
    const model::Settings &settings = snapshot.settings;
    m_admission->configure(settings.admission);
    snapshot.admission = m_admission;
    snapshot.isPaused = m_isPaused;
    if (!settings.affinity.enabled) {
        m_sessions.reset();
    } else if (!m_sessions) {
        m_sessions = std::make_shared<routing::SessionStore>(settings.affinity.ttl,
                                                             settings.affinity.maxSessions);
    } else {
        m_sessions->configure(settings.affinity.ttl, settings.affinity.maxSessions);
    }
    snapshot.sessions = m_sessions;
    if (!settings.canary.enabled) {
        m_canary.reset();
    } else if (!m_canary || !(m_canary->settings() == settings.canary)) {
        m_canary = std::make_unique<routing::CanaryController>(settings.canary, m_canary.get());
    }
    snapshot.canary = m_canary ? m_canary->state() : nullptr;
    m_responses->configure(settings.translation);
    snapshot.responses = m_responses;
}

/// From now on this is the configuration in force, on the main thread.
void Gateway::adopt(std::shared_ptr<const upstream::Snapshot> snapshot)
{
    m_snapshot = std::move(snapshot);
    std::vector<std::string> names;
    for (const auto &backend : m_snapshot->backends) {
        names.push_back(backend->name());
    }
    m_exporter->rememberBackends(m_snapshot->generation, names);
    m_backendNames.emplace_back(m_snapshot->generation, std::move(names));
    if (m_backendNames.size() > KeptGenerations) {
        m_backendNames.pop_front();
    }
    m_resolver.watch(m_snapshot);
    m_health->watch(m_snapshot);
    m_telemetry->watch(m_snapshot);
}

void Gateway::tick()
{
    const auto now = std::chrono::steady_clock::now();
    m_admission->serve(); // a backend may have become healthy while everybody waited
    if (m_canary && now >= m_housekeeping->nextCanary) {
        m_canary->tick(now);
        m_housekeeping->nextCanary = now + m_canary->settings().tick;
    }
    if (m_sessions && now >= m_housekeeping->nextSweep) {
        m_sessions->sweep(now);
        m_housekeeping->nextSweep = now + m_snapshot->settings.affinity.sweepInterval;
    }
    if (now >= m_housekeeping->nextResponseSweep) {
        m_responses->sweep(now);
        m_housekeeping->nextResponseSweep = now + ResponseSweepInterval;
    }
}

} // namespace meridian
