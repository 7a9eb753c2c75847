// SPDX-License-Identifier: MIT
// Listening sockets: one per worker on the same port, shared out by the kernel.
#pragma once

#include "core/base/result.h"
#include "core/net/socketaddress.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace meridian::net {

/// Owns bound, listening, non-blocking descriptors until release() hands one on.
class ListenerSet
{
public:
    ListenerSet() = default;
    ListenerSet(ListenerSet &&other) noexcept;
    ListenerSet &operator=(ListenerSet &&other) noexcept;
    ListenerSet(const ListenerSet &) = delete;
    ListenerSet &operator=(const ListenerSet &) = delete;
    ~ListenerSet();

    /// What to do when another process listens on the port.
    enum class Sharing : std::uint8_t { Refuse, Allow };

    /// Binds `count` sockets with SO_REUSEPORT. Port 0 lets the kernel choose one for all. A port
    /// that another process listens on is an error although SO_REUSEPORT would let us share it: two
    /// gateways that split the traffic by accident are a riddle at night. Who means it allows it;
    /// the kernel still demands SO_REUSEPORT of the other one, and the same user.
    [[nodiscard]] static Result<ListenerSet>
    bind(const std::string &host, std::uint16_t port, int count, Sharing sharing = Sharing::Refuse);

    /// Sockets that listen already: a service manager's, or a predecessor's. Owns `fds` from the
    /// call on, also when it fails. Each of `count` workers gets a descriptor of its own; there are
    /// more than `count` when there are more sockets, because a socket that nobody accepts from
    /// leaves its callers hanging.
    ///
    /// Fewer sockets than workers: several share one, and a caller that comes while they all sleep
    /// wakes them all (their epoll sets cannot ask for EPOLLEXCLUSIVE through Qt's notifiers). It
    /// costs the others one accept4() that finds nothing, a few microseconds, and only when they
    /// had nothing to do: the herd is as large as the idle CPUs, never as large as the connections.
    [[nodiscard]] static Result<ListenerSet> adopt(const std::vector<int> &fds, int count);

    /// Further descriptors of the same sockets, one for each: what a successor is given.
    [[nodiscard]] Result<ListenerSet> duplicate() const;

    [[nodiscard]] SocketAddress address() const noexcept { return m_address; }

    [[nodiscard]] std::size_t size() const noexcept { return m_descriptors.size(); }

    /// Still the set's.
    [[nodiscard]] const std::vector<int> &descriptors() const noexcept { return m_descriptors; }

    /// Takes the next descriptor; the caller closes it.
    [[nodiscard]] int release() noexcept;

private:
    SocketAddress m_address;
    std::vector<int> m_descriptors;
    std::size_t m_sockets = 0; // the first descriptors; those after them are duplicates
};

} // namespace meridian::net
