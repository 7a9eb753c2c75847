// SPDX-License-Identifier: MIT
#include "service/simulate/simulatorthread.h"

#include "core/event/epolldispatcher.h"
#include "core/event/loop.h"
#include "service/simulate/simulatedbackend.h"

#include <memory>

namespace meridian::simulate {

SimulatorThread::SimulatorThread(std::vector<SimulatorOptions> backends)
    : m_backends(std::move(backends))
{
    setObjectName(QStringLiteral("simulator"));
}

SimulatorThread::~SimulatorThread()
{
    shutDown();
}

Result<std::vector<std::uint16_t>> SimulatorThread::launch()
{
    auto ports = m_ports.get_future();
    setEventDispatcher(new event::EpollDispatcher); // the thread owns it
    start();
    auto result = ports.get();
    if (!result) {
        shutDown();
    }
    return result;
}

void SimulatorThread::shutDown()
{
    quit();
    wait();
}

void SimulatorThread::run()
{
    event::Loop loop;
    std::vector<std::unique_ptr<SimulatedBackend>> backends;
    std::vector<std::uint16_t> ports;
    for (const SimulatorOptions &options : m_backends) {
        backends.push_back(std::make_unique<SimulatedBackend>(loop, options));
        const auto port = backends.back()->start();
        if (!port) {
            m_ports.set_value(tl::unexpected(port.error()));
            return;
        }
        ports.push_back(*port);
    }
    m_ports.set_value(std::move(ports));
    exec();
    for (const auto &backend : backends) {
        backend->stop();
    }
    loop.finish(); // what the connections left to be deleted refers to their backends
}

} // namespace meridian::simulate
