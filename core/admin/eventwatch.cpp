// SPDX-License-Identifier: MIT
// Notices what happens to backends by comparing how they are with how they were.
#include "core/admin/eventwatch.h"

#include <algorithm>
#include <utility>

namespace meridian::admin {

namespace {

constexpr std::string_view Info = "info";
constexpr std::string_view Warning = "warning";
constexpr std::string_view Error = "error";

std::uint64_t defectsOf(const BackendStatus &backend)
{
    std::uint64_t all = 0;
    for (const auto &[defect, count] : backend.streamDefects) {
        all += count;
    }
    return all;
}

std::string because(const std::string &reason)
{
    return reason.empty() ? std::string() : ": " + reason;
}

std::string defectNames(const BackendStatus &backend)
{
    std::string names;
    for (const auto &[defect, count] : backend.streamDefects) {
        names.append(names.empty() ? "" : ", ").append(defect);
    }
    return names;
}

} // namespace

bool hasOpenBreaker(const BackendStatus &backend)
{
    return std::any_of(backend.circuits.begin(), backend.circuits.end(),
                       [](const auto &circuit) { return circuit.state == "open"; });
}

std::uint64_t EventWatch::Count::take(std::uint64_t now, Time time)
{
    if (now > seen) {
        grew = time;
    }
    seen = now;
    if (seen <= told || (toldAt && time - *toldAt < RepeatAfter)) {
        return 0;
    }
    toldAt = time;
    return seen - std::exchange(told, seen);
}

bool EventWatch::Count::isRecent(Time now) const
{
    return grew && now - *grew < Recent;
}

void EventWatch::look(const std::vector<BackendStatus> &backends,
                      const std::optional<CanaryView> &canary,
                      Time now)
{
    std::erase_if(m_seen, [&](const auto &entry) {
        return std::none_of(backends.begin(), backends.end(), [&](const BackendStatus &backend) {
            return backend.name == entry.first;
        });
    });
    for (const BackendStatus &backend : backends) {
        lookAt(backend, m_seen[backend.name], now);
    }
    lookAtCanary(canary);
}

void EventWatch::lookAt(const BackendStatus &backend, Seen &seen, Time now)
{
    const std::string &name = backend.name;
    const bool isHealthy = backend.healthy || backend.idle;
    if (isHealthy != std::exchange(seen.isHealthy, isHealthy)) {
        if (isHealthy) {
            tell("backend_healthy", Info, name, name + " is healthy again");
        } else {
            tell("backend_unhealthy", Error, name,
                 name + " is unhealthy" + because(backend.lastProbe));
        }
    }
    const bool isOpen = hasOpenBreaker(backend);
    if (isOpen != std::exchange(seen.hasOpenBreaker, isOpen)) {
        tell(isOpen ? "breaker_open" : "breaker_closed", isOpen ? Warning : Info, name,
             isOpen ? name + " fails too often: its circuit breaker is open"
                    : "no circuit breaker of " + name + " is open any more");
    }
    const bool isFailing = backend.credential && backend.credential->failures > 0;
    if (isFailing && !std::exchange(seen.hasFailingCredential, true)) {
        tell("credential_failed", Error, name,
             "the credential of " + name + " cannot be renewed" +
                 because(backend.credential->lastError));
    }
    seen.hasFailingCredential = isFailing;
    if (const std::uint64_t refused = seen.keysRefused.take(backend.keysRefused, now)) {
        tell("key_refused", Error, name,
             name + " did not accept the gateway's key (" + std::to_string(refused) + " times)");
    }
    if (const std::uint64_t defects = seen.defects.take(defectsOf(backend), now)) {
        tell("stream_defects", Warning, name,
             std::to_string(defects) + " answers of " + name +
                 " were not as their protocol has them; seen so far: " + defectNames(backend));
    }
}

void EventWatch::lookAtCanary(const std::optional<CanaryView> &canary)
{
    if (m_canary && canary) {
        if (canary->rollbacks > m_canary->rollbacks) {
            tell("canary", Error, "canary",
                 "the canary was taken back: too many of its answers "
                 "failed");
        } else if (canary->step != m_canary->step) {
            tell("canary", Info, "canary",
                 "the canary gets " + std::to_string(static_cast<int>(canary->weight)) +
                     " % of the traffic");
        }
    }
    m_canary = canary;
}

void EventWatch::tell(std::string_view kind,
                      std::string_view severity,
                      const std::string &subject,
                      std::string message)
{
    observe::Event event;
    event.kind = kind;
    event.severity = severity;
    event.subject = subject;
    event.principal = "process";
    event.message = std::move(message);
    m_log.add(std::move(event));
}

bool EventWatch::hadDefects(std::string_view backend, Time now) const
{
    const auto seen = m_seen.find(backend);
    return seen != m_seen.end() && seen->second.defects.isRecent(now);
}

bool EventWatch::hadRefusedKeys(std::string_view backend, Time now) const
{
    const auto seen = m_seen.find(backend);
    return seen != m_seen.end() && seen->second.keysRefused.isRecent(now);
}

} // namespace meridian::admin
