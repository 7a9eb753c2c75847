// SPDX-License-Identifier: MIT
// Puts the program together: settings, keychain, gateway, models, window, tray.
#include "ui/desktopapp.h"

#include "service/configsource.h"
#include "ui/fakelink.h"
#include "ui/language.h"
#include "ui/locallink.h"
#include "ui/memorykeychain.h"
#include "ui/poller.h"
#include "ui/remotelink.h"
#include "ui/selftest.h"
#include "ui/systemkeychain.h"
#include "ui/trayicon.h"

#include <QApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonObject>
#include <QStandardPaths>

#include <csignal>
#include <cstdio>
#include <tuple>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr std::uint16_t SimulatedPort = 18'080;   // noted in configurations, so always the same
constexpr qint64 LargestConfig = 4 * 1024 * 1024; // as the loader has it

QString configFileOf(const Options &options)
{
    return options.config.isEmpty()
               ? QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) +
                     "/config.yaml"_L1
               : QFileInfo(options.config).absoluteFilePath();
}

std::string contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(LargestConfig).toStdString() : std::string();
}

} // namespace

DesktopApp::DesktopApp(Options options, const QElapsedTimer &sinceStart)
    : m_options(std::move(options))
    , m_sinceStart(sinceStart)
{
    const bool isPlay = m_options.isDemo || m_options.isSelfTest;
    m_settings = isPlay ? std::make_unique<AppSettings>(m_scratch.filePath(u"settings.ini"_s))
                        : std::make_unique<AppSettings>();
    if (isPlay) {
        m_keychain = std::make_unique<MemoryKeychain>();
    } else {
        m_keychain = std::make_unique<SystemKeychain>();
    }
    if (!m_options.isSelfTest) { // whose texts are compared
        installLanguage(m_settings->language());
    }
    makeLink();
    m_desktop =
        std::make_unique<Desktop>(nullptr, Desktop::Surroundings{*m_keychain, *m_settings, m_loop});
    m_window = std::make_unique<MainWindow>(*m_desktop);
    connect(m_desktop.get(), &Desktop::quitRequested, this, &DesktopApp::quit);
    connect(m_desktop.get(), &Desktop::pauseRequested, this, &DesktopApp::setPaused);
    connect(m_window.get(), &MainWindow::closed, this, &DesktopApp::quit);
    connect(m_window.get(), &MainWindow::visibleChanged, this,
            [this](bool isVisible) { m_desktop->poller().setWindowVisible(isVisible); });
    m_desktop->gateways()->setSelect(
        [this](const QString &url, const Secret &token) { select(url, token); });
    m_desktop->discovery()->setSimulate([this](QString &problem) { return simulate(problem); });
}

/// The models know the links, the links the loop.
DesktopApp::~DesktopApp()
{
    m_selfTest.reset();
    m_tray.reset();
    m_window.reset();
    m_desktop.reset();
}

void DesktopApp::makeLink()
{
    if (m_options.isDemo || m_options.isSelfTest) {
        m_fake = std::make_unique<FakeLink>();
        return;
    }
    LocalLink::Setup setup;
    setup.configFile = configFileOf(m_options);
    setup.host = m_settings->listenHost();
    setup.port = std::uint16_t(m_settings->listenPort());
    setup.logFolder = m_settings->logFolder();
    setup.prepare = [this](service::ConfigSource &source) {
        source.secrets().setSource("keychain", m_desktop->keys()->source().source());
    };
    m_local = std::make_unique<LocalLink>(std::move(setup));
}

int DesktopApp::run()
{
    if (const QString problem = m_window->load(!m_options.isHidden); !problem.isEmpty()) {
        std::fprintf(stderr, "meridian-desktop: no window: %s\n", qPrintable(problem));
        return 1;
    }
    watchSignals();
    if (m_fake) {
        m_desktop->link().use(m_fake.get());
        if (m_options.isDemo) {
            m_fake->live();
        }
    } else if (!m_options.connect.isEmpty()) {
        select(m_options.connect,
               Secret(qEnvironmentVariable("MERIDIAN_ADMIN_TOKEN").toStdString()));
    } else {
        select({}, {});
    }
    m_desktop->poller().start();
    if (m_options.isSelfTest) {
        m_selfTest = std::make_unique<SelfTest>(*m_window, m_sinceStart, m_options.isTiming);
        m_selfTest->begin();
    } else {
        makeTray();
    }
    return QCoreApplication::exec();
}

/// As long as there is no gateway of our own, which does it by itself.
void DesktopApp::watchSignals()
{
    m_signals = std::make_unique<service::SignalWatch>([this](int number, pid_t) {
        if (number == SIGTERM || number == SIGINT) {
            quit();
        }
    });
}

void DesktopApp::startGateway()
{
    const QString config = QString::fromStdString(contentOf(configFileOf(m_options)));
    if (config.contains(u"http://127.0.0.1:%1"_s.arg(SimulatedPort))) {
        QString problem;
        std::ignore =
            simulate(problem); // a backend of an earlier first start; its probe tells if it fails
    }
    m_signals.reset(); // the gateway has its own
    const auto started = m_local->start();
    m_desktop->poller().refresh();
    if (!started) {
        watchSignals();
        m_desktop->tell(tr("The gateway did not start: %1")
                            .arg(QString::fromStdString(started.error().detail)));
        return;
    }
    m_desktop->gateways()->setLocalUrl(m_local->address());
    connect(m_desktop->keys(), &KeyStore::saved, this, [this] {
        m_local->call("POST", "/meridian/reload", {}, [](int, const QJsonDocument &) {});
    });
    if (!m_local->problem().isEmpty()) {
        m_desktop->tell(
            tr("The configuration is not in force, it has an error: %1").arg(m_local->problem()));
    }
    if (m_local->isPortTaken()) {
        lookForNeighbour();
    }
}

/// Somebody else has the port that was wanted. If it is a gateway, it may be the one to look at.
void DesktopApp::lookForNeighbour()
{
    const QString url =
        u"http://%1:%2"_s.arg(m_settings->listenHost()).arg(m_settings->listenPort());
    m_neighbour = std::make_unique<RemoteLink>(m_loop, url, Secret());
    m_neighbour->call("GET", "/meridian/version", {},
                      [this, url](int status, const QJsonDocument &answer) {
                          if (status == 200 && answer["name"_L1].toString() == "meridian"_L1) {
                              m_desktop->offer(tr("A gateway runs at %1 already; this one is at %2")
                                                   .arg(url, m_local->address()),
                                               tr("Show that one"), u"connect:"_s + url);
                          } else {
                              m_desktop->tell(tr("Port %1 is taken; the gateway is at %2")
                                                  .arg(m_settings->listenPort())
                                                  .arg(m_local->address()));
                          }
                      });
}

void DesktopApp::select(const QString &url, const Secret &token)
{
    const auto former = std::move(m_remote); // until nobody uses it
    if (url.isEmpty() && m_fake) {
        m_desktop->link().use(m_fake.get());
    } else if (url.isEmpty()) {
        m_desktop->link().use(m_local.get());
        if (!std::exchange(m_isStarting, true)) {
            // a configuration cannot wait for its secrets: they come first
            m_desktop->keys()->load(contentOf(configFileOf(m_options)), [this] { startGateway(); });
        }
    } else {
        m_remote = std::make_unique<RemoteLink>(m_loop, url, token);
        m_desktop->link().use(m_remote.get());
    }
}

QString DesktopApp::simulate(QString &problem)
{
    const QString url = u"http://127.0.0.1:%1"_s.arg(SimulatedPort);
    if (m_simulator) {
        return url;
    }
    simulate::SimulatorOptions options;
    options.port = SimulatedPort;
    options.tokensPerSecond = 50;
    auto simulator = std::make_unique<simulate::SimulatorThread>(
        std::vector<simulate::SimulatorOptions>{std::move(options)});
    if (const auto ports = simulator->launch(); !ports) {
        problem = QString::fromStdString(ports.error().detail);
        return {};
    }
    m_simulator = std::move(simulator);
    return url;
}

void DesktopApp::makeTray()
{
    m_tray = std::make_unique<TrayIcon>();
    connect(m_tray.get(), &TrayIcon::openRequested, this, &DesktopApp::raise);
    connect(m_tray.get(), &TrayIcon::quitRequested, this, &DesktopApp::quit);
    connect(m_tray.get(), &TrayIcon::pauseRequested, this, &DesktopApp::setPaused);
    connect(m_tray.get(), &TrayIcon::copyRequested, this,
            [this] { m_desktop->copy(m_desktop->status()->address()); });
    for (const auto signal : {&StatusModel::changed, &StatusModel::connectionChanged,
                              &StatusModel::attentionChanged, &StatusModel::ageChanged}) {
        connect(m_desktop->status(), signal, this, &DesktopApp::tellTray);
    }
    const auto close = [this] {
        const bool isHiding = m_tray->hidesOnClose(m_settings->closeToTray());
        m_window->setHidesOnClose(isHiding);
        QGuiApplication::setQuitOnLastWindowClosed(false); // quit() drains first
        if (!isHiding && m_options.isHidden && !m_window->window()->isVisible()) {
            return; // the tray may still come
        }
    };
    connect(m_tray.get(), &TrayIcon::visibleChanged, this, close);
    connect(m_settings.get(), &AppSettings::changed, this, close);
    m_tray->show();
    close();
    tellTray();
}

void DesktopApp::tellTray()
{
    const StatusModel &status = *m_desktop->status();
    const bool isConnected = status.connection() == "connected"_L1 && !status.stale();
    QString line = tr("Not connected");
    auto state = TrayIcon::State::Stopped;
    if (isConnected && status.paused()) {
        state = TrayIcon::State::Paused;
        line = tr("Paused");
    } else if (isConnected) {
        state = status.attentionCount() > 0 ? TrayIcon::State::Degraded : TrayIcon::State::Serving;
        line = tr("%1 requests/s, to look at: %2")
                   .arg(status.requestsPerSecond(), 0, 'f', 1)
                   .arg(status.attentionCount());
    }
    m_tray->setState(state, line);
    m_tray->setAddress(status.address());
    m_tray->setCanPause(m_desktop->canPause());
}

void DesktopApp::raise()
{
    m_window->raise();
}

void DesktopApp::setPaused(bool isPaused)
{
    if (m_local) {
        m_local->setPaused(isPaused);
    } else if (m_fake) {
        m_fake->setPaused(isPaused);
    }
    m_desktop->poller().poll();
}

/// What is in flight may end. A second time: at once.
void DesktopApp::quit()
{
    if (std::exchange(m_isQuitting, true) || !m_local || !m_local->isStarted()) {
        QCoreApplication::exit(0);
        return;
    }
    m_window->hide();
    m_local->drain([] { QCoreApplication::exit(0); });
}

} // namespace meridian::ui
