// SPDX-License-Identifier: MIT
// `meridian`: finds the subcommand and runs it.
#include "service/commands.h"
#include "service/processsetup.h"
#include "service/simulate/simulatecommand.h"

#include <QCoreApplication>

#include <array>
#include <cstdio>

namespace {

using namespace meridian;

struct Command
{
    const char *name;
    const char *summary;
    int (*run)(const QStringList &arguments);
};

constexpr std::array Commands{
    Command{"serve", "run the gateway with a configuration file", service::runServe},
    Command{"demo", "run the gateway in front of two simulated backends; no file needed",
            service::runDemo},
    Command{"check", "check a configuration file", service::runCheck},
    Command{"discover", "look for engines on this machine", service::runDiscover},
    Command{"simulate", "run one simulated backend", simulate::runSimulate},
};

void printUsage(FILE *out)
{
    std::fprintf(
        out, "Meridian %s, a gateway for model traffic.\n\nUsage: meridian <command> [options]\n\n",
        MERIDIAN_VERSION);
    for (const Command &command : Commands) {
        std::fprintf(out, "  %-10s %s\n", command.name, command.summary);
    }
    std::fprintf(
        out,
        "\nmeridian <command> --help lists a command's options; meridian --version the version.\n");
}

} // namespace

int main(int argc, char **argv)
{
    service::prepareProcess();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("meridian"));
    QCoreApplication::setApplicationVersion(QStringLiteral(MERIDIAN_VERSION));
    QStringList arguments = QCoreApplication::arguments();
    arguments.removeFirst();
    if (arguments.isEmpty()) {
        printUsage(stderr);
        return 1;
    }
    const QString name = arguments.constFirst();
    if (name == QStringLiteral("--version") || name == QStringLiteral("-v")) {
        std::printf("meridian %s\n", MERIDIAN_VERSION);
        return 0;
    }
    if (name == QStringLiteral("--help") || name == QStringLiteral("-h") ||
        name == QStringLiteral("help")) {
        printUsage(stdout);
        return 0;
    }
    for (const Command &command : Commands) {
        if (name == QLatin1String(command.name)) {
            arguments[0] = QStringLiteral("meridian ") + name;
            return command.run(arguments);
        }
    }
    std::fprintf(stderr, "meridian: unknown command '%s'\n\n", qPrintable(name));
    printUsage(stderr);
    return 1;
}
