// SPDX-License-Identifier: MIT
// A door a fake server waits at until the test opens it: order without sleeping.
#pragma once

#include <cstdint>
#include <memory>
#include <sys/eventfd.h>
#include <unistd.h>

namespace meridian::support {

/// Opened once, from any thread; stays open. Waited for with poll(2) on fd().
class Gate
{
public:
    Gate()
        : m_fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
    }

    ~Gate() { ::close(m_fd); }

    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;

    void open()
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(m_fd, &one, sizeof one);
    }

    [[nodiscard]] int fd() const { return m_fd; }

private:
    int m_fd;
};

using SharedGate = std::shared_ptr<Gate>;

[[nodiscard]] inline SharedGate makeGate()
{
    return std::make_shared<Gate>();
}

} // namespace meridian::support
