// SPDX-License-Identifier: MIT
// The keys of `admission:`.
#include "core/config/admissionsection.h"

#include "core/config/keys.h"
#include "core/config/names.h"

#include <utility>

namespace meridian::config {

namespace {

using model::AdmissionSettings;

constexpr std::int64_t MaxQueue = 100'000;

void readOverloadStatus(const Cursor &value, AdmissionSettings &into)
{
    const auto status = readInteger(value, std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::int64_t>::max());
    if (!status) {
        return;
    }
    if (*status != 429 && *status != 503) {
        value.error("must be 429 or 503");
        return;
    }
    into.overloadStatus = static_cast<int>(*status);
}

void readPriorityHeader(const Cursor &value, AdmissionSettings &into)
{
    auto name = value.isNull() ? std::nullopt : readHeaderName(value);
    if (name) {
        into.priorityHeader = std::move(*name);
    }
}

} // namespace

const Section<AdmissionSettings> &admissionSection()
{
    using A = AdmissionSettings;
    static const Section<A> Keys({
        integerKey("max_queue", &A::maxQueue, 0, MaxQueue),
        secondsKey("queue_timeout_s", &A::queueTimeout),
        customKey<A>("overload_status", "integer", std::to_string(A{}.overloadStatus),
                     readOverloadStatus),
        customKey<A>("priority_header", "header name", "none", readPriorityHeader),
    });
    return Keys;
}

} // namespace meridian::config
