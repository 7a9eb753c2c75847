// SPDX-License-Identifier: MIT
// One upstream server: its configuration and what is known about it now.
#pragma once

#include "core/model/settings.h"
#include "core/net/socketaddress.h"
#include "core/net/tlscontext.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace meridian::upstream {

/// Shared by the snapshots that know it. Settings never change; the state is atomics that any
/// thread may read, so that routing takes no lock.
class Backend
{
public:
    using Addresses = std::vector<net::SocketAddress>;

    Backend(model::BackendSettings settings,
            model::HealthSettings health,
            std::shared_ptr<net::TlsContext> tls);

    [[nodiscard]] const model::BackendSettings &settings() const noexcept { return m_settings; }

    [[nodiscard]] const std::string &name() const noexcept { return m_settings.name; }

    [[nodiscard]] net::TlsContext *tls() const noexcept { return m_tls.get(); }

    /// "host:port" as the Host header wants it.
    [[nodiscard]] const std::string &authority() const noexcept { return m_authority; }

    [[nodiscard]] bool serves(std::string_view modelName) const noexcept
    {
        return m_settings.model.empty() || m_settings.model == modelName;
    }

    // --- health: a probe counts both ways; a failed connection counts like a failed probe; any
    // answer that came proves life. Errors that a request may itself have caused never count.
    [[nodiscard]] bool isHealthy() const noexcept
    {
        return m_healthy.load(std::memory_order_relaxed);
    }

    [[nodiscard]] int consecutiveFailures() const noexcept
    {
        return m_failures.load(std::memory_order_relaxed);
    }

    /// Each returns true when it changed isHealthy().
    bool noteFailure() noexcept;
    bool noteProbeSuccess() noexcept;
    void noteAnswer() noexcept;

    // --- load
    [[nodiscard]] std::int64_t inflight() const noexcept
    {
        return m_inflight.load(std::memory_order_relaxed);
    }

    void enter() noexcept { m_inflight.fetch_add(1, std::memory_order_relaxed); }

    void leave() noexcept { m_inflight.fetch_sub(1, std::memory_order_relaxed); }

    /// Latency of an exchange that succeeded; alpha 0.3, the first sample assigns (spec §10).
    void noteLatency(std::chrono::nanoseconds latency) noexcept;

    [[nodiscard]] double ewmaLatencyMs() const noexcept
    {
        return m_ewmaMs.load(std::memory_order_relaxed);
    }

    // --- addresses: resolved on the main thread, copied when a worker connects
    void setAddresses(Addresses addresses);
    [[nodiscard]] Addresses addresses() const;

private:
    const model::BackendSettings m_settings;
    const model::HealthSettings m_health;
    const std::shared_ptr<net::TlsContext> m_tls;
    std::string m_authority;
    std::atomic<bool> m_healthy{true};
    std::atomic<int> m_failures{0};
    std::atomic<int> m_successes{0};
    std::atomic<std::int64_t> m_inflight{0};
    std::atomic<double> m_ewmaMs{0.0};
    mutable std::mutex m_addressLock; // once per new connection, never per request
    Addresses m_addresses;
};

/// Counts one exchange in flight at a backend for as long as it lives.
class InflightGuard
{
public:
    InflightGuard() noexcept = default;

    explicit InflightGuard(Backend &backend) noexcept
        : m_backend(&backend)
    {
        backend.enter();
    }

    InflightGuard(InflightGuard &&other) noexcept
        : m_backend(std::exchange(other.m_backend, nullptr))
    {
    }

    InflightGuard &operator=(InflightGuard &&other) noexcept
    {
        std::swap(m_backend, other.m_backend);
        return *this;
    }

    InflightGuard(const InflightGuard &) = delete;
    InflightGuard &operator=(const InflightGuard &) = delete;

    ~InflightGuard() { release(); }

    void release() noexcept
    {
        if (m_backend != nullptr) {
            std::exchange(m_backend, nullptr)->leave();
        }
    }

private:
    Backend *m_backend = nullptr;
};

} // namespace meridian::upstream
