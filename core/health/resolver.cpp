// SPDX-License-Identifier: MIT
#include "core/health/resolver.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QLoggingCategory>

#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>

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
    lookUpFirst();
    if (m_backends.empty()) {
        m_timer.stop();
    } else if (!m_timer.isActive()) { // reloads must not put the refresh off for ever
        m_timer.start(static_cast<int>(std::chrono::milliseconds(RefreshInterval).count()), this);
    }
}

void Resolver::lookUpFirst()
{
    struct Pending
    {
        std::mutex lock;
        std::condition_variable changed;
        std::size_t left = 0;
    };

    const auto pending = std::make_shared<Pending>();
    std::vector<std::shared_ptr<upstream::Backend>> unknown; // a reload knows most of them
    for (const auto &backend : m_backends) {
        if (backend->addresses().empty()) {
            unknown.push_back(backend);
        }
    }
    pending->left = unknown.size();
    for (const auto &backend : unknown) {
        const auto lookUp = [backend, pending] {
            addrinfo hints{};
            hints.ai_socktype = SOCK_STREAM;
            addrinfo *found = nullptr;
            upstream::Backend::Addresses addresses;
            if (::getaddrinfo(backend->settings().host.c_str(), nullptr, &hints, &found) == 0) {
                for (const addrinfo *entry = found; entry != nullptr; entry = entry->ai_next) {
                    addresses.emplace_back(entry->ai_addr, entry->ai_addrlen);
                    addresses.back().setPort(backend->settings().port);
                }
                ::freeaddrinfo(found);
            }
            if (!addresses.empty()) {
                backend->setAddresses(std::move(addresses));
            }
            const std::scoped_lock lock(pending->lock);
            --pending->left;
            pending->changed.notify_all();
        };
        try {
            std::thread(lookUp).detach();
        } catch (const std::system_error &error) { // no thread to be had: lookUpAll() comes by
            qCWarning(lcResolver, "backend=%s is looked up later: %s", backend->name().c_str(),
                      error.what());
            const std::scoped_lock lock(pending->lock);
            --pending->left;
        }
    }
    std::unique_lock lock(pending->lock);
    if (!pending->changed.wait_for(lock, FirstWait, [&] { return pending->left == 0; })) {
        qCWarning(lcResolver, "%zu names are not resolved yet", pending->left);
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
