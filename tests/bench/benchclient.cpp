// SPDX-License-Identifier: MIT
// meridian_bench_client MODE --target 127.0.0.1:PORT …: load and checks for one gateway, JSON out.
#include "tests/bench/clientmodes.h"
#include "tests/bench/sockets.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace {

volatile std::sig_atomic_t stopRequested = 0;

void onStopSignal(int /*signal*/)
{
    stopRequested = 1;
}

constexpr const char *Usage =
    "meridian_bench_client MODE --target HOST:PORT [--key value]…\n"
    "  latency  one request at a time: --requests --warmup --path --body FILE\n"
    "  hold     N streams held open and checked byte for byte: --streams --seconds --interval-ms\n"
    "  idle     N streams that never say a word, until stdin closes: --streams\n"
    "  stream   streams again and again: --streams --chunks --interval-ms --total\n"
    "  rate     open-loop load: --rate --seconds --path --body FILE\n"
    "  loris    slow clients: --kind head|body|read --connections --interval-ms --seconds\n";

} // namespace

namespace meridian::bench {

bool isStopRequested()
{
    return stopRequested != 0;
}

std::string postRequest(const std::string &path, const std::string &body)
{
    return "POST " + path +
           " HTTP/1.1\r\nHost: bench.local\r\nContent-Type: application/json\r\n"
           "Accept: application/json, text/event-stream\r\nUser-Agent: meridian-bench\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string readBodyFile(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || text.str().empty()) {
        std::fprintf(stderr, "cannot read a body from '%s'\n", path.c_str());
        std::exit(2);
    }
    return text.str();
}

} // namespace meridian::bench

int main(int argc, char **argv)
{
    using namespace meridian::bench;
    const std::string mode = argc > 1 ? argv[1] : "";
    raiseDescriptorLimit();
    std::signal(SIGPIPE, SIG_IGN);

    struct sigaction action
    {
    };

    action.sa_handler = onStopSignal; // no SA_RESTART: a wait must end
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    if (mode == "latency") {
        return runLatency(argc, argv);
    }
    if (mode == "hold" || mode == "idle" || mode == "stream") {
        return runStreams(mode, argc, argv);
    }
    if (mode == "rate") {
        return runRate(argc, argv);
    }
    if (mode == "loris") {
        return runLoris(argc, argv);
    }
    std::fputs(Usage, stderr);
    return 2;
}
