// SPDX-License-Identifier: MIT
#include "core/upstream/backend.h"

namespace meridian::upstream {

namespace {

constexpr double Alpha = 0.3; // spec/meridian.md §10

std::string authorityOf(const model::BackendSettings &settings)
{
    std::string text =
        settings.host.find(':') == std::string::npos ? settings.host : "[" + settings.host + "]";
    if (settings.port != (settings.https ? 443 : 80)) {
        text += ":" + std::to_string(settings.port);
    }
    return text;
}

} // namespace

Backend::Backend(model::BackendSettings settings,
                 model::HealthSettings health,
                 std::shared_ptr<net::TlsContext> tls)
    : m_settings(std::move(settings))
    , m_health(health)
    , m_tls(std::move(tls))
    , m_authority(authorityOf(m_settings))
{
    if (auto literal = net::SocketAddress::parse(m_settings.host, m_settings.port)) {
        m_addresses.push_back(*literal);
    }
}

bool Backend::noteFailure() noexcept
{
    m_successes.store(0, std::memory_order_relaxed);
    if (m_failures.fetch_add(1, std::memory_order_relaxed) + 1 < m_health.failThreshold) {
        return false;
    }
    return m_healthy.exchange(false, std::memory_order_relaxed);
}

bool Backend::noteProbeSuccess() noexcept
{
    m_failures.store(0, std::memory_order_relaxed);
    if (isHealthy()) {
        return false;
    }
    if (m_successes.fetch_add(1, std::memory_order_relaxed) + 1 < m_health.successThreshold) {
        return false;
    }
    return !m_healthy.exchange(true, std::memory_order_relaxed);
}

void Backend::noteAnswer() noexcept
{
    // almost always zero already: a load does not take the cache line from the other workers
    if (m_failures.load(std::memory_order_relaxed) != 0 && isHealthy()) {
        m_failures.store(0, std::memory_order_relaxed);
    }
}

void Backend::noteLatency(std::chrono::nanoseconds latency) noexcept
{
    const double sample = std::chrono::duration<double, std::milli>(latency).count();
    const double old = ewmaLatencyMs();
    // Two workers may race; one sample of the average is lost then, which it can afford.
    m_ewmaMs.store(old == 0.0 ? sample : Alpha * sample + (1.0 - Alpha) * old,
                   std::memory_order_relaxed);
}

void Backend::setAddresses(Addresses addresses)
{
    const std::scoped_lock lock(m_addressLock);
    m_addresses = std::move(addresses);
}

Backend::Addresses Backend::addresses() const
{
    const std::scoped_lock lock(m_addressLock);
    return m_addresses;
}

} // namespace meridian::upstream
