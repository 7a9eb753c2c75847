// SPDX-License-Identifier: MIT
#include "core/filter/filter.h"

namespace meridian::filter {

std::optional<Refusal> FilterChain::onHead(const FilterContext &context)
{
    for (const auto &filter : m_filters) {
        if (auto refusal = filter->onHead(context)) {
            return refusal;
        }
    }
    return std::nullopt;
}

std::optional<Refusal> FilterChain::onRequest(const FilterContext &context,
                                              const json::BodyFields &fields)
{
    for (const auto &filter : m_filters) {
        if (auto refusal = filter->onRequest(context, fields)) {
            return refusal;
        }
    }
    return std::nullopt;
}

} // namespace meridian::filter
