// SPDX-License-Identifier: MIT
// Puts the program together: settings, keychain, gateway, models, window, tray.
#pragma once

#include "core/event/loop.h"
#include "service/signalwatch.h"
#include "service/simulate/simulatorthread.h"
#include "ui/desktop.h"
#include "ui/mainwindow.h"
#include "ui/options.h"

#include <QElapsedTimer>
#include <QTemporaryDir>

#include <memory>

namespace meridian::ui {

class FakeLink;
class LocalLink;
class RemoteLink;
class SelfTest;
class TrayIcon;

/// The composition root of meridian-desktop. Main thread; needs a QApplication.
class DesktopApp final : public QObject
{
    Q_OBJECT

public:
    DesktopApp(Options options, const QElapsedTimer &sinceStart);
    ~DesktopApp() override;

    /// The exit code.
    [[nodiscard]] int run();

    /// Another start of the program wants to be seen.
    void raise();

private:
    void makeLink();
    void watchSignals();
    void startGateway();
    void lookForNeighbour();
    void makeTray();
    void tellTray();
    void select(const QString &url, const Secret &token);
    void setPaused(bool isPaused);
    [[nodiscard]] QString simulate(QString &problem);
    void quit();

    const Options m_options;
    const QElapsedTimer &m_sinceStart;
    event::Loop m_loop;
    QTemporaryDir m_scratch; // of the demonstration's settings
    std::unique_ptr<AppSettings> m_settings;
    std::unique_ptr<Keychain> m_keychain;
    std::unique_ptr<simulate::SimulatorThread> m_simulator;
    std::unique_ptr<FakeLink> m_fake;
    std::unique_ptr<LocalLink> m_local;
    std::unique_ptr<RemoteLink> m_remote;
    std::unique_ptr<Desktop> m_desktop;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<TrayIcon> m_tray;
    std::unique_ptr<SelfTest> m_selfTest;
    std::unique_ptr<RemoteLink> m_neighbour;         // whoever has our port
    std::unique_ptr<service::SignalWatch> m_signals; // while no gateway of our own has one
    bool m_isStarting = false;
    bool m_isQuitting = false;
};

} // namespace meridian::ui
