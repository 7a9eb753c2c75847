// SPDX-License-Identifier: MIT
#include "service/simulate/simulatecommand.h"

#include "service/simulate/simulatorthread.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <sys/resource.h>

namespace meridian::simulate {

namespace {

constexpr std::size_t ReservedDescriptors = 32; // standard streams, the loop's, libraries'

int fail(const std::string &message)
{
    std::fprintf(stderr, "meridian simulate: %s\n", message.c_str());
    return 1;
}

/// As many connections as the process may have descriptors, the soft limit raised to the hard one.
std::size_t connectionLimit(std::size_t wanted)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t allowed = limit.rlim_cur;
    return std::min(wanted, std::max(allowed, ReservedDescriptors * 2) - ReservedDescriptors);
}

void announce(const SimulatorOptions &options, std::uint16_t port)
{
    const std::string model = options.model.empty() ? "any model" : "model '" + options.model + "'";
    const bool isIpv6 = options.host.find(':') != std::string::npos;
    std::printf("simulated backend '%s' serving %s on http://%s%s%s:%u\n", options.name.c_str(),
                model.c_str(), isIpv6 ? "[" : "", options.host.c_str(), isIpv6 ? "]" : "",
                static_cast<unsigned>(port));
    std::fflush(stdout);
}

} // namespace

int runSimulate(const QStringList &arguments)
{
    auto parsed = parseSimulateArguments(arguments, QProcessEnvironment::systemEnvironment());
    if (!parsed) {
        return fail(parsed.error().detail);
    }
    if (!parsed->help.isEmpty()) {
        std::fputs(qPrintable(parsed->help), stdout);
        return 0;
    }
    sigset_t ends{};
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP); // there is nothing to load again: the terminal has gone
    pthread_sigmask(SIG_BLOCK, &ends, nullptr); // before the thread starts, which inherits it
    SimulatorOptions &options = parsed->options;
    options.connections = connectionLimit(options.connections);
    SimulatorThread thread({options});
    const auto ports = thread.launch();
    if (!ports) {
        return fail(ports.error().detail);
    }
    announce(options, ports->front());
    int received = 0;
    sigwait(&ends, &received); // the backend has a thread of its own: nothing else to do here
    thread.shutDown();
    return 0;
}

} // namespace meridian::simulate
