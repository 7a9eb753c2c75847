// SPDX-License-Identifier: MIT
#include "core/health/hostaddresses.h"

#include <QHostAddress>
#include <QHostInfo>

#include <utility>

namespace meridian::health {

HostAddresses::HostAddresses(std::string host, std::uint16_t port, std::function<void()> answered)
    : m_host(std::move(host))
    , m_port(port)
    , m_answered(std::move(answered))
{
    if (auto literal = net::SocketAddress::parse(m_host, port)) {
        m_addresses.push_back(*literal);
        m_isLiteral = true;
    }
}

const std::vector<net::SocketAddress> &HostAddresses::current()
{
    const auto lifetime = m_problem.empty() ? Lifetime : FailureLifetime;
    const bool isFresh =
        m_isLiteral || (m_lookedUp && std::chrono::steady_clock::now() - *m_lookedUp < lifetime);
    if (!isFresh && !m_isPending) {
        lookUp();
    }
    return m_addresses;
}

void HostAddresses::lookUp()
{
    m_isPending = true;
    QHostInfo::lookupHost(
        QString::fromStdString(m_host), &m_receiver, [this](const QHostInfo &info) {
            m_isPending = false;
            m_lookedUp = std::chrono::steady_clock::now();
            std::vector<net::SocketAddress> found;
            const auto addresses = info.addresses();
            for (const QHostAddress &address : addresses) {
                if (auto parsed =
                        net::SocketAddress::parse(address.toString().toStdString(), m_port)) {
                    found.push_back(*parsed);
                }
            }
            m_problem = found.empty() ? info.errorString().toStdString() : std::string();
            if (!found.empty()) {
                m_addresses = std::move(found);
            }
            m_answered();
        });
}

} // namespace meridian::health
