// SPDX-License-Identifier: MIT
// `meridian demo`: a gateway in front of two simulated backends, all in this process.
#include "service/commands.h"
#include "service/gatewayprocess.h"
#include "service/processsetup.h"
#include "service/simulate/simulatorthread.h"

#include <QCommandLineParser>

#include <cstdio>

namespace meridian::service {

namespace {

using namespace std::chrono_literals;

constexpr const char *Model = "demo-model";
constexpr const char *Welcome = R"(meridian: serving on %s

  Dashboard   %s/ui
  Metrics     %s/metrics

Two simulated backends answer: fast (50 ms) and slow (300 ms). Try one request:

  curl -i %s/v1/chat/completions -H 'Content-Type: application/json' \
    -d '{"model":"demo-model","messages":[{"role":"user","content":"Hello!"}]}'

and one that streams:

  curl -N %s/v1/chat/completions -H 'Content-Type: application/json' \
    -d '{"model":"demo-model","messages":[{"role":"user","content":"Count to 5"}],"stream":true}'

Ctrl+C stops it.
)";

simulate::SimulatorOptions simulated(const char *name, std::chrono::milliseconds latency)
{
    simulate::SimulatorOptions options;
    options.name = name;
    options.model = Model;
    options.latency = latency;
    options.tokensPerSecond = 50;
    return options;
}

model::BackendSettings backendAt(const char *name, std::uint16_t port, int weight)
{
    model::BackendSettings backend;
    backend.name = name;
    backend.host = "127.0.0.1";
    backend.port = port;
    backend.url = "http://127.0.0.1:" + std::to_string(port);
    backend.engine = "simulated";
    backend.model = Model;
    backend.weight = weight;
    return backend;
}

} // namespace

int runDemo(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Runs the gateway in front of two simulated backends. Nothing is written to disk."));
    const QCommandLineOption host(QStringLiteral("host"), QStringLiteral("Address to listen on."),
                                  QStringLiteral("host"), QStringLiteral("127.0.0.1"));
    const QCommandLineOption port({QStringLiteral("p"), QStringLiteral("port")},
                                  QStringLiteral("Port to listen on; 0 = any free one."),
                                  QStringLiteral("port"), QStringLiteral("8080"));
    parser.addOptions({host, port});
    parser.addHelpOption();
    parser.process(arguments);

    model::Settings settings;
    bool isNumber = false;
    settings.gateway.host = parser.value(host).toStdString();
    settings.gateway.port = parser.value(port).toUShort(&isNumber);
    if (!isNumber || !parser.positionalArguments().isEmpty()) {
        std::fprintf(stderr,
                     "meridian demo: give --port as a number from 0 to 65535 and nothing else\n");
        return 1;
    }
    settings.logging.jsonlPath.clear();
    settings.gateway.drainTimeout = 5s;
    setLogLevel("WARNING");

    simulate::SimulatorThread backends({simulated("fast", 50ms), simulated("slow", 300ms)});
    const auto ports = backends.launch();
    if (!ports) {
        std::fprintf(stderr, "meridian demo: %s\n", ports.error().detail.c_str());
        return 1;
    }
    settings.backends = {backendAt("fast", (*ports)[0], 80), backendAt("slow", (*ports)[1], 20)};
    GatewayProcess process(std::move(settings));
    if (const auto started = process.start(); !started) {
        std::fprintf(stderr, "meridian demo: %s\nAnother port: meridian demo --port 8081\n",
                     started.error().detail.c_str());
        return 1;
    }
    const std::string url = process.gateway().url();
    std::printf(Welcome, url.c_str(), url.c_str(), url.c_str(), url.c_str(), url.c_str());
    std::fflush(stdout);
    return process.run();
}

} // namespace meridian::service
