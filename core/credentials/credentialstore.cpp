// SPDX-License-Identifier: MIT
// Keeps credentials over reloads that do not change them.
#include "core/credentials/credentialstore.h"

#include "core/credentials/refreshcore.h"
#include "core/credentials/staticsource.h"

namespace meridian::credentials {

CredentialStore::CredentialStore(event::Loop &mainLoop, RefreshPolicy policy)
    : m_mainLoop(mainLoop)
    , m_policy(policy)
{
}

CredentialStore::~CredentialStore()
{
    for (const Entry &entry : m_entries) {
        if (const auto core = entry.core.lock()) {
            core->stop();
        }
    }
}

Result<std::shared_ptr<provider::CredentialSource>>
CredentialStore::obtain(const model::CredentialSettings &settings, const std::string &region)
{
    std::erase_if(m_entries, [](const Entry &entry) {
        return entry.source.expired() && entry.core.expired();
    });
    auto plan = planCredential(settings, region);
    if (!plan) {
        return tl::unexpected<Error>(plan.error());
    }
    if (!plan->fetcher && !plan->fixed) {
        return nullptr;
    }
    for (const Entry &entry : m_entries) {
        if (entry.settings == settings && entry.region == region && entry.digest == plan->digest) {
            if (auto source = entry.source.lock()) {
                return source;
            }
        }
    }
    Entry entry{settings, region, plan->digest, {}, {}};
    std::shared_ptr<provider::CredentialSource> source;
    if (plan->fixed) {
        source = std::make_shared<StaticSource>(std::move(plan->fixed));
    } else {
        auto made =
            std::make_shared<RefreshingSource>(m_mainLoop, std::move(plan->fetcher), m_policy);
        made->start();
        entry.core = made->core();
        source = std::move(made);
    }
    entry.source = source;
    m_entries.push_back(std::move(entry));
    return source;
}

} // namespace meridian::credentials
