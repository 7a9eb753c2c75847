// SPDX-License-Identifier: MIT
// The real keychain through QtKeychain: Secret Service, KWallet, macOS, Windows.
#pragma once

#include "ui/keychain.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace QKeychain {
class Job;
} // namespace QKeychain

namespace meridian::ui {

/// Secrets of the service "Meridian". Never stores anything in clear: QtKeychain's insecure
/// fallback stays off. A running job is never deleted (its back end holds a raw pointer to it); one
/// that outlives its deadline, or this, is left to end by itself.
class SystemKeychain final : public Keychain
{
public:
    static constexpr std::chrono::seconds Deadline{5};
    /// Jobs that the system has not answered; more are refused at once.
    static constexpr int MaxRunning = 32;

    SystemKeychain();
    ~SystemKeychain() override;

    void read(const QString &name, Done done) override;
    void write(const QString &name, const Secret &secret, Done done) override;
    void remove(const QString &name, Done done) override;

private:
    void run(QKeychain::Job *job, const QString &name, Done done);

    std::shared_ptr<int> m_running; // jobs outlive this
};

} // namespace meridian::ui
