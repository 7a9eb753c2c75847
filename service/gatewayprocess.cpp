// SPDX-License-Identifier: MIT
#include "service/gatewayprocess.h"

#include "service/configapi.h"
#include "service/configeditor.h"
#include "service/discoveryapi.h"
#include "service/dryrunapi.h"
#include "service/processsetup.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <csignal>
#include <unistd.h>

namespace meridian::service {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcService, "meridian.service")

constexpr unsigned TidyingSeconds = 10; // above the log's and the exporter's own deadlines

constexpr auto ReliefInterval = 20ms;

} // namespace

GatewayProcess::GatewayProcess(model::Settings settings, std::shared_ptr<ConfigSource> source)
    : m_settings(settings.gateway)
    , m_source(std::move(source))
    , m_isWatching(settings.gateway.watchConfig)
{
    Gateway::Setup setup;
    setup.settings = std::move(settings);
    setup.adoptControl = [this](int fd) {
        if (m_control) {
            m_control->adopt(fd);
        } else {
            ::close(fd);
        }
    };
    if (m_source) {
        setup.load = [this] { return m_source->load(); };
        setup.isConfigChanged = [this] { return m_source->hasChanged(); };
    }
    setup.reloaded = [this](const model::Settings &now) { follow(now); };
    m_gateway = std::make_unique<Gateway>(std::move(setup));
}

GatewayProcess::~GatewayProcess()
{
    m_watch.reset();
    m_signals.reset();
    m_control.reset(); // its answers come from the gateway
    m_editor.reset();
    m_admin.reset();
    m_gateway.reset();
}

Result<void> GatewayProcess::start(Listening listening)
{
    auto listeners = listen(listening);
    if (!listeners) {
        return tl::unexpected(listeners.error());
    }
    m_admin = std::make_unique<admin::AdminService>(*m_gateway);
    m_editor = std::make_unique<ConfigEditor>(*m_admin, m_source);
    m_control = std::make_unique<ControlServer>(*m_admin);
    addSections();
    if (auto started = m_control->start(); !started) {
        return started;
    }
    m_signals =
        std::make_unique<SignalWatch>([this](int number, pid_t from) { onSignal(number, from); });
    if (auto started = m_gateway->start(std::move(*listeners)); !started) {
        return started;
    }
    if (m_source) {
        m_watch = std::make_unique<ConfigWatch>([this] { return m_source->paths(); },
                                                [this] { lookAtConfig(); }, ConfigWatch::Pace());
    }
    m_notifier.startWatchdog();
    if (listening.inherited.predecessor > 0) {
        relieve(listening.inherited.predecessor);
    } else {
        m_notifier.ready();
    }
    return {};
}

void GatewayProcess::addSections()
{
    m_control->add(std::make_unique<ConfigApi>(*m_admin, *m_editor));
    m_control->setConfigPlace([this](const admin::Principal &who) {
        const ConfigEditor::View view = m_editor->view(who);
        return ConfigPlace{view.path, view.format, !view.path.empty() && view.readOnly.empty()};
    });
    m_control->add(std::make_unique<DryRunApi>(
        *m_admin, [this](std::string_view text) { return loadText(text); }));
    m_control->add(std::make_unique<DiscoveryApi>(
        *m_admin, [this](const admin::Principal &who) { return textForProposals(who); }));
}

/// The text may hold masked secrets.
config::LoadResult GatewayProcess::loadText(std::string_view text) const
{
    return m_editor->load(text);
}

/// With its secrets masked.
Result<std::string> GatewayProcess::textForProposals(const admin::Principal &who) const
{
    const ConfigEditor::View view = m_editor->view(who);
    if (m_source && !view.problem.empty()) {
        return failure(ErrorCode::InvalidConfig, view.problem);
    }
    return view.text;
}

Result<std::optional<net::ListenerSet>> GatewayProcess::listen(const Listening &listening) const
{
    const int workers = Gateway::workerCount(m_settings);
    if (!listening.inherited.sockets.empty()) {
        auto adopted = net::ListenerSet::adopt(listening.inherited.sockets, workers);
        if (!adopted) {
            return failure(adopted.error().code,
                           "cannot use the sockets handed over: " + adopted.error().detail);
        }
        return std::optional(std::move(*adopted));
    }
    if (listening.isTakeover) {
        auto bound = net::ListenerSet::bind(m_settings.host, m_settings.port, workers,
                                            net::ListenerSet::Sharing::Allow);
        if (!bound) {
            return failure(bound.error().code, bound.error().detail +
                                                   " (sharing a port takes another meridian "
                                                   "of the same user)");
        }
        return std::optional(std::move(*bound));
    }
    return std::optional<net::ListenerSet>();
}

int GatewayProcess::run()
{
    const int code = QCoreApplication::exec();
    // What is left is tidying up. A disk or a name server that hangs must not keep the process.
    std::signal(SIGALRM, [](int) { ::_exit(0); });
    ::alarm(TidyingSeconds);
    return code;
}

void GatewayProcess::onSignal(int number, pid_t sender)
{
    if (number == SIGHUP) {
        qCInfo(lcService, "SIGHUP: reopening the log, reading the configuration");
        m_gateway->reopenLogs();
        reload("SIGHUP");
    } else if (number == SIGUSR2) {
        handOver();
    } else if (m_gateway->isDraining() && m_upgrade.isSuccessor(sender)) {
        qCInfo(lcService, "hand-over: process %d came too late", sender); // no second signal
    } else if (m_gateway->isDraining()) {
        qCWarning(lcService, "second signal: stopping at once");
        QCoreApplication::exit(0);
    } else {
        stop(sender);
    }
}

void GatewayProcess::stop(pid_t sender)
{
    m_relief.stop();
    if (m_upgrade.isSuccessor(sender)) {
        qCInfo(lcService, "hand-over: process %d has taken over", sender);
        m_upgrade.complete();
        m_notifier.mainProcess(sender); // a service manager believes the main process first
    } else {
        m_upgrade.abandon(); // who stops this gateway does not want its successor either
        m_notifier.stopping();
    }
    m_gateway->drain([] { QCoreApplication::exit(0); });
}

void GatewayProcess::reload(std::string_view why)
{
    m_notifier.reloading();
    const admin::ReloadOutcome outcome =
        m_admin->reload({admin::Principal::Kind::Process, std::string(why)});
    m_notifier.ready();
    for (const std::string &problem : outcome.problems) {
        qCWarning(lcService, "reload: %s", problem.c_str());
    }
    for (const std::string &warning : outcome.warnings) {
        qCWarning(lcService, "reload: %s", warning.c_str());
    }
    for (const std::string &change : outcome.changes) {
        qCInfo(lcService, "reload: %s", change.c_str());
    }
}

void GatewayProcess::lookAtConfig()
{
    if (m_isWatching && !m_gateway->isDraining() && m_source->hasChanged()) {
        qCInfo(lcService, "%s has changed: reading it", m_source->path().c_str());
        reload("config file");
    }
}

void GatewayProcess::follow(const model::Settings &settings)
{
    setLogLevel(settings.logging.level);
    allowCoreDumps(settings.gateway.coreDumps);
    m_isWatching = settings.gateway.watchConfig;
    if (m_editor) {
        m_editor->noteReload();
    }
}

void GatewayProcess::handOver()
{
    if (!m_source || !m_handsOver) {
        qCWarning(lcService, "SIGUSR2: only `meridian serve` hands over");
    } else if (m_upgrade.isUnderWay()) {
        qCWarning(lcService, "SIGUSR2: a hand-over is under way already");
    } else if (m_gateway->isDraining() || m_relief.isActive()) {
        qCWarning(lcService, "SIGUSR2: not now, this process %s",
                  m_gateway->isDraining() ? "is draining" : "is taking over itself");
    } else if (const auto begun = m_upgrade.begin(m_gateway->listeningDescriptors()); !begun) {
        qCWarning(lcService, "hand-over failed: %s", begun.error().detail.c_str());
    } else {
        qCInfo(lcService, "hand-over: process %d is starting", *begun);
    }
}

/// The predecessor may go as soon as this process knows its backends.
void GatewayProcess::relieve(pid_t predecessor)
{
    m_relieveAt = std::chrono::steady_clock::now() + ProbeDeadline;
    QObject::connect(&m_relief, &QTimer::timeout, &m_relief, [this, predecessor] {
        if (!m_gateway->isReady() && std::chrono::steady_clock::now() < m_relieveAt) {
            return;
        }
        m_relief.stop();
        if (::getppid() == predecessor) { // else it is gone, and the id may be anybody's
            qCInfo(lcService, "hand-over: relieving process %d", predecessor);
            m_notifier.mainProcess(::getpid());
            ::kill(predecessor, SIGTERM);
        }
        m_notifier.ready();
    });
    m_relief.start(ReliefInterval);
}

} // namespace meridian::service
