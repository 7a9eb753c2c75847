// SPDX-License-Identifier: MIT
// Listening sockets: one per worker on the same port, shared out by the kernel.
#pragma once

#include "core/base/result.h"
#include "core/net/socketaddress.h"

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

    /// Binds `count` sockets with SO_REUSEPORT. Port 0 lets the kernel choose one for all. A port
    /// that another process listens on is an error although SO_REUSEPORT would let us share it: two
    /// gateways that split the traffic by accident are a riddle at night.
    [[nodiscard]] static Result<ListenerSet>
    bind(const std::string &host, std::uint16_t port, int count);

    [[nodiscard]] SocketAddress address() const noexcept { return m_address; }

    /// Takes the next descriptor; the caller closes it.
    [[nodiscard]] int release() noexcept;

private:
    SocketAddress m_address;
    std::vector<int> m_descriptors;
};

} // namespace meridian::net
