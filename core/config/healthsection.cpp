// SPDX-License-Identifier: MIT
// The keys of `health:`. Unlike Meridian 0.12 the ranges are checked: an interval of 0 was a busy
// loop.
#include "core/config/healthsection.h"

#include "core/config/keys.h"

namespace meridian::config {

const Section<model::HealthSettings> &healthSection()
{
    using H = model::HealthSettings;
    constexpr std::int64_t MaxThreshold = 1'000'000;
    static const Section<H> Keys({
        secondsKey("interval_s", &H::interval),
        secondsKey("timeout_s", &H::timeout),
        integerKey("fail_threshold", &H::failThreshold, 1, MaxThreshold),
        integerKey("success_threshold", &H::successThreshold, 1, MaxThreshold),
    });
    return Keys;
}

} // namespace meridian::config
