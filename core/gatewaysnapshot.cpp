// SPDX-License-Identifier: MIT
#include "core/gatewaysnapshot.h"

#include <algorithm>

namespace meridian {

namespace {

using upstream::Backend;
using upstream::Snapshot;

std::shared_ptr<Backend> findServer(const Snapshot *snapshot,
                                    const model::BackendSettings &settings)
{
    if (snapshot == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(
        snapshot->backends.begin(), snapshot->backends.end(), [&](const auto &backend) {
            return backend->name() == settings.name && backend->settings().url == settings.url;
        });
    return found == snapshot->backends.end() ? nullptr : *found;
}

Result<std::shared_ptr<net::TlsContext>> tlsOf(const model::BackendSettings &settings)
{
    if (!settings.https) {
        return nullptr;
    }
    const std::string &name =
        settings.tls.serverName.empty() ? settings.host : settings.tls.serverName;
    auto context = net::TlsContext::forUpstream(settings.tls.caFile, name, settings.tls.verify);
    if (!context) {
        return failure(context.error().code,
                       "backend '" + settings.name + "': " + context.error().detail);
    }
    return *context;
}

Result<std::shared_ptr<Backend>> backendFor(const model::Settings &settings,
                                            const model::BackendSettings &backend,
                                            const Snapshot *previous,
                                            const CredentialsFor &credentialsFor)
{
    auto credentials = credentialsFor(backend); // files may have changed: asked for each time
    if (!credentials) {
        return failure(credentials.error().code,
                       "backend '" + backend.name + "': " + credentials.error().detail);
    }
    const std::shared_ptr<Backend> known = findServer(previous, backend);
    if (known && !backend.https && known->settings() == backend &&
        known->healthSettings() == settings.health && known->credentials() == credentials->get()) {
        return known; // https: the certificate files may have changed although the settings have
                      // not
    }
    auto tls = tlsOf(backend);
    if (!tls) {
        return tl::unexpected(tls.error());
    }
    return std::make_shared<Backend>(backend, settings.health, *tls,
                                     known ? known->state() : nullptr, std::move(*credentials));
}

} // namespace

Result<std::shared_ptr<Snapshot>> buildSnapshot(const model::Settings &settings,
                                                const Snapshot *previous,
                                                const CredentialsFor &credentialsFor)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->settings = settings;
    snapshot->generation = previous != nullptr ? previous->generation + 1 : 1;
    for (const model::BackendSettings &backend : settings.backends) {
        auto built = backendFor(settings, backend, previous, credentialsFor);
        if (!built) {
            return tl::unexpected(built.error());
        }
        snapshot->hasRoutes = snapshot->hasRoutes || !backend.routes.empty();
        snapshot->backends.push_back(std::move(*built));
    }
    for (const std::string &text : settings.admin.allow) {
        auto network = net::Network::parse(text);
        if (!network) {
            return failure(network.error().code, "admin.allow: " + network.error().detail);
        }
        snapshot->adminAllow.push_back(*network);
    }
    if (!settings.admin.token.isEmpty()) {
        snapshot->adminToken.emplace(settings.admin.token.reveal());
    }
    return snapshot;
}

std::vector<std::string> describeChanges(const model::Settings &before,
                                         const model::Settings &after)
{
    std::vector<std::string> changes;
    const auto note = [&](bool isSame, const char *section) {
        if (!isSame) {
            changes.push_back(std::string(section) + " changed");
        }
    };
    note(before.gateway == after.gateway, "gateway");
    note(before.health == after.health, "health");
    note(before.logging == after.logging, "logging");
    note(before.admin == after.admin, "admin");
    note(before.discovery == after.discovery, "discovery");
    note(before.resilience == after.resilience, "resilience");
    note(before.admission == after.admission, "admission");
    note(before.models == after.models, "models");
    note(before.tiering == after.tiering, "tiering");
    note(before.affinity == after.affinity, "session_affinity");
    note(before.isolation == after.isolation, "isolation");
    note(before.canary == after.canary, "canary");
    note(before.tracing == after.tracing, "tracing");
    note(before.translation == after.translation, "translation");
    note(before.routes == after.routes, "routes");
    const auto find = [](const model::Settings &settings, const std::string &name) {
        return std::find_if(settings.backends.begin(), settings.backends.end(),
                            [&](const auto &backend) { return backend.name == name; });
    };
    for (const model::BackendSettings &backend : after.backends) {
        const auto old = find(before, backend.name);
        if (old == before.backends.end()) {
            changes.push_back("backend '" + backend.name + "' added");
        } else if (!(*old == backend)) {
            changes.push_back("backend '" + backend.name + "' changed");
        }
    }
    for (const model::BackendSettings &backend : before.backends) {
        if (find(after, backend.name) == after.backends.end()) {
            changes.push_back("backend '" + backend.name + "' removed");
        }
    }
    return changes;
}

std::vector<std::string> needRestart(const model::Settings &before, const model::Settings &after)
{
    std::vector<std::string> keys;
    const auto note = [&](bool isSame, const char *key) {
        if (!isSame) {
            keys.emplace_back(key);
        }
    };
    note(before.gateway.host == after.gateway.host, "gateway.host");
    note(before.gateway.port == after.gateway.port, "gateway.port");
    note(before.gateway.workers == after.gateway.workers, "gateway.workers");
    note(before.gateway.maxConnections == after.gateway.maxConnections, "gateway.max_connections");
    note(before.gateway.tls.has_value() == after.gateway.tls.has_value(), "gateway.tls");
    note(before.logging.jsonlPath == after.logging.jsonlPath, "logging.jsonl_path");
    return keys;
}

} // namespace meridian
