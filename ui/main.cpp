// SPDX-License-Identifier: MIT
// `meridian-desktop`: a gateway with a window.
#include "service/processsetup.h"
#include "ui/desktopapp.h"
#include "ui/singleinstance.h"

#include <QApplication>

int main(int argc, char **argv)
{
    using namespace meridian;
    QElapsedTimer sinceStart;
    sinceStart.start();
    service::prepareProcess();
    ui::prepareRendering();
    QApplication application(argc, argv); // Qt Charts draws with widgets' means
    QCoreApplication::setApplicationName(QStringLiteral("meridian"));
    QCoreApplication::setApplicationVersion(QStringLiteral(MERIDIAN_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Meridian"));
    QGuiApplication::setDesktopFileName(QStringLiteral("meridian-desktop"));
    int exitCode = 0;
    const auto options = ui::Options::parse(QCoreApplication::arguments(), exitCode);
    if (!options) {
        return exitCode;
    }
    ui::SingleInstance instance(QStringLiteral("meridian-desktop"));
    const bool isAlone = options->isDemo || options->isSelfTest || !options->config.isEmpty();
    if (!isAlone && !instance.acquire()) {
        return 0; // the one that runs has been raised
    }
    service::setLogLevel("INFO");
    ui::DesktopApp app(*options, sinceStart);
    QObject::connect(&instance, &ui::SingleInstance::raiseRequested, &app, &ui::DesktopApp::raise);
    return app.run();
}
