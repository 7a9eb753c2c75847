// SPDX-License-Identifier: MIT
// `hold`, `idle` and `stream`. When every stream is open, a first line {"event":"live",…} is
// printed: the moment to look at the gateway's memory. The report is the last line.
#include "tests/bench/clientmodes.h"
#include "tests/bench/options.h"
#include "tests/bench/streamload.h"

#include <algorithm>
#include <cmath>

namespace meridian::bench {
namespace {

constexpr std::uint32_t SilentIntervalMs = 3'600'000; // an idle stream's first token: in an hour
constexpr double Grace = 30;                          // seconds over the plan before a timeout

void printLive(std::uint64_t live, std::uint64_t wanted)
{
    Report()
        .add("event", "live")
        .add("live", static_cast<double>(live))
        .add("wanted", static_cast<double>(wanted))
        .print();
}

} // namespace

int runStreams(const std::string &mode, int argc, char **argv)
{
    const Options options(argc, argv, 2,
                          {{"target", ""},
                           {"path", "/v1/chat/completions"},
                           {"model", "bench-model"},
                           {"streams", "1"},
                           {"seconds", "10"},
                           {"interval-ms", "1000"},
                           {"chunks", "100"},
                           {"total", "10000"},
                           {"max-opening", "128"},
                           {"form", "exact"}});
    StreamWish wish{options.text("model"), static_cast<std::uint32_t>(options.number("chunks")),
                    static_cast<std::uint32_t>(options.number("interval-ms")),
                    options.text("form") == "messages"};
    StreamPlan plan;
    plan.streams = std::max<std::uint64_t>(options.number("streams"), 1);
    plan.maxOpening = std::max<std::uint64_t>(options.number("max-opening"), 1);
    plan.deadlineSeconds = options.real("seconds") + Grace;
    if (mode == "hold") {
        const double count = options.real("seconds") * 1000 / std::max(1U, wish.intervalMs);
        wish.chunks = static_cast<std::uint32_t>(std::max(1.0, std::ceil(count)));
    } else if (mode == "idle") {
        wish.intervalMs = SilentIntervalMs;
        plan.isUntilStdinCloses = true;
        plan.deadlineSeconds = 3600;
    } else {
        plan.total = options.number("total");
        plan.deadlineSeconds = 120;
    }

    StreamRun run;
    run.target = parseAddress(options.text("target"));
    run.request = postRequest(options.text("path"), streamRequestBody(wish));
    run.chunks = wish.chunks;
    const std::string &form = options.text("form");
    run.form = form == "chat"       ? StreamForm::Chat
               : form == "messages" ? StreamForm::Messages
                                    : StreamForm::Exact;
    StreamLoad *running = nullptr;
    plan.onLive = [&] { printLive(running->live(), plan.streams); };
    StreamLoad load(run, plan);
    running = &load;
    const std::uint64_t start = monotonicNow();
    load.execute();

    Report()
        .add("mode", mode)
        .add("streams", static_cast<double>(plan.streams))
        .add("live", static_cast<double>(load.live()))
        .add("completed", static_cast<double>(run.completed))
        .add("events", static_cast<double>(run.events))
        .add("bytes", static_cast<double>(run.bytes))
        .add("seconds", static_cast<double>(monotonicNow() - start) / 1e9)
        .add("delay", run.delays)
        .add(run.tally)
        .print();
    return 0;
}

} // namespace meridian::bench
