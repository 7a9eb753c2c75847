// SPDX-License-Identifier: MIT
// The control plane's HTTP server: QHttpServer without a port, fed connections by the workers.
#pragma once

#include "core/base/result.h"
#include "service/adminapi.h"

#include <cstddef>
#include <memory>

class QHttpServer;

namespace meridian::admin {
class AdminService;
} // namespace meridian::admin

namespace meridian::service {

/// QHttpServer has no limits and no time-outs, so it meets no network peer: a worker has parsed,
/// bounded and authorised a request before it writes it into a socket pair whose other end comes
/// here. Main thread only; it needs the running event loop. Holds no TCP port after start().
class ControlServer
{
public:
    /// One connection per worker is the rule; this is the bound.
    static constexpr std::size_t MaxConnections = 256;

    /// `service` outlives the server.
    explicit ControlServer(admin::AdminService &service);
    ~ControlServer();
    ControlServer(const ControlServer &) = delete;
    ControlServer &operator=(const ControlServer &) = delete;

    /// As AdminApi::setConfigPlace().
    void setConfigPlace(AdminApi::ConfigPlaceOf place) { m_api.setConfigPlace(std::move(place)); }

    /// The same answers without HTTP, for a window in this process.
    [[nodiscard]] AdminApi &api() noexcept { return m_api; }

    /// Paths that the API does not have by itself.
    void add(std::unique_ptr<AdminSection> section) { m_api.add(std::move(section)); }

    /// Once. Fails when no loopback socket can be opened for a moment.
    Result<void> start();

    /// Serves HTTP/1.1 on one end of a stream socket pair until the other end closes. Owns `fd` in
    /// any case; false if it was closed because of the bound or because it is no usable socket.
    bool adopt(int fd);

    [[nodiscard]] std::size_t connections() const noexcept;

private:
    class Feeder;

    AdminApi m_api;
    std::unique_ptr<QHttpServer> m_server; // owns m_feeder
    Feeder *m_feeder = nullptr;
};

} // namespace meridian::service
