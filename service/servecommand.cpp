// SPDX-License-Identifier: MIT
// `meridian serve` and `meridian check`.
#include "service/commands.h"
#include "service/configsource.h"
#include "service/gatewayprocess.h"
#include "service/processsetup.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>

#include <cstdio>
#include <memory>
#include <optional>

namespace meridian::service {

namespace {

QCommandLineOption configOption()
{
    return {{QStringLiteral("c"), QStringLiteral("config")},
            QStringLiteral("Configuration file. Without it: $MERIDIAN_CONFIG, $MELIS_CONFIG, then "
                           "./config.yaml."),
            QStringLiteral("file")};
}

QCommandLineOption routesOption()
{
    return {QStringLiteral("routes"),
            QStringLiteral("A routes.yaml as Melis has it. Without it, for Melis' files: "
                           "$MELIS_ROUTES_CONFIG, then routes_config_path, then ./routes.yaml."),
            QStringLiteral("file")};
}

std::string fileOf(const QString &path)
{
    return QFile::encodeName(path).toStdString();
}

int unexpectedArgument(const QCommandLineParser &parser, const char *command)
{
    std::fprintf(stderr, "meridian %s: unexpected argument '%s'; see meridian %s --help\n", command,
                 qPrintable(parser.positionalArguments().constFirst()), command);
    return 1;
}

/// What the command line says on top of every reading of the file; nothing when it is nonsense.
std::optional<ConfigSource::Overrides> overridesOf(const QCommandLineParser &parser,
                                                   const QCommandLineOption &host,
                                                   const QCommandLineOption &port)
{
    std::optional<std::string> givenHost;
    std::optional<std::uint16_t> givenPort;
    if (parser.isSet(host)) {
        givenHost = parser.value(host).toStdString();
    }
    if (parser.isSet(port)) {
        bool isNumber = false;
        givenPort = parser.value(port).toUShort(&isNumber);
        if (!isNumber) {
            std::fprintf(stderr, "meridian serve: --port %s: not a port number (0 to 65535)\n",
                         qPrintable(parser.value(port)));
            return std::nullopt;
        }
    }
    return [givenHost, givenPort](model::Settings &settings) {
        settings.gateway.host = givenHost.value_or(settings.gateway.host);
        settings.gateway.port = givenPort.value_or(settings.gateway.port);
    };
}

} // namespace

int runServe(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Runs the gateway until SIGTERM. SIGHUP reloads the configuration and "
                       "reopens the request log; SIGUSR2 hands over to a new process."));
    const auto config = configOption();
    const auto routes = routesOption();
    const QCommandLineOption host(QStringLiteral("host"),
                                  QStringLiteral("Address to listen on; wins over the file."),
                                  QStringLiteral("host"));
    const QCommandLineOption port(
        {QStringLiteral("p"), QStringLiteral("port")},
        QStringLiteral("Port to listen on; wins over the file. 0 = any free one."),
        QStringLiteral("port"));
    const QCommandLineOption takeover(
        QStringLiteral("takeover"),
        QStringLiteral("Listen although another meridian of the same user listens there; the "
                       "kernel splits new connections until the other one is stopped."));
    parser.addOptions({config, routes, host, port, takeover});
    parser.addHelpOption();
    parser.process(arguments);
    if (!parser.positionalArguments().isEmpty()) {
        return unexpectedArgument(parser, "serve");
    }
    const auto overrides = overridesOf(parser, host, port);
    if (!overrides) {
        return 1;
    }
    Listening listening{takeInherited(), parser.isSet(takeover)};
    const auto source = std::make_shared<ConfigSource>(fileOf(configPath(parser.value(config))),
                                                       *overrides, fileOf(parser.value(routes)));
    auto settings = loadOrReport(*source);
    if (!settings) {
        return 1;
    }
    setLogLevel(settings->logging.level);
    allowCoreDumps(settings->gateway.coreDumps);
    GatewayProcess process(std::move(*settings), source);
    if (const auto started = process.start(std::move(listening)); !started) {
        std::fprintf(stderr, "meridian serve: %s\n", started.error().detail.c_str());
        return 1;
    }
    std::printf("meridian: serving on %s\n", process.gateway().url().c_str());
    std::fflush(stdout);
    return process.run();
}

int runCheck(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Checks a configuration file: exit code 0, or 1 with every problem, a line each."));
    const auto config = configOption();
    const auto routes = routesOption();
    parser.addOptions({config, routes});
    parser.addPositionalArgument(QStringLiteral("file"), QStringLiteral("The same as -c file."),
                                 QStringLiteral("[file]"));
    parser.addHelpOption();
    parser.process(arguments);
    QString path = parser.value(config);
    if (path.isEmpty() && !parser.positionalArguments().isEmpty()) {
        path = parser.positionalArguments().constFirst();
    }
    path = configPath(path);
    ConfigSource source(fileOf(path), nullptr, fileOf(parser.value(routes)));
    const auto settings = loadOrReport(source);
    if (!settings) {
        return 1;
    }
    const std::size_t routeCount = settings->routes.size();
    std::printf("%s: ok, %zu backend%s", qPrintable(path), settings->backends.size(),
                settings->backends.size() == 1 ? "" : "s");
    if (routeCount > 0) {
        std::printf(", %zu route%s", routeCount, routeCount == 1 ? "" : "s");
    }
    std::printf("\n");
    return 0;
}

} // namespace meridian::service
