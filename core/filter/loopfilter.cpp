// SPDX-License-Identifier: MIT
#include "core/filter/loopfilter.h"

#include <charconv>

namespace meridian::filter {

int LoopFilter::hopsOf(const http::MessageHead &head) noexcept
{
    const auto value = head.headers.find(Header);
    if (!value) {
        return 0;
    }
    int hops = 0;
    const char *end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, hops);
    return error == std::errc() && stop == end && hops >= 0 ? hops : MaxHops;
}

std::optional<Refusal> LoopFilter::onHead(const FilterContext &context)
{
    if (!context.isControlPlane && hopsOf(context.head) >= MaxHops) {
        return Refusal{http::HttpError::LoopDetected, {}};
    }
    return std::nullopt;
}

} // namespace meridian::filter
