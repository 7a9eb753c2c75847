// SPDX-License-Identifier: MIT
#include "core/health/resolver.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QLoggingCategory>

namespace meridian::health {

namespace {

Q_LOGGING_CATEGORY(lcResolver, "meridian.health.resolver")

} // namespace

void Resolver::watch(const std::shared_ptr<const upstream::Snapshot> &snapshot)
{
    m_backends.clear();
    for (const auto &backend : snapshot->backends) {
        if (!net::SocketAddress::parse(backend->settings().host, 0)) {
            m_backends.push_back(backend);
        }
    }
    lookUpAll();
    if (m_backends.empty()) {
        m_timer.stop();
    } else {
        m_timer.start(static_cast<int>(std::chrono::milliseconds(RefreshInterval).count()), this);
    }
}

void Resolver::timerEvent(QTimerEvent *)
{
    lookUpAll();
}

void Resolver::lookUpAll()
{
    for (const auto &backend : m_backends) {
        QHostInfo::lookupHost(
            QString::fromStdString(backend->settings().host), this,
            [backend](const QHostInfo &info) {
                upstream::Backend::Addresses addresses;
                const auto found = info.addresses();
                for (const QHostAddress &address : found) {
                    auto parsed = net::SocketAddress::parse(address.toString().toStdString(),
                                                            backend->settings().port);
                    if (parsed) {
                        addresses.push_back(*parsed);
                    }
                }
                if (addresses.empty()) {
                    qCWarning(lcResolver, "backend=%s host=%s: %s", backend->name().c_str(),
                              backend->settings().host.c_str(), qPrintable(info.errorString()));
                    return;
                }
                backend->setAddresses(std::move(addresses));
            });
    }
}

} // namespace meridian::health
