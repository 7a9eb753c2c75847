// SPDX-License-Identifier: MIT
// A credential that is renewed ahead of time, by one attempt at a time, however many ask.
#include "core/credentials/refreshingsource.h"

#include "core/credentials/refreshcore.h"

namespace meridian::credentials {

RefreshingSource::RefreshingSource(event::Loop &mainLoop,
                                   std::unique_ptr<Fetcher> fetcher,
                                   RefreshPolicy policy)
    : m_core(std::make_shared<RefreshCore>(mainLoop, policy))
{
    m_core->setFetcher(std::move(fetcher));
}

RefreshingSource::~RefreshingSource()
{
    m_core->close();
}

void RefreshingSource::start()
{
    m_core->ask();
}

provider::CredentialPtr RefreshingSource::current() const noexcept
{
    return m_core->current();
}

std::unique_ptr<provider::CredentialSource::Waiter>
RefreshingSource::acquire(event::Loop &loop,
                          std::function<void(Result<provider::CredentialPtr>)> ready)
{
    return m_core->acquire(loop, std::move(ready));
}

void RefreshingSource::invalidate(const provider::CredentialPtr &refused)
{
    m_core->invalidate(refused);
}

provider::CredentialSource::State RefreshingSource::state() const
{
    return m_core->state();
}

} // namespace meridian::credentials
