// SPDX-License-Identifier: MIT
// One upstream server: its configuration and what is known about it now.
#pragma once

#include "core/model/settings.h"
#include "core/net/socketaddress.h"
#include "core/net/tlscontext.h"
#include "core/provider/credential.h"
#include "core/upstream/breakertable.h"
#include "core/upstream/capacitysignals.h"
#include "core/upstream/healthstate.h"
#include "core/upstream/loadstate.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::upstream {

/// What is known about a server, whatever its settings say: a reload hands it on. Any thread.
struct BackendState
{
    explicit BackendState(SteadyTime now) noexcept
        : load(now)
    {
    }

    using Addresses = std::vector<net::SocketAddress>;

    /// Resolved on the main thread, copied when a worker connects.
    void setAddresses(Addresses addresses);
    [[nodiscard]] Addresses addresses() const;

    HealthState health;
    LoadState load;
    OperatorState operatorState;
    CapacityBoard capacity;
    BreakerTable breakers;

private:
    mutable std::mutex m_addressLock; // once per new connection, never per request
    Addresses m_addresses;
};

/// Settings never change; a changed configuration makes a new Backend over the same state. The
/// state is atomics, so that routing takes no lock.
class Backend
{
public:
    using Addresses = BackendState::Addresses;

    /// `state`: of the same server under an earlier configuration, or null. `credentials`: null
    /// when its settings have a plain key, or none.
    Backend(model::BackendSettings settings,
            model::HealthSettings health,
            std::shared_ptr<net::TlsContext> tls,
            std::shared_ptr<BackendState> state = nullptr,
            std::shared_ptr<provider::CredentialSource> credentials = nullptr);

    [[nodiscard]] const model::BackendSettings &settings() const noexcept { return m_settings; }

    [[nodiscard]] const model::HealthSettings &healthSettings() const noexcept { return m_health; }

    [[nodiscard]] const std::shared_ptr<BackendState> &state() const noexcept { return m_state; }

    [[nodiscard]] const std::string &name() const noexcept { return m_settings.name; }

    [[nodiscard]] net::TlsContext *tls() const noexcept { return m_tls.get(); }

    /// For connections that may outlive this backend.
    [[nodiscard]] const std::shared_ptr<net::TlsContext> &sharedTls() const noexcept
    {
        return m_tls;
    }

    [[nodiscard]] provider::CredentialSource *credentials() const noexcept
    {
        return m_credentials.get();
    }

    /// "host:port" as the Host header wants it.
    [[nodiscard]] const std::string &authority() const noexcept { return m_authority; }

    /// What this backend calls a model that is routed as `modelName`.
    [[nodiscard]] std::string_view nameOf(std::string_view modelName) const noexcept
    {
        return m_settings.upstreamModel.empty() ? modelName
                                                : std::string_view(m_settings.upstreamModel);
    }

    /// The configured model may hold `*`.
    [[nodiscard]] bool serves(std::string_view modelName) const noexcept;

    [[nodiscard]] bool hasTag(std::string_view tag) const noexcept;
    [[nodiscard]] bool hasTags(const std::vector<std::string> &tags) const noexcept;

    /// Configured, or what an operator set at run time; 0 = no traffic.
    [[nodiscard]] int weight() const noexcept
    {
        const int set = m_state->operatorState.weightOverride();
        return set >= 0 ? set : m_settings.weight;
    }

    // --- health, by this configuration's thresholds; each returns true when isHealthy() changed
    [[nodiscard]] bool isHealthy() const noexcept { return m_state->health.isHealthy(); }

    [[nodiscard]] bool isIdle() const noexcept { return m_state->health.isIdle(); }

    [[nodiscard]] int consecutiveFailures() const noexcept
    {
        return m_state->health.consecutiveFailures();
    }

    bool noteFailure() noexcept { return m_state->health.noteFailure(m_health.failThreshold); }

    bool noteProbeSuccess() noexcept
    {
        return m_state->health.noteProbeSuccess(m_health.successThreshold);
    }

    // --- load
    [[nodiscard]] std::int64_t inflight() const noexcept { return m_state->load.inflight(); }

    [[nodiscard]] double ewmaLatencyMs() const noexcept { return m_state->load.ewmaLatencyMs(); }

    void setAddresses(Addresses addresses) { m_state->setAddresses(std::move(addresses)); }

    [[nodiscard]] Addresses addresses() const { return m_state->addresses(); }

private:
    const model::BackendSettings m_settings;
    const model::HealthSettings m_health;
    const std::shared_ptr<net::TlsContext> m_tls;
    const std::shared_ptr<BackendState> m_state;
    const std::shared_ptr<provider::CredentialSource> m_credentials;
    std::string m_authority;
};

} // namespace meridian::upstream
