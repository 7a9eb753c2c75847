// SPDX-License-Identifier: MIT
// A gateway with its control plane and signals: what `serve` and `demo` run.
#pragma once

#include "core/admin/adminservice.h"
#include "core/gateway.h"
#include "service/controlserver.h"
#include "service/signalwatch.h"

#include <functional>
#include <memory>

namespace meridian::service {

/// Runs on the main thread until SIGTERM or SIGINT has been answered with a drain; a second one
/// ends at once. SIGHUP reopens the log.
class GatewayProcess
{
public:
    explicit GatewayProcess(model::Settings settings);
    ~GatewayProcess();

    [[nodiscard]] Result<void> start();

    /// The exit code. Needs a QCoreApplication.
    [[nodiscard]] int run();

    [[nodiscard]] Gateway &gateway() noexcept { return *m_gateway; }

private:
    void onSignal(int number);

    std::unique_ptr<Gateway> m_gateway;
    std::unique_ptr<admin::AdminService> m_admin;
    std::unique_ptr<ControlServer> m_control;
    std::unique_ptr<SignalWatch> m_signals;
};

} // namespace meridian::service
