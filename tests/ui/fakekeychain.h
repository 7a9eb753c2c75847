// SPDX-License-Identifier: MIT
// A keychain in memory that can be missing.
#pragma once

#include "ui/keychain.h"

#include <QTimer>

#include <map>

namespace meridian::ui {

class FakeKeychain final : public Keychain
{
public:
    void read(const QString &name, Done done) override
    {
        later([this, name, done] {
            Answer answer = state();
            const auto found = secrets.find(name);
            if (isThere) {
                answer.outcome = found == secrets.end() ? Outcome::NotFound : Outcome::Done;
                answer.secret = found == secrets.end() ? Secret() : found->second;
            }
            done(answer);
        });
    }

    void write(const QString &name, const Secret &secret, Done done) override
    {
        later([this, name, secret, done] {
            if (isThere) {
                secrets.insert_or_assign(name, secret);
            }
            done(state());
        });
    }

    void remove(const QString &name, Done done) override
    {
        later([this, name, done] {
            if (isThere) {
                secrets.erase(name);
            }
            done(state());
        });
    }

    bool isThere = true;
    std::map<QString, Secret> secrets;

private:
    [[nodiscard]] Answer state() const
    {
        return isThere ? Answer{Outcome::Done, {}, {}}
                       : Answer{Outcome::Unavailable, {}, QStringLiteral("no secret service")};
    }

    void later(std::function<void()> what) { QTimer::singleShot(0, &m_context, std::move(what)); }

    QObject m_context;
};

} // namespace meridian::ui
