// SPDX-License-Identifier: MIT
// The keys of `resilience:`. Ceilings that a file for Meridian 0.12 cannot know give way to the
// values it does give.
#include "core/config/resiliencesection.h"

#include "core/config/hedgesection.h"
#include "core/config/keys.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

using model::BreakerSettings;
using model::ResilienceSettings;
using model::RetryBudgetSettings;

constexpr std::int64_t MaxRetries = 100;
constexpr std::int64_t MaxCount = 1'000'000;

// `ceiling` is at least `least`: refused when it was given and is not, lifted when it was not.
void settleCeiling(const Cursor &section,
                   std::string_view ceilingKey,
                   std::string_view leastKey,
                   model::Duration least,
                   model::Duration &ceiling)
{
    if (ceiling >= least) {
        return;
    }
    if (const auto given = section.find(ceilingKey)) {
        given->error("must be at least " + std::string(leastKey) + " (" + defaultOf(least) + ')');
    }
    ceiling = least;
}

void readStatuses(const Cursor &value, ResilienceSettings &into)
{
    if (!value.requireSequence("a list of integers")) {
        return;
    }
    into.retryStatuses.clear();
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const auto status = readInteger(value.item(i), 400, 599);
        const auto has = [&](int known) { return known == *status; };
        if (status && std::none_of(into.retryStatuses.begin(), into.retryStatuses.end(), has)) {
            into.retryStatuses.push_back(static_cast<int>(*status));
        }
    }
}

void readFailureRate(const Cursor &value, BreakerSettings &into)
{
    if (value.isNull()) {
        return;
    }
    if (const auto rate = readPositive(value, 1)) {
        into.failureRate = *rate;
    }
}

const Section<BreakerSettings> &breakerSection()
{
    using B = BreakerSettings;
    static const Section<B> Keys({
        booleanKey("enabled", &B::enabled),
        integerKey("failure_threshold", &B::failureThreshold, 1, MaxCount),
        customKey<B>("failure_rate", "number", "none", readFailureRate),
        integerKey("min_requests", &B::minRequests, 1, MaxCount),
        secondsKey("window_s", &B::window),
        secondsKey("open_seconds", &B::open),
        secondsKey("max_open_seconds", &B::maxOpen),
    });
    return Keys;
}

void readBreaker(const Cursor &value, ResilienceSettings &into)
{
    breakerSection().read(value, into.breaker);
    settleCeiling(value, "max_open_seconds", "open_seconds", into.breaker.open,
                  into.breaker.maxOpen);
}

const Section<RetryBudgetSettings> &retryBudgetSection()
{
    using R = RetryBudgetSettings;
    static const Section<R> Keys({
        numberKey("percent", &R::percent, 0, 100),
        numberKey("min_per_second", &R::minPerSecond, 0, static_cast<double>(MaxCount)),
    });
    return Keys;
}

} // namespace

const Section<ResilienceSettings> &resilienceSection()
{
    using R = ResilienceSettings;
    static const Section<R> Keys({
        integerKey("max_retries", &R::maxRetries, 0, MaxRetries),
        secondsKey("retry_backoff_base", &R::retryBackoffBase),
        secondsKey("retry_backoff_max", &R::retryBackoffMax),
        customKey<R>("retry_statuses", "list of integers", "[429, 502, 503, 504, 529]", readStatuses),
        secondsKey("deadline_s", &R::deadline),
        mappingKey("retry_budget", &R::retryBudget, retryBudgetSection()),
        nested(customKey<R>("circuit_breaker", "mapping", "none", readBreaker), breakerSection()),
        nested(customKey<R>("hedge", "mapping", "none",
                            [](const Cursor &value, R &into) { readHedge(value, into.hedge); }),
               hedgeSection()),
        booleanKey("continuation", &R::continuation),
    });
    return Keys;
}

void readResilience(const Cursor &value, ResilienceSettings &into)
{
    resilienceSection().read(value, into);
    settleCeiling(value, "retry_backoff_max", "retry_backoff_base", into.retryBackoffBase,
                  into.retryBackoffMax);
}

} // namespace meridian::config
