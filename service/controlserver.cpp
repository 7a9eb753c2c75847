// SPDX-License-Identifier: MIT
// The control plane's HTTP server: QHttpServer without a port, fed connections by the workers.
#include "service/controlserver.h"

#include "service/adminhttp.h"

#include <QHttpServer>
#include <QTcpServer>
#include <QTcpSocket>

#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace meridian::service {

namespace {

/// QTcpSocket takes any descriptor, and would wait on it for ever.
bool isStreamSocket(int fd)
{
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

} // namespace

/// A QTcpServer that listens to nobody: connections are put in by hand. The pending connection is
/// kept here, because QTcpServer's own list warns about every one taken while it does not listen.
class ControlServer::Feeder : public QTcpServer
{
public:
    bool feed(int fd)
    {
        auto socket = std::make_unique<QTcpSocket>();
        if (m_open >= MaxConnections || !isStreamSocket(fd) || !socket->setSocketDescriptor(fd)) {
            ::close(fd);
            return false;
        }
        ++m_open;
        connect(socket.get(), &QObject::destroyed, this, [this] { --m_open; });
        socket->setParent(this);
        m_pending = socket.release();
        Q_EMIT pendingConnectionAvailable(
            {}); // what QHttpServer 6.4 listens to; it takes the socket now
        if (m_pending != nullptr) {
            Q_EMIT newConnection(); // what other versions listen to
        }
        return true;
    }

    [[nodiscard]] bool hasPendingConnections() const override { return m_pending != nullptr; }

    QTcpSocket *nextPendingConnection() override { return std::exchange(m_pending, nullptr); }

    [[nodiscard]] std::size_t open() const noexcept { return m_open; }

private:
    QTcpSocket *m_pending = nullptr; // owned as a child
    std::size_t m_open = 0;
};

ControlServer::ControlServer(admin::AdminService &service)
    : m_api(service)
    , m_server(std::make_unique<QHttpServer>())
{
}

ControlServer::~ControlServer() = default;

Result<void> ControlServer::start()
{
    Q_ASSERT(m_feeder == nullptr);
    attachAdminApi(*m_server, m_api);
    auto feeder = std::make_unique<Feeder>();
    // bind() refuses a server that does not listen; nobody can connect between here and close(),
    // because the main thread does not accept
    if (!feeder->listen(QHostAddress::LocalHost, 0)) {
        return failure(ErrorCode::SystemCall, feeder->errorString().toStdString());
    }
    m_feeder = feeder.release();
    m_server->bind(m_feeder); // takes ownership
    m_feeder->close();
    return {};
}

bool ControlServer::adopt(int fd)
{
    Q_ASSERT(m_feeder != nullptr);
    return m_feeder->feed(fd);
}

std::size_t ControlServer::connections() const noexcept
{
    return m_feeder == nullptr ? 0 : m_feeder->open();
}

} // namespace meridian::service
