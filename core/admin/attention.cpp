// SPDX-License-Identifier: MIT
// What an operator should look at now, worst first, each with its cure.
#include "core/admin/attention.h"

#include "core/admin/eventwatch.h"

#include <algorithm>

namespace meridian::admin {

namespace {

constexpr std::string_view Backends = "backends";
constexpr std::string_view Settings = "settings";

std::string because(const std::string &reason)
{
    return reason.empty() ? std::string() : ": " + reason;
}

bool takesTraffic(const BackendStatus &backend)
{
    return backend.healthy && !backend.draining && backend.weight > 0;
}

void addHealth(std::vector<Attention> &list, const BackendStatus &backend)
{
    const std::string &name = backend.name;
    if (!backend.healthy && !backend.idle) {
        list.push_back({true, name, Backends, name + " is unhealthy" + because(backend.lastProbe),
                        "Start the engine at " + backend.url +
                            ", or correct its url; it gets requests again after a good probe"});
    }
    if (hasOpenBreaker(backend)) {
        list.push_back({false, name, Backends, "The circuit breaker of " + name + " is open",
                        "Look at its last errors in the requests; it tries one request by itself "
                        "when the pause is over"});
    }
    if (backend.draining) {
        list.push_back({false, name, Backends, name + " is drained: it gets no new requests",
                        "Enable it when the work on it is done"});
    }
    if (backend.isTelemetryStale) {
        list.push_back({false, name, Backends,
                        "The telemetry of " + name + " fails" + because(backend.telemetry),
                        "Correct telemetry.url of the backend, or leave its telemetry out; until "
                        "then it counts as having nothing to tell"});
    }
}

void addAccess(std::vector<Attention> &list,
               const BackendStatus &backend,
               const AttentionFacts &facts)
{
    const std::string &name = backend.name;
    if (facts.hadRefusedKeys(name)) {
        list.push_back({true, name, Backends, name + " does not accept the gateway's key",
                        "Put a valid key where api_key or auth_header of the backend refers to, "
                        "then reload"});
    }
    if (backend.credential && backend.credential->failures > 0) {
        const bool isGone = backend.credential->validFor.count() <= 0;
        list.push_back({isGone, name, Backends,
                        "The credential of " + name + " cannot be renewed" +
                            because(backend.credential->lastError),
                        isGone ? "Nothing reaches this backend until it is renewed: look at its "
                                 "credentials in the configuration"
                               : "It is still valid for " +
                                     std::to_string(backend.credential->validFor.count()) +
                                     " s: look at its credentials in the configuration"});
    }
    if (facts.hadDefects(name)) {
        list.push_back({false, name, "requests",
                        "Answers of " + name + " were not as their protocol has them",
                        "The requests show which; an update of the engine usually helps"});
    }
}

void addGateway(std::vector<Attention> &list, const AttentionFacts &facts)
{
    if (std::none_of(facts.backends.begin(), facts.backends.end(), takesTraffic)) {
        list.push_back(
            {true, "gateway", Backends,
             facts.backends.empty() ? "No backend is configured" : "No backend takes requests",
             facts.backends.empty()
                 ? "Add one, or let the gateway look for engines on this machine"
                 : "Start an engine, enable a drained backend, or give one a weight"});
    }
    if (!facts.reloadProblem.empty()) {
        list.push_back({true, "configuration", Settings,
                        "The last reload was refused: " + facts.reloadProblem,
                        "Correct the file and reload; the configuration before it is in force"});
    }
    if (facts.isConfigChanged) {
        list.push_back({false, "configuration", Settings,
                        "The configuration file has changed and is not in force yet",
                        "Reload it, or set gateway.watch_config"});
    }
    if (facts.isDraining) {
        list.push_back({false, "gateway", Settings, "The gateway is draining: it is about to stop",
                        "Nothing to do; start it again when its work is needed"});
    }
}

} // namespace

std::vector<Attention> attentionOf(const AttentionFacts &facts)
{
    std::vector<Attention> list;
    addGateway(list, facts);
    for (const BackendStatus &backend : facts.backends) {
        addHealth(list, backend);
        addAccess(list, backend, facts);
    }
    std::stable_partition(list.begin(), list.end(),
                          [](const Attention &one) { return one.isError; });
    return list;
}

} // namespace meridian::admin
