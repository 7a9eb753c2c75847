// SPDX-License-Identifier: MIT
// Listening sockets: N on one port, but never on somebody else's.
#include "core/net/listener.h"
#include "tests/net/loopbacksockets.h"

#include <QtTest>

#include <fcntl.h>
#include <vector>

using namespace meridian;
using namespace meridian::net;

class TestListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void portZeroIsSharedByAll()
    {
        auto set = ListenerSet::bind("127.0.0.1", 0, 3);
        QVERIFY(set.has_value());
        const SocketAddress address = set->address();
        QVERIFY(address.port() != 0);
        std::vector<int> fds;
        for (int fd = set->release(); fd >= 0; fd = set->release()) {
            QCOMPARE(SocketAddress::ofLocal(fd).port(), address.port());
            QVERIFY((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
            QVERIFY((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
            fds.push_back(fd);
        }
        QCOMPARE(fds.size(), std::size_t{3});
        const int client = connectTo(address);
        QVERIFY(client >= 0);
        ::close(client);
        for (const int fd : fds) {
            ::close(fd);
        }
        QCOMPARE(connectTo(address), -1); // released means ours to close
    }

    void aPortInUseIsRefusedAlthoughItCouldBeShared()
    {
        const auto first = ListenerSet::bind("127.0.0.1", 0, 1); // has SO_REUSEPORT
        QVERIFY(first.has_value());
        const auto second = ListenerSet::bind("127.0.0.1", first->address().port(), 2);
        QVERIFY(!second.has_value());
        QVERIFY(second.error().detail.find(std::to_string(first->address().port())) !=
                std::string::npos);
    }

    void destructionFreesThePort()
    {
        std::uint16_t port = 0;
        {
            const auto set = ListenerSet::bind("127.0.0.1", 0, 2);
            QVERIFY(set.has_value());
            port = set->address().port();
        }
        auto again = ListenerSet::bind("127.0.0.1", port, 2);
        QVERIFY(again.has_value());
        QCOMPARE(again->address().port(), port);
        ListenerSet moved = std::move(*again);
        QCOMPARE(again->release(), -1); // NOLINT(bugprone-use-after-move): moved-from owns nothing
        const int fd = moved.release();
        QVERIFY(fd >= 0);
        ::close(fd);
    }

    void namesAndNonsense()
    {
        const auto named = ListenerSet::bind("localhost", 0, 1);
        QVERIFY(named.has_value());
        QVERIFY(named->address().isLoopback());
        QVERIFY(!ListenerSet::bind("no such host.invalid", 0, 1));
        const auto foreign = ListenerSet::bind("192.0.2.1", 0, 1); // TEST-NET: not ours
        QVERIFY(!foreign.has_value());
        QVERIFY(foreign.error().detail.find("192.0.2.1") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
