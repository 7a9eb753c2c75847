// SPDX-License-Identifier: MIT
// A connection: output in order whatever its sizes, congestion paired with drained, and its end.
#include "core/net/connection.h"
#include "core/net/listener.h"
#include "tests/net/loopbacksockets.h"
#include "tests/event/dispatcherthread.h"

#include <QtTest>

#include <cerrno>
#include <memory>
#include <string>

using namespace meridian::event;
using namespace meridian::net;

namespace {

struct Owner final : ConnectionEvents
{
    void onConnected() override { ++connected; }

    void onBytes(std::string_view bytes) override { received.append(bytes); }

    void onPeerClosed() override { ++peerClosed; }

    void onFailed(int error, const std::string &) override
    {
        ++failed;
        lastError = error;
    }

    void onDrained() override
    {
        ++drained;
        if (whenDrained) {
            whenDrained();
        }
    }

    void onFlushed() override { ++flushed; }

    std::string received;
    std::function<void()> whenDrained;
    int connected = 0;
    int peerClosed = 0;
    int failed = 0;
    int lastError = 0;
    int drained = 0;
    int flushed = 0;
};

/// A connection over a socketpair; the test holds the other end.
struct Fixture
{
    Fixture()
        : connection(loop, std::exchange(pair.ours, -1), owner)
    {
    }

    /// What the peer can read now, at most `most` bytes.
    std::string take(std::size_t most = 1 << 20)
    {
        std::string text(most, '\0');
        const ssize_t size = ::read(pair.theirs, text.data(), text.size());
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }

    SocketPair pair;
    Loop loop;
    Owner owner;
    Connection connection;
};

/// Turns without waiting: the peer is read in between, so that the loop may have nothing to wait
/// for.
bool spinUntil(EpollDispatcher &dispatcher, const std::function<bool()> &condition)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        turn(dispatcher);
    }
    return true;
}

std::string pattern(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
    }
    return text;
}

} // namespace

class TestConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void shortOutputAfterShortOutputIsKept()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            fixture.loop.returnBuffer(std::string(4096, 'x')); // there is a larger one to be had
            fixture.connection.output().append("ab");
            fixture.connection.commit();
            fixture.connection.output().append("cd");
            fixture.connection.commit();
            fixture.connection.write("ef");
            QCOMPARE(fixture.connection.unsent(), std::size_t{6});
            QVERIFY(fixture.take().empty()); // leaves at the end of the turn
            turn(dispatcher);
            QCOMPARE(fixture.take(), std::string("abcdef"));
            QCOMPARE(fixture.owner.flushed, 1);
            QCOMPARE(fixture.connection.unsent(), std::size_t{0});
            QVERIFY(fixture.connection.bytesSent() == 6);
        });
    }

    void manySmallWritesThenALargeOne()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            const std::string whole = pattern(1'500'000);
            std::size_t at = 0;
            for (std::size_t size = 0; at + size < 60'000; size = (size + 1) % 60) {
                fixture.connection.write(std::string_view(whole).substr(at, size));
                at += size;
            }
            fixture.connection.write(std::string_view(whole).substr(at));
            std::string got;
            QVERIFY(spinUntil(dispatcher, [&] {
                got += fixture.take(50'000);
                return got.size() >= whole.size();
            }));
            QVERIFY(got == whole);
            QVERIFY(fixture.connection.bytesSent() == whole.size());
            QCOMPARE(fixture.owner.failed, 0);
        });
    }

    void congestionIsFollowedByOneDrained()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            Connection &connection = fixture.connection;
            const std::string whole = pattern(4'000'000);
            std::size_t at = 0;
            int congestions = 0;
            int violations = 0;
            const auto writeMore = [&] { // a source that respects congestion
                while (at < whole.size() && !connection.isCongested()) {
                    connection.write(std::string_view(whole).substr(at, 10'000));
                    at += 10'000;
                }
                congestions += connection.isCongested() ? 1 : 0;
            };
            fixture.owner.whenDrained = [&] {
                violations +=
                    connection.isCongested() || connection.unsent() >= Connection::HighWatermark / 2
                        ? 1
                        : 0;
                writeMore();
            };
            writeMore();
            QVERIFY(connection.isCongested());
            std::string got;
            std::size_t mostUnsent = 0;
            QVERIFY(spinUntil(dispatcher, [&] {
                mostUnsent = std::max(mostUnsent, connection.unsent());
                got += fixture.take(3000); // slow
                return got.size() >= whole.size();
            }));
            QVERIFY(got == whole);
            QVERIFY(congestions > 5);
            QCOMPARE(fixture.owner.drained, congestions);
            QCOMPARE(violations, 0);
            QVERIFY(mostUnsent <= Connection::HighWatermark + 10'000);
            QVERIFY(!connection.isCongested());
        });
    }

    void externalBytesFollowWhatIsBuffered()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            const std::string body = pattern(700'000);
            fixture.connection.write("head ");
            fixture.connection.writeFrom(body);
            QCOMPARE(fixture.connection.unsent(), body.size() + 5);
            QVERIFY(fixture.connection.isCongested());
            std::string got;
            QVERIFY(spinUntil(dispatcher, [&] {
                got += fixture.take(40'000);
                return got.size() >= body.size() + 5;
            }));
            QVERIFY(got == "head " + body);
            QVERIFY(turnUntil(dispatcher, [&] { return fixture.owner.flushed == 1; }));
            fixture.connection.writeFrom("again"); // one at a time, but not only once
            turn(dispatcher);
            QCOMPARE(fixture.take(), std::string("again"));
        });
    }

    void closingInsideDrainedIsSafe()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            fixture.owner.whenDrained = [&] { fixture.connection.close(); };
            fixture.connection.write(pattern(1'000'000));
            QVERIFY(spinUntil(dispatcher, [&] {
                fixture.take(40'000);
                return fixture.owner.drained == 1;
            }));
            QVERIFY(!fixture.connection.isOpen());
            QCOMPARE(fixture.connection.unsent(), std::size_t{0});
            QCOMPARE(fixture.owner.flushed, 0);
            fixture.connection.write("late"); // goes nowhere, quietly
            turn(dispatcher);
            QCOMPARE(fixture.connection.unsent(), std::size_t{0});
        });
    }

    void readsAndPauses()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            QVERIFY(fixture.connection.isQuiet());
            fixture.connection.pauseReading();
            QCOMPARE(::write(fixture.pair.theirs, "hello", 5), ssize_t{5});
            turn(dispatcher);
            QVERIFY(fixture.owner.received.empty());
            QVERIFY(!fixture.connection.isQuiet());
            fixture.connection.resumeReading();
            turn(dispatcher);
            QCOMPARE(fixture.owner.received, std::string("hello"));
        });
    }

    void peerClosesItsHalfOnce()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            QCOMPARE(::write(fixture.pair.theirs, "bye", 3), ssize_t{3});
            ::shutdown(fixture.pair.theirs, SHUT_WR);
            for (int i = 0; i < 4; ++i) {
                turn(dispatcher);
            }
            QCOMPARE(fixture.owner.received, std::string("bye"));
            QCOMPARE(fixture.owner.peerClosed, 1);
            QVERIFY(fixture.connection.isOpen()); // our half is
            fixture.connection.write("answer");
            fixture.connection.shutdownWrite();
            turn(dispatcher);
            QCOMPARE(readExactly(fixture.pair.theirs, 100), std::string("answer")); // then EOF
            QCOMPARE(fixture.owner.failed, 0);
        });
    }

    void writingToAVanishedPeerFails()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Fixture fixture;
            fixture.connection.pauseReading();
            SocketPair::closeEnd(fixture.pair.theirs);
            fixture.connection.write("x");
            turn(dispatcher);
            QCOMPARE(fixture.owner.failed, 1);
            QCOMPARE(fixture.owner.lastError, EPIPE);
            QVERIFY(!fixture.connection.isOpen());
            turn(dispatcher);
            QCOMPARE(fixture.owner.failed, 1);
        });
    }

    void connectsOrSaysWhyNot()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            SocketAddress address;
            {
                auto set = *ListenerSet::bind("127.0.0.1", 0, 1);
                address = set.address();
                Owner owner;
                Connection connection(loop, address, owner);
                QVERIFY(connection.isOpen());
                connection.write("early"); // leaves when connected
                QCOMPARE(owner.connected, 0);
                QVERIFY(turnUntil(dispatcher, [&] { return owner.flushed > 0; }));
                QCOMPARE(owner.connected, 1);
                const int listening = set.release();
                const int accepted = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
                QVERIFY(accepted >= 0);
                QCOMPARE(readExactly(accepted, 5), std::string("early"));
                ::close(accepted);
                ::close(listening);
                QVERIFY(turnUntil(dispatcher, [&] { return owner.peerClosed == 1; }));
            }
            Owner owner; // nobody listens there any more
            const Connection connection(loop, address, owner);
            QCOMPARE(owner.failed, 0);
            QVERIFY(turnUntil(dispatcher, [&] { return owner.failed == 1; }));
            QCOMPARE(owner.lastError, ECONNREFUSED);
            QCOMPARE(owner.connected, 0);
        });
    }

    void destroyedWhileDirty()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            const SocketPair pair;
            Loop loop;
            Owner owner;
            {
                Connection connection(loop, ::dup(pair.ours), owner);
                connection.write("lost");
            }
            turn(dispatcher); // the loop must have forgotten it
            QCOMPARE(owner.flushed, 0);
        });
    }
};

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
