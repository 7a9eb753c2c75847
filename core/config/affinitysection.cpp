// SPDX-License-Identifier: MIT
// The keys of `session_affinity:`.
#include "core/config/affinitysection.h"

#include "core/config/keys.h"
#include "core/config/names.h"

#include <utility>

namespace meridian::config {

const Section<model::AffinitySettings> &affinitySection()
{
    using A = model::AffinitySettings;
    constexpr std::int64_t MaxSessions = 100'000'000;
    static const Section<A> Keys({
        booleanKey("enabled", &A::enabled),
        customKey<A>("header", "header name", defaultOf(A{}.header),
                     [](const Cursor &value, A &into) {
                         if (auto name = readHeaderName(value)) {
                             into.header = std::move(*name);
                         }
                     }),
        secondsKey("ttl_s", &A::ttl),
        secondsKey("sweep_interval_s", &A::sweepInterval),
        integerKey("max_sessions", &A::maxSessions, 1, MaxSessions),
    });
    return Keys;
}

} // namespace meridian::config
