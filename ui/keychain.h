// SPDX-License-Identifier: MIT
// The place where this user's computer keeps secrets, as far as we need it.
#pragma once

#include "core/base/secret.h"

#include <QString>

#include <functional>

namespace meridian::ui {

/// Main thread, which must run Qt's stock event dispatcher. Each callback comes once, later, within
/// Deadline; a late answer of the system counts as none.
class Keychain
{
public:
    enum class Outcome {
        Done,
        NotFound,
        Unavailable, // no keychain, locked and not unlocked, or no answer in time
    };

    struct Answer
    {
        Outcome outcome = Outcome::Unavailable;
        Secret secret;  // of read()
        QString reason; // the system's words, unless Done
    };

    using Done = std::function<void(const Answer &)>;

    Keychain() = default;
    virtual ~Keychain() = default;
    Keychain(const Keychain &) = delete;
    Keychain &operator=(const Keychain &) = delete;

    virtual void read(const QString &name, Done done) = 0;
    virtual void write(const QString &name, const Secret &secret, Done done) = 0;
    virtual void remove(const QString &name, Done done) = 0;
};

} // namespace meridian::ui
