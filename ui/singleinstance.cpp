// SPDX-License-Identifier: MIT
// One window per user: a second start raises the first.
#include "ui/singleinstance.h"

#include <QLocalSocket>

namespace meridian::ui {

namespace {

constexpr int PatienceMs = 500; // twice: to connect, and to be heard

} // namespace

SingleInstance::SingleInstance(const QString &name, QObject *parent)
    : QObject(parent)
    , m_name(name)
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::onKnock);
}

bool SingleInstance::acquire()
{
    if (knock()) {
        return false;
    }
    if (m_server.listen(m_name)) {
        return true;
    }
    // left behind by a process that ended badly: nobody answered the knock
    QLocalServer::removeServer(m_name);
    return m_server.listen(m_name) || !knock(); // better two windows than none
}

bool SingleInstance::knock()
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(PatienceMs)) {
        return false;
    }
    socket.write("raise\n");
    socket.waitForBytesWritten(PatienceMs);
    socket.disconnectFromServer();
    return true;
}

void SingleInstance::onKnock()
{
    while (QLocalSocket *const socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        socket->abort(); // that somebody came says everything
        socket->deleteLater();
    }
    Q_EMIT raiseRequested();
}

} // namespace meridian::ui
