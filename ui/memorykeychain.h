// SPDX-License-Identifier: MIT
// A keychain that forgets everything at the end of the process: for the demonstration.
#pragma once

#include "ui/keychain.h"

#include <QTimer>

#include <map>

namespace meridian::ui {

/// Never asks the system's keychain, and writes nothing anywhere.
class MemoryKeychain final : public Keychain
{
public:
    void read(const QString &name, Done done) override
    {
        QTimer::singleShot(0, &m_context, [this, name, done = std::move(done)] {
            const auto found = m_secrets.find(name);
            done(found == m_secrets.end() ? Answer{Outcome::NotFound, {}, {}}
                                          : Answer{Outcome::Done, found->second, {}});
        });
    }

    void write(const QString &name, const Secret &secret, Done done) override
    {
        m_secrets.insert_or_assign(name, secret);
        QTimer::singleShot(0, &m_context, [done = std::move(done)] {
            done({Outcome::Done, {}, {}});
        });
    }

    void remove(const QString &name, Done done) override
    {
        m_secrets.erase(name);
        QTimer::singleShot(0, &m_context, [done = std::move(done)] {
            done({Outcome::Done, {}, {}});
        });
    }

private:
    QObject m_context;
    std::map<QString, Secret> m_secrets;
};

} // namespace meridian::ui
