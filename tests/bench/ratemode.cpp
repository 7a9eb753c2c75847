// SPDX-License-Identifier: MIT
// `rate`: so many requests a second for so many seconds.
#include "tests/bench/clientmodes.h"
#include "tests/bench/options.h"
#include "tests/bench/rateload.h"

#include <algorithm>

namespace meridian::bench {

int runRate(int argc, char **argv)
{
    const Options options(argc, argv, 2,
                          {{"target", ""},
                           {"rate", "1000"},
                           {"seconds", "10"},
                           {"timeout", "10"},
                           {"path", "/v1/chat/completions"},
                           {"body", ""}});
    RatePlan plan;
    plan.target = parseAddress(options.text("target"));
    plan.request = postRequest(options.text("path"), readBodyFile(options.text("body")));
    plan.rate = std::max(options.real("rate"), 1.0);
    plan.seconds = options.real("seconds");
    plan.timeoutSeconds = options.real("timeout");
    RateLoad load(std::move(plan));
    load.execute();
    load.report().print();
    return 0;
}

} // namespace meridian::bench
