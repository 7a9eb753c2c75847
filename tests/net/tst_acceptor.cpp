// SPDX-License-Identifier: MIT
// Accepting: up to the cap, not without descriptors, and to the last caller at the end.
#include "core/event/loop.h"
#include "core/net/acceptor.h"
#include "core/net/listener.h"
#include "tests/event/dispatcherthread.h"
#include "tests/net/loopbacksockets.h"

#include <QtTest>

#include <cerrno>
#include <sys/resource.h>
#include <vector>

using namespace meridian::event;
using namespace meridian::net;

namespace {

/// An acceptor on a port of its own that keeps what it accepts.
struct Fixture
{
    explicit Fixture(std::size_t cap)
        : budget(cap)
        , listener(*ListenerSet::bind("127.0.0.1", 0, 1))
        , address(listener.address())
        , acceptor(loop,
                   listener.release(),
                   budget,
                   {[this](int fd, const SocketAddress &peer) {
                        isPeerLoopback &= peer.isLoopback();
                        accepted.push_back(fd);
                        budget.add();
                    },
                    [this] { ++pauses; }, [this](int error) { errors.push_back(error); }})
    {
    }

    ~Fixture()
    {
        for (const int fd : accepted) {
            ::close(fd);
        }
        for (const int fd : clients) {
            ::close(fd);
        }
    }

    void connectSome(int count)
    {
        for (int i = 0; i < count; ++i) {
            clients.push_back(connectTo(address));
            QVERIFY(clients.back() >= 0);
        }
    }

    void closeOneAccepted()
    {
        ::close(accepted.back());
        accepted.pop_back();
        budget.remove();
    }

    Loop loop;
    ConnectionBudget budget;
    ListenerSet listener;
    SocketAddress address;
    std::vector<int> accepted;
    std::vector<int> clients;
    std::vector<int> errors;
    int pauses = 0;
    bool isPeerLoopback = true;
    Acceptor acceptor;
};

/// Turns of the loop during a stretch of time: a spinning one has thousands.
int turnsWithin(EpollDispatcher &dispatcher, std::chrono::milliseconds span)
{
    int turns = 0;
    const auto end = std::chrono::steady_clock::now() + span;
    bool isOver = false;
    QTimer::singleShot(span, &dispatcher, [&] { isOver = true; });
    while (!isOver && std::chrono::steady_clock::now() < end + std::chrono::seconds(5)) {
        dispatcher.processEvents(QEventLoop::WaitForMoreEvents);
        ++turns;
    }
    return turns;
}

} // namespace

class TestAcceptor : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void acceptsWhoComes()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture(1000);
            fixture.connectSome(150); // more than a turn takes
            turn(dispatcher);
            QVERIFY(!fixture.accepted.empty() && fixture.accepted.size() < 150);
            QVERIFY(turnUntil(dispatcher, [&] { return fixture.accepted.size() == 150; }));
            QVERIFY(fixture.isPeerLoopback);
            QCOMPARE(fixture.pauses, 0);
            QVERIFY(fixture.errors.empty());
        });
    }

    void pausesAtTheCapAndGoesOn()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture(2);
            fixture.connectSome(4);
            QVERIFY(turnUntil(dispatcher, [&] { return fixture.pauses > 0; }));
            QCOMPARE(fixture.accepted.size(), std::size_t{2});
            const int turns = turnsWithin(dispatcher, std::chrono::milliseconds(300));
            QVERIFY2(turns < 60, "spins at the cap");
            QCOMPARE(fixture.accepted.size(), std::size_t{2});
            QCOMPARE(fixture.pauses, 1); // said once, not at every look
            fixture.closeOneAccepted();
            QVERIFY(turnUntil(dispatcher, [&] { return fixture.budget.open() == 2; }));
            QVERIFY(turnUntil(dispatcher, [&] { return fixture.pauses == 2; }));
            fixture.closeOneAccepted();
            QVERIFY(turnUntil(dispatcher, [&] { return fixture.budget.open() == 2; }));
            QVERIFY(fixture.errors.empty());
        });
    }

    void withoutDescriptorsItBacksOff()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture(1000);
            fixture.connectSome(3);
            rlimit before{};
            QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
            rlimit low = before;
            low.rlim_cur = static_cast<rlim_t>(fixture.clients.back()) + 1; // all below are taken
            while (true) { // holes below the limit are filled first
                const int filler = ::dup(0);
                if (filler < 0 || filler >= static_cast<int>(low.rlim_cur)) {
                    ::close(filler);
                    break;
                }
                fixture.clients.push_back(filler);
            }
            QCOMPARE(::setrlimit(RLIMIT_NOFILE, &low), 0);
            const int turns = turnsWithin(dispatcher, std::chrono::milliseconds(300));
            const std::vector<int> errors = fixture.errors;
            const std::size_t accepted = fixture.accepted.size();
            ::setrlimit(RLIMIT_NOFILE, &before);
            QCOMPARE(accepted, std::size_t{0});
            QVERIFY(!errors.empty());
            QCOMPARE(errors.front(), EMFILE);
            QVERIFY2(errors.size() <= 10 && turns < 60, "spins without descriptors");
            QVERIFY(turnUntil(dispatcher, [&] { return fixture.accepted.size() == 3; }));
        });
    }

    void stopAcceptsWhatIsQueued()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture(1000);
            fixture.connectSome(100);
            fixture.acceptor.stop();
            QCOMPARE(fixture.accepted.size(), std::size_t{100});
            QCOMPARE(connectTo(fixture.address), -1);
            QVERIFY(fixture.errors.empty());
            fixture.acceptor.stop(); // twice is once
            turn(dispatcher);
            QCOMPARE(fixture.accepted.size(), std::size_t{100});
        });
    }

    void stopWithoutDescriptorsSaysItOnce()
    {
        DispatcherThread::run([](EpollDispatcher &) {
            Fixture fixture(1000);
            fixture.connectSome(3);
            rlimit before{};
            QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
            rlimit none = before;
            none.rlim_cur = 3; // all of these are taken
            QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
            fixture.acceptor.stop();
            ::setrlimit(RLIMIT_NOFILE, &before);
            QCOMPARE(fixture.errors, std::vector<int>{EMFILE});
            QVERIFY(fixture.accepted.empty());
        });
    }

    void stopAtTheCapDoesNotOverrunIt()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture(5);
            fixture.connectSome(8);
            fixture.acceptor.stop();
            QCOMPARE(fixture.accepted.size(), std::size_t{5});
            turnsWithin(dispatcher, std::chrono::milliseconds(120)); // no timer is left behind
            QCOMPARE(fixture.accepted.size(), std::size_t{5});
        });
    }
};

QTEST_GUILESS_MAIN(TestAcceptor)
#include "tst_acceptor.moc"
