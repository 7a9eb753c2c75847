// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/weightedroundrobin.h"

namespace meridian::upstream {

std::size_t WeightedRoundRobin::pick(std::span<Backend *const> candidates, const PickContext &)
{
    m_accounts.beginPick();
    bool isChanged = false;
    for (const Backend *backend : candidates) {
        Account &account = m_accounts.at(*backend);
        const int weight = backend->weight(); // once: an operator may be changing it
        isChanged |= account.weight >= 0 && account.weight != weight;
        account.weight = weight;
    }
    std::size_t best = 0;
    std::int64_t bestCredit = 0;
    std::int64_t total = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Account &account = m_accounts.at(*candidates[i]);
        account.credit = (isChanged ? 0 : account.credit) + account.weight;
        total += account.weight;
        if (i == 0 || account.credit > bestCredit) {
            best = i;
            bestCredit = account.credit;
        }
    }
    m_accounts.at(*candidates[best]).credit -= total;
    return best;
}

std::optional<double> WeightedRoundRobin::score(const Backend &backend, const PickContext &) const
{
    const Account *account = m_accounts.find(backend);
    return account != nullptr ? -static_cast<double>(account->credit + backend.weight())
                              : -static_cast<double>(backend.weight());
}

} // namespace meridian::upstream
