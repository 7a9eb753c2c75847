// SPDX-License-Identifier: MIT
// Keeps credentials over reloads that do not change them.
#pragma once

#include "core/credentials/credentialsources.h"

#include <memory>
#include <string>
#include <vector>

namespace meridian::credentials {

class RefreshCore;

/// Holds no source itself: whoever uses one does, so that a configuration that was refused leaves
/// nothing behind. Main thread. Destroy it before the loop and after the threads that use sources:
/// every source of it that is left ends then, and says so to who asks.
class CredentialStore
{
public:
    explicit CredentialStore(event::Loop &mainLoop, RefreshPolicy policy = {});
    ~CredentialStore();
    CredentialStore(const CredentialStore &) = delete;
    CredentialStore &operator=(const CredentialStore &) = delete;

    /// The source that is in use for equal settings (files with equal contents included), or a new
    /// one that gets its first credential at once. Null: nothing that ends or signs is configured.
    /// An error is one of the configuration.
    [[nodiscard]] Result<std::shared_ptr<provider::CredentialSource>>
    obtain(const model::CredentialSettings &settings, const std::string &region = {});

private:
    struct Entry
    {
        model::CredentialSettings settings;
        std::string region;
        std::string digest;
        std::weak_ptr<provider::CredentialSource> source;
        std::weak_ptr<RefreshCore> core; // may outlive the source for a moment
    };

    event::Loop &m_mainLoop;
    const RefreshPolicy m_policy;
    std::vector<Entry> m_entries;
};

} // namespace meridian::credentials
