// SPDX-License-Identifier: MIT
// Listening sockets: N on one port, but never on somebody else's.
#include "core/net/listener.h"
#include "tests/net/loopbacksockets.h"

#include <QtTest>

#include <fcntl.h>
#include <sys/socket.h>
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

    void sharingIsForThoseWhoAskForIt()
    {
        const auto first = ListenerSet::bind("127.0.0.1", 0, 1);
        QVERIFY(first.has_value());
        const std::uint16_t port = first->address().port();
        const auto second = ListenerSet::bind("127.0.0.1", port, 2, ListenerSet::Sharing::Allow);
        QVERIFY(second.has_value());
        QCOMPARE(second->address().port(), port);
        QCOMPARE(second->size(), std::size_t{2});
    }

    void adoptedSocketsAreShared()
    {
        auto owner = ListenerSet::bind("127.0.0.1", 0, 1);
        QVERIFY(owner.has_value());
        const SocketAddress address = owner->address();
        const int fd = owner->release();
        ::fcntl(fd, F_SETFL, 0); // blocking and inheritable, as a service manager's is
        ::fcntl(fd, F_SETFD, 0);
        auto set = ListenerSet::adopt({fd}, 3);
        QVERIFY(set.has_value());
        QCOMPARE(set->size(), std::size_t{3});
        QCOMPARE(set->address().port(), address.port());
        for (const int one : set->descriptors()) {
            QVERIFY((::fcntl(one, F_GETFL) & O_NONBLOCK) != 0);
            QVERIFY((::fcntl(one, F_GETFD) & FD_CLOEXEC) != 0);
        }
        const int client = connectTo(address);
        QVERIFY(client >= 0);
        const int accepted = ::accept(set->descriptors().back(), nullptr, nullptr);
        QVERIFY(accepted >= 0); // each descriptor is the same queue
        ::close(accepted);
        ::close(client);
        const auto copies = set->duplicate();
        QVERIFY(copies.has_value());
        QCOMPARE(copies->size(), std::size_t{1}); // one socket, however many share it
        *set = ListenerSet();
        const int queued = connectTo(address); // the copy keeps the port open
        QVERIFY(queued >= 0);
        ::close(queued);
    }

    void moreSocketsThanWorkersAreAllKept()
    {
        auto owner = ListenerSet::bind("127.0.0.1", 0, 3);
        QVERIFY(owner.has_value());
        std::vector<int> fds;
        for (int fd = owner->release(); fd >= 0; fd = owner->release()) {
            fds.push_back(fd);
        }
        const auto set = ListenerSet::adopt(fds, 1);
        QVERIFY(set.has_value());
        QCOMPARE(set->size(), std::size_t{3});
        QCOMPARE(set->duplicate()->size(), std::size_t{3});
    }

    void whatDoesNotListenIsRefused()
    {
        QVERIFY(!ListenerSet::adopt({}, 2));
        const int plain = ::socket(AF_INET, SOCK_STREAM, 0);
        const auto silent = ListenerSet::adopt({plain}, 1);
        QVERIFY(!silent.has_value());
        QVERIFY(silent.error().detail.find("does not listen") != std::string::npos);
        QCOMPARE(::fcntl(plain, F_GETFD), -1); // owned from the call on
        QVERIFY(!ListenerSet::adopt({::socket(AF_INET, SOCK_DGRAM, 0)}, 1));
        QVERIFY(!ListenerSet::adopt({::socket(AF_UNIX, SOCK_STREAM, 0)}, 1));
        QVERIFY(!ListenerSet::adopt({::open("/dev/null", O_RDONLY)}, 1));
        QVERIFY(!ListenerSet::adopt({-1}, 1));
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
