// SPDX-License-Identifier: MIT
#include "service/gatewayprocess.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <csignal>
#include <unistd.h>

namespace meridian::service {

namespace {

Q_LOGGING_CATEGORY(lcService, "meridian.service")

} // namespace

GatewayProcess::GatewayProcess(model::Settings settings)
    : m_gateway(std::make_unique<Gateway>(std::move(settings), [this](int fd) {
        if (m_control) {
            m_control->adopt(fd);
        } else {
            ::close(fd);
        }
    }))
{
}

GatewayProcess::~GatewayProcess()
{
    m_signals.reset();
    m_control.reset(); // its answers come from the gateway
    m_admin.reset();
    m_gateway.reset();
}

Result<void> GatewayProcess::start()
{
    m_admin = std::make_unique<admin::AdminService>(*m_gateway);
    m_control = std::make_unique<ControlServer>(*m_admin);
    if (auto started = m_control->start(); !started) {
        return started;
    }
    m_signals = std::make_unique<SignalWatch>([this](int number) { onSignal(number); });
    return m_gateway->start();
}

int GatewayProcess::run()
{
    return QCoreApplication::exec();
}

void GatewayProcess::onSignal(int number)
{
    if (number == SIGHUP) {
        qCInfo(lcService, "SIGHUP: reopening the log");
        m_gateway->reopenLogs();
    } else if (m_gateway->isDraining()) {
        qCWarning(lcService, "second signal: stopping at once");
        QCoreApplication::exit(0);
    } else {
        m_gateway->drain([] { QCoreApplication::exit(0); });
    }
}

} // namespace meridian::service
