// SPDX-License-Identifier: MIT
// ControlServer over socket pairs: what a worker sees of it, byte by byte. No port is involved.
#include "service/controlserver.h"
#include "tests/admin/fakemediator.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <array>
#include <fcntl.h>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace meridian;
using test::FakeMediator;
using test::record;

namespace {

constexpr int BoundMs = 5000;

/// The worker's end of the pair.
class Peer
{
public:
    explicit Peer(service::ControlServer &server)
    {
        std::array<int, 2> fds{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0) {
            m_fd = fds[0];
            m_adopted = server.adopt(fds[1]);
        }
    }

    ~Peer() { close(); }

    Peer(const Peer &) = delete;
    Peer &operator=(const Peer &) = delete;

    void close()
    {
        if (m_fd >= 0) {
            ::close(std::exchange(m_fd, -1));
        }
    }

    bool isAdopted() const { return m_adopted; }

    /// Sends a request and reads one response: head, and the body its Content-Length tells.
    QByteArray exchange(const QByteArray &request, bool hasBody = true)
    {
        if (::write(m_fd, request.constData(), static_cast<size_t>(request.size())) !=
            request.size()) {
            return "cannot write";
        }
        QByteArray in;
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < BoundMs) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
            std::array<char, 65536> buffer{};
            const ssize_t got = ::read(m_fd, buffer.data(), buffer.size());
            if (got == 0) {
                return "closed";
            }
            if (got > 0) {
                in.append(buffer.data(), got);
            }
            const qsizetype head = in.indexOf("\r\n\r\n");
            if (head < 0) {
                continue;
            }
            const qsizetype wanted = head + 4 + (hasBody ? contentLength(in.left(head)) : 0);
            if (in.size() >= wanted) {
                return in;
            }
        }
        return "timeout";
    }

    static qsizetype contentLength(const QByteArray &head)
    {
        const QByteArray lower = head.toLower();
        const qsizetype at = lower.indexOf("\r\ncontent-length: ");
        return at < 0 ? 0
                      : lower.mid(at + 18, lower.indexOf("\r\n", at + 2) - at - 18)
                            .trimmed()
                            .toLongLong();
    }

    bool seesEnd()
    {
        char byte = 0;
        return QTest::qWaitFor([&] { return ::read(m_fd, &byte, 1) == 0; }, BoundMs);
    }

private:
    int m_fd = -1;
    bool m_adopted = false;
};

QByteArray request(const QByteArray &method, const QByteArray &path)
{
    return method + ' ' + path +
           " HTTP/1.1\r\nHost: control\r\nX-Meridian-Principal: local 127.0.0.1\r\n\r\n";
}

} // namespace

class TestControlServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsAlive();
    void head();
    void errors();
    void principals();
    void encodedModelId();
    void notModified();
    void postWithBody();
    void largeMetrics();
    void manyConnections();
    void boundIsKept();
    void badDescriptorIsRefused();
    void peerThatLeaves();
    void holdsNoPort();
    void isQuiet();

private:
    std::unique_ptr<FakeMediator> m_gateway;
    std::unique_ptr<admin::AdminService> m_service;
    std::unique_ptr<service::ControlServer> m_server;
};

void TestControlServer::init()
{
    m_server.reset();
    m_gateway = std::make_unique<FakeMediator>();
    m_service = std::make_unique<admin::AdminService>(*m_gateway);
    m_server = std::make_unique<service::ControlServer>(*m_service);
    QVERIFY(m_server->start());
}

void TestControlServer::keepsAlive()
{
    Peer peer(*m_server);
    for (int i = 0; i < 50; ++i) {
        const QByteArray response =
            peer.exchange(request("GET", i % 2 == 0 ? "/healthz" : "/meridian/version"));
        QVERIFY2(response.startsWith("HTTP/1.1 200 OK\r\n"), response.constData());
        QVERIFY(response.endsWith(i % 2 == 0 ? "\r\n\r\nOK" : "\"api\":\"0.9.1\"}"));
        QCOMPARE(response.toLower().count("content-length:"), 1);
    }
    QCOMPARE(m_server->connections(), 1U);
}

void TestControlServer::head()
{
    Peer peer(*m_server);
    const QByteArray response = peer.exchange(request("HEAD", "/meridian/version"), false);
    QVERIFY(response.startsWith("HTTP/1.1 200 OK\r\n"));
    QVERIFY2(response.endsWith("\r\n\r\n"), response.constData()); // no body
    QVERIFY(Peer::contentLength(response) > 0);                    // but its length
    // a stray body byte would be read as the start of this one
    QVERIFY(peer.exchange(request("GET", "/healthz")).startsWith("HTTP/1.1 200 OK\r\n"));
}

void TestControlServer::errors()
{
    Peer peer(*m_server);
    const QByteArray missing = peer.exchange(request("GET", "/nope?x=1"));
    QVERIFY2(missing.startsWith("HTTP/1.1 404 "), missing.constData());
    QVERIFY(missing.contains("\"message\":\"Unknown request URL: GET /nope\""));
    const QByteArray refused = peer.exchange(request("DELETE", "/metrics"));
    QVERIFY2(refused.startsWith("HTTP/1.1 405 "), refused.constData());
    QVERIFY(refused.contains("\r\nAllow: GET, HEAD\r\n"));
    m_gateway->draining = true;
    const QByteArray notReady = peer.exchange(request("GET", "/readyz"));
    QVERIFY2(notReady.startsWith("HTTP/1.1 503 "), notReady.constData());
}

void TestControlServer::principals()
{
    Peer peer(*m_server);
    const auto asked = [&](const QByteArray &principal) {
        return peer.exchange("GET /meridian/session HTTP/1.1\r\nHost: c\r\n" + principal + "\r\n");
    };
    QVERIFY(asked("X-Meridian-Principal: network 10.1.2.3\r\n")
                .contains(R"("principal":{"kind":"network","name":"10.1.2.3"})"));
    QVERIFY(
        asked("X-Meridian-Principal: token ::1\r\n").contains(R"("kind":"token","name":"::1")"));
    // nobody in particular is not let in
    for (const char *principal :
         {"", "X-Meridian-Principal: anyone 10.0.0.1\r\n", "X-Meridian-Principal: process\r\n",
          "X-Meridian-Principal: root\r\n"}) {
        QVERIFY2(asked(principal).startsWith("HTTP/1.1 403 "), principal);
    }
}

void TestControlServer::encodedModelId()
{
    Peer peer(*m_server);
    QVERIFY(
        peer.exchange(request("GET", "/v1/models/qwen/qwen2.5:0.5b")).startsWith("HTTP/1.1 200 "));
    QVERIFY(peer.exchange(request("GET", "/v1/models/qwen%2Fqwen2.5%3A0.5b"))
                .startsWith("HTTP/1.1 200 "));
    QVERIFY(peer.exchange(request("GET", "/v1/models/qwen")).startsWith("HTTP/1.1 404 "));
    QVERIFY(peer.exchange(request("GET", "/meridian/requests?limit=1"))
                .endsWith("{\"requests\":[],\"next\":0,\"missed\":0}"));
}

void TestControlServer::notModified()
{
    Peer peer(*m_server);
    const QByteArray page = peer.exchange(request("GET", "/ui"));
    const qsizetype at = page.indexOf("\r\nETag: ") + 8;
    const QByteArray etag = page.mid(at, page.indexOf("\r\n", at) - at);
    const QByteArray again =
        peer.exchange("GET /ui HTTP/1.1\r\nHost: c\r\nIf-None-Match: " + etag + "\r\n\r\n");
    QVERIFY2(again.startsWith("HTTP/1.1 304 "), again.constData());
    QVERIFY(again.endsWith("\r\n\r\n"));
    QVERIFY(!again.toLower().contains("content-length"));
    QVERIFY(peer.exchange(request("GET", "/healthz")).startsWith("HTTP/1.1 200 "));
}

void TestControlServer::postWithBody()
{
    Peer peer(*m_server);
    const QByteArray refused = peer.exchange(
        "POST /metrics HTTP/1.1\r\nHost: c\r\nX-Meridian-Principal: token 10.0.0.1\r\n"
        "Content-Length: 5\r\n\r\nhello");
    QVERIFY2(refused.startsWith("HTTP/1.1 405 "), refused.constData());
    QVERIFY(peer.exchange(request("GET", "/healthz")).startsWith("HTTP/1.1 200 "));
}

void TestControlServer::largeMetrics()
{
    for (int i = 0; i < 1000; ++i) {
        m_gateway->settle(record("backend-" + std::to_string(i % 4), "model-" + std::to_string(i)));
    }
    Peer peer(*m_server);
    for (int i = 0; i < 3; ++i) {
        const QByteArray page = peer.exchange(request("GET", "/metrics"));
        QVERIFY2(page.size() > 250'000, qPrintable(QString::number(page.size())));
        QVERIFY(page.contains("process_start_time_seconds"));
        QVERIFY(page.endsWith('\n'));
    }
}

void TestControlServer::manyConnections()
{
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < 64; ++i) {
        peers.push_back(std::make_unique<Peer>(*m_server));
        QVERIFY(peers.back()->isAdopted());
    }
    for (const auto &peer : peers) {
        QVERIFY(peer->exchange(request("GET", "/healthz")).endsWith("OK"));
    }
    QCOMPARE(m_server->connections(), 64U);
    peers.clear();
    QTRY_COMPARE(m_server->connections(), 0U);
}

void TestControlServer::boundIsKept()
{
    std::vector<std::unique_ptr<Peer>> peers;
    for (std::size_t i = 0; i < service::ControlServer::MaxConnections; ++i) {
        peers.push_back(std::make_unique<Peer>(*m_server));
        QVERIFY(peers.back()->isAdopted());
    }
    Peer tooMany(*m_server);
    QVERIFY(!tooMany.isAdopted());
    QVERIFY(tooMany.seesEnd());
    peers.pop_back();
    QTRY_COMPARE(m_server->connections(), service::ControlServer::MaxConnections - 1);
    Peer fits(*m_server);
    QVERIFY(fits.isAdopted());
}

void TestControlServer::badDescriptorIsRefused()
{
    const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    QVERIFY(file >= 0);
    QVERIFY(!m_server->adopt(file));
    QCOMPARE(::fcntl(file, F_GETFD), -1); // closed
    QCOMPARE(m_server->connections(), 0U);
}

void TestControlServer::peerThatLeaves()
{
    Peer peer(*m_server);
    QCOMPARE(m_server->connections(), 1U);
    peer.close();
    QTRY_COMPARE(m_server->connections(), 0U);
    Peer other(*m_server);
    QVERIFY(other.exchange(request("GET", "/healthz")).endsWith("OK"));
    m_server.reset(); // with a live connection
    QVERIFY(other.seesEnd());
}

/// No listening TCP socket in this process: /proc/self/fd against /proc/net/tcp's state 0A.
void TestControlServer::holdsNoPort()
{
    QSet<QByteArray> inodes;
    for (const QFileInfo &entry :
         QDir(QStringLiteral("/proc/self/fd")).entryInfoList(QDir::System | QDir::Files)) {
        std::array<char, 128> target{};
        const QByteArray path = entry.filePath().toUtf8();
        const ssize_t size = ::readlink(path.constData(), target.data(), target.size());
        if (size > 9 && QByteArray(target.data(), size).startsWith("socket:[")) {
            inodes.insert(QByteArray(target.data() + 8, size - 9));
        }
    }
    for (const char *table : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
        QFile file(QString::fromLatin1(table));
        if (!file.open(QIODevice::ReadOnly)) {
            continue;
        }
        for (const QByteArray &line : file.readAll().split('\n')) {
            const QList<QByteArray> words = line.simplified().split(' ');
            if (words.size() > 9 && words.at(3) == "0A") {
                QVERIFY2(!inodes.contains(words.at(9)), line.constData());
            }
        }
    }
}

void TestControlServer::isQuiet()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    init();
    Peer peer(*m_server);
    QVERIFY(peer.exchange(request("GET", "/meridian/status")).startsWith("HTTP/1.1 200 "));
    peer.close();
    QTRY_COMPARE(m_server->connections(), 0U);
}

QTEST_GUILESS_MAIN(TestControlServer)
#include "tst_controlserver.moc"
