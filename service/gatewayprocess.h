// SPDX-License-Identifier: MIT
// A gateway with its control plane and signals: what `serve` and `demo` run.
#pragma once

#include "core/admin/adminservice.h"
#include "core/gateway.h"
#include "service/configsource.h"
#include "service/configwatch.h"
#include "service/controlserver.h"
#include "service/hotupgrade.h"
#include "service/signalwatch.h"
#include "service/systemd.h"

#include <QTimer>

#include <chrono>
#include <memory>

namespace meridian::service {

class ConfigEditor;

/// Where a gateway's listening sockets come from.
struct Listening
{
    Inherited inherited;
    bool isTakeover = false; // share the port with a gateway that listens there already
};

/// Runs on the main thread until SIGTERM or SIGINT has been answered with a drain; a second one
/// ends at once. SIGHUP reopens the log and reloads the configuration, a changed file reloads it
/// (gateway.watch_config), SIGUSR2 hands over to a new process of the program.
class GatewayProcess
{
public:
    /// Before a successor relieves its predecessor, at most: its backends' first probes.
    static constexpr std::chrono::seconds ProbeDeadline{2};

    /// Without a source there is nothing to reload and nothing to hand over.
    explicit GatewayProcess(model::Settings settings,
                            std::shared_ptr<ConfigSource> source = nullptr);
    ~GatewayProcess();

    [[nodiscard]] Result<void> start(Listening listening = {});

    /// The exit code. Needs a QCoreApplication.
    [[nodiscard]] int run();

    [[nodiscard]] Gateway &gateway() noexcept { return *m_gateway; }

    /// The control plane without HTTP, for a window in this process; after start().
    [[nodiscard]] AdminApi &api() noexcept { return m_control->api(); }

    /// SIGUSR2 is not heeded: a program with a window cannot give it to a successor.
    void keepToItself() noexcept { m_handsOver = false; }

private:
    [[nodiscard]] Result<std::optional<net::ListenerSet>> listen(const Listening &listening) const;
    void addSections();
    [[nodiscard]] Result<std::string> textForProposals(const admin::Principal &who) const;
    [[nodiscard]] config::LoadResult loadText(std::string_view text) const;
    void onSignal(int number, pid_t sender);
    void stop(pid_t sender);
    void reload(std::string_view why);
    void handOver();
    void relieve(pid_t predecessor);
    void lookAtConfig();
    void follow(const model::Settings &settings);

    const model::GatewaySettings m_settings; // as started
    const std::shared_ptr<ConfigSource> m_source;
    Notifier m_notifier;
    std::unique_ptr<Gateway> m_gateway;
    std::unique_ptr<admin::AdminService> m_admin;
    std::unique_ptr<ConfigEditor> m_editor;
    std::unique_ptr<ControlServer> m_control;
    std::unique_ptr<SignalWatch> m_signals;
    std::unique_ptr<ConfigWatch> m_watch; // also when nobody heeds it
    bool m_isWatching;                    // gateway.watch_config as it is now
    bool m_handsOver = true;
    HotUpgrade m_upgrade;
    QTimer m_relief; // while this process waits until it can relieve its predecessor
    std::chrono::steady_clock::time_point m_relieveAt{};
};

} // namespace meridian::service
