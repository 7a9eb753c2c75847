// SPDX-License-Identifier: MIT
// A thread with its own epoll loop that serves simulated backends.
#pragma once

#include "core/base/result.h"
#include "service/simulate/options.h"

#include <QThread>

#include <cstdint>
#include <future>
#include <vector>

namespace meridian::simulate {

/// Owned and called by the thread that made it. The destructor shuts down.
class SimulatorThread final : public QThread
{
public:
    explicit SimulatorThread(std::vector<SimulatorOptions> backends);
    ~SimulatorThread() override;

    /// Starts every backend and waits until they serve; their ports, in order. On failure of one
    /// all are stopped. Once.
    [[nodiscard]] Result<std::vector<std::uint16_t>> launch();

    /// Closes ports and connections at once, and waits for the thread.
    void shutDown();

protected:
    void run() override;

private:
    using Ports = Result<std::vector<std::uint16_t>>;

    const std::vector<SimulatorOptions> m_backends;
    std::promise<Ports> m_ports;
};

} // namespace meridian::simulate
