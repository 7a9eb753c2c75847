// SPDX-License-Identifier: MIT
#include "core/proxy/exchangestate.h"

#include "core/json/promptestimate.h"

namespace meridian::proxy {

upstream::PickContext estimatePick(const model::Settings &settings,
                                   upstream::Strategy::Needs needs,
                                   std::string_view body,
                                   const json::BodyFields &fields)
{
    const model::TokenCostSettings &cost = settings.gateway.cost;
    upstream::PickContext pick;
    pick.maxTokens = fields.maxTokens.value_or(cost.defaultMaxTokens);
    if (needs.promptTokens || settings.tiering.enabled) {
        pick.promptTokens = json::estimatePromptTokens(body, fields);
        pick.cost = static_cast<double>(pick.promptTokens) * cost.prefillWeight +
                    static_cast<double>(pick.maxTokens) * cost.decodeWeight;
    }
    if (needs.prefixHash) {
        pick.prefixHash = json::prefixHash(body, fields);
    }
    return pick;
}

} // namespace meridian::proxy
