// SPDX-License-Identifier: MIT
#include "core/upstream/backend.h"

#include "core/upstream/wildcard.h"

#include <algorithm>

namespace meridian::upstream {

namespace {

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

void BackendState::setAddresses(Addresses addresses)
{
    const std::scoped_lock lock(m_addressLock);
    m_addresses = std::move(addresses);
}

BackendState::Addresses BackendState::addresses() const
{
    const std::scoped_lock lock(m_addressLock);
    return m_addresses;
}

Backend::Backend(model::BackendSettings settings,
                 model::HealthSettings health,
                 std::shared_ptr<net::TlsContext> tls,
                 std::shared_ptr<BackendState> state,
                 std::shared_ptr<provider::CredentialSource> credentials)
    : m_settings(std::move(settings))
    , m_health(health)
    , m_tls(std::move(tls))
    , m_state(state ? std::move(state)
                    : std::make_shared<BackendState>(std::chrono::steady_clock::now()))
    , m_credentials(std::move(credentials))
    , m_authority(authorityOf(m_settings))
{
    if (auto literal = net::SocketAddress::parse(m_settings.host, m_settings.port)) {
        m_state->setAddresses({*literal});
    }
}

bool Backend::serves(std::string_view modelName) const noexcept
{
    const std::string &own = m_settings.model;
    return own.empty() || own == modelName || (isPattern(own) && matchesPattern(own, modelName));
}

bool Backend::hasTag(std::string_view tag) const noexcept
{
    return std::find(m_settings.tags.begin(), m_settings.tags.end(), tag) != m_settings.tags.end();
}

bool Backend::hasTags(const std::vector<std::string> &tags) const noexcept
{
    return std::all_of(tags.begin(), tags.end(), [this](const auto &tag) { return hasTag(tag); });
}

} // namespace meridian::upstream
