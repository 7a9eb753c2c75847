// SPDX-License-Identifier: MIT
// Deadlines: never early, at most one tick late, whatever callbacks do to each other.
#include "core/event/timerwheel.h"

#include <QtTest>

#include <functional>
#include <memory>
#include <random>
#include <vector>

using namespace meridian::event;
using namespace std::chrono_literals;

namespace {

constexpr auto Tick = TimerWheel::Tick;
constexpr SteadyTime Origin{1'000'003ns}; // not on a tick of the clock

class Client final : public TimerClient
{
public:
    explicit Client(TimerWheel &wheel, std::function<void()> then = {})
        : timer(wheel, *this)
        , m_wheel(wheel)
        , m_then(std::move(then))
    {
    }

    Timer timer;
    int fired = 0;
    SteadyTime firedAt;

private:
    void onTimer() noexcept override
    {
        ++fired;
        firedAt = m_wheel.now();
        if (const auto then = m_then) { // a copy: it may destroy this client
            then();
        }
    }

    TimerWheel &m_wheel;
    std::function<void()> m_then;
};

void moveTo(TimerWheel &wheel, SteadyTime now)
{
    wheel.setNow(now);
    wheel.advance();
}

} // namespace

class TestTimerWheel : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void neverEarlyAndAtMostOneTickLate_data()
    {
        QTest::addColumn<qint64>("delay");
        for (const std::chrono::nanoseconds delay :
             {0ns, 1ns, std::chrono::nanoseconds(Tick) - 1ns, std::chrono::nanoseconds(Tick),
              std::chrono::nanoseconds(Tick) + 1ns, 50'000'000ns,
              std::chrono::nanoseconds(Tick) * 511, std::chrono::nanoseconds(Tick) * 512,
              std::chrono::nanoseconds(Tick) * 513 + 7ns, std::chrono::nanoseconds(300s)}) {
            QTest::addRow("%lld ns", static_cast<long long>(delay.count()))
                << qint64(delay.count());
        }
    }

    void neverEarlyAndAtMostOneTickLate()
    {
        QFETCH(qint64, delay);
        TimerWheel wheel(Origin);
        Client client(wheel);
        const SteadyTime start = Origin + 5ms;
        wheel.setNow(start);
        const SteadyTime deadline = start + std::chrono::nanoseconds(delay);
        client.timer.start(std::chrono::nanoseconds(delay));
        moveTo(wheel, start);
        if (delay > 0) {
            moveTo(wheel, deadline - 1ns);
            QCOMPARE(client.fired, 0);
            QVERIFY(client.timer.isActive());
        }
        moveTo(wheel, deadline + Tick);
        QCOMPARE(client.fired, 1);
        QVERIFY(!client.timer.isActive());
        QVERIFY(wheel.nextDue() == SteadyTime::max());
        moveTo(wheel, deadline + 20 * Tick);
        QCOMPARE(client.fired, 1);
    }

    void followingNextDueIsNeverLateByMoreThanATick()
    {
        TimerWheel wheel(Origin);
        Client client(wheel);
        client.timer.start(40s); // nearly five revolutions
        int looks = 0;
        while (client.fired == 0 && looks < 100) {
            QVERIFY(wheel.nextDue() > wheel.now());
            moveTo(wheel, wheel.nextDue());
            ++looks;
        }
        QVERIFY(client.firedAt >= Origin + 40s);
        QVERIFY(client.firedAt <= Origin + 40s + Tick);
        QVERIFY2(looks <= 6, "a far deadline is looked at once a revolution");
    }

    void laterRestartKeepsTheSlotUntilItComesUp()
    {
        TimerWheel wheel(Origin);
        Client client(wheel);
        client.timer.start(100ms);
        const SteadyTime firstLook = wheel.nextDue();
        for (int i = 1; i <= 9; ++i) {
            wheel.setNow(Origin + i * 10ms);
            client.timer.start(100ms);
            QVERIFY(wheel.nextDue() == firstLook); // nothing was moved
        }
        moveTo(wheel, firstLook);
        QCOMPARE(client.fired, 0);
        moveTo(wheel, Origin + 190ms - 1ns);
        QCOMPARE(client.fired, 0);
        moveTo(wheel, Origin + 190ms + Tick);
        QCOMPARE(client.fired, 1);
    }

    void shorterRestartFiresSooner()
    {
        TimerWheel wheel(Origin);
        Client client(wheel);
        client.timer.start(100s);
        client.timer.start(30ms);
        QVERIFY(wheel.nextDue() <= Origin + 30ms + Tick);
        moveTo(wheel, Origin + 30ms + Tick);
        QCOMPARE(client.fired, 1);
        moveTo(wheel, Origin + 101s);
        QCOMPARE(client.fired, 1);
    }

    void stoppedAndDestroyedTimersStaySilent()
    {
        TimerWheel wheel(Origin);
        Client stopped(wheel);
        auto destroyed = std::make_unique<Client>(wheel);
        Client kept(wheel);
        for (Client *client : {&stopped, destroyed.get(), &kept}) {
            client->timer.start(20ms); // one slot
        }
        stopped.timer.stop();
        stopped.timer.stop();
        destroyed.reset();
        QVERIFY(!stopped.timer.isActive());
        moveTo(wheel, Origin + 1s);
        QCOMPARE(stopped.fired, 0);
        QCOMPARE(kept.fired, 1);
        kept.timer.start(20ms);
        kept.timer.stop();
        QVERIFY(wheel.nextDue() == SteadyTime::max());
    }

    void callbacksMayTouchTimersOfTheSameSlot()
    {
        // Each of three acts on the other two before they can fire; the order is the wheel's own.
        for (int action = 0; action < 3; ++action) {
            TimerWheel wheel(Origin);
            std::vector<std::unique_ptr<Client>> clients(3);
            int fired = 0;
            for (std::size_t i = 0; i < 3; ++i) {
                clients[i] = std::make_unique<Client>(wheel, [&, i] {
                    ++fired;
                    for (std::size_t other = 0; other < 3; ++other) {
                        if (other == i || fired > 1) {
                            continue;
                        }
                        if (action == 0) {
                            clients[other]->timer.stop();
                        } else if (action == 1) {
                            clients[other].reset();
                        } else {
                            clients[other]->timer.start(1s);
                        }
                    }
                });
                clients[i]->timer.start(20ms);
            }
            moveTo(wheel, Origin + 500ms);
            QCOMPARE(fired, 1);
            moveTo(wheel, Origin + 3s);
            QCOMPARE(fired, action == 2 ? 3 : 1);
        }
    }

    void ownCallbackMayRestartOrDestroy()
    {
        TimerWheel wheel(Origin);
        std::unique_ptr<Client> periodic;
        int rounds = 0;
        periodic = std::make_unique<Client>(wheel, [&] {
            if (++rounds == 3) {
                periodic.reset();
            } else {
                periodic->timer.start(0ns); // never twice at one time
            }
        });
        periodic->timer.start(0ns);
        for (int i = 1; i <= 3; ++i) {
            QCOMPARE(rounds, i - 1);
            moveTo(wheel, Origin + i * Tick);
        }
        QCOMPARE(rounds, 3);
        QVERIFY(wheel.nextDue() == SteadyTime::max());
    }

    void aWheelThatWasIdleForLongStillKeepsTime()
    {
        TimerWheel wheel(Origin);
        Client client(wheel);
        wheel.setNow(Origin + 1h); // nobody advanced it meanwhile
        client.timer.start(1s);
        moveTo(wheel, Origin + 1h + 1s - 1ns);
        QCOMPARE(client.fired, 0);
        moveTo(wheel, Origin + 1h + 1s + Tick);
        QCOMPARE(client.fired, 1);
    }

    void manyRandomTimersAgainstAPlainModel()
    {
        constexpr std::size_t Count = 10'000;
        TimerWheel wheel(Origin);
        std::mt19937_64 random(20260101); // fixed: a failure repeats
        std::vector<std::unique_ptr<Client>> clients;
        std::vector<SteadyTime> deadline(Count, SteadyTime::max());
        std::vector<int> expected(Count, 0);
        for (std::size_t i = 0; i < Count; ++i) {
            clients.push_back(std::make_unique<Client>(wheel));
        }
        SteadyTime now = Origin;
        std::size_t totalFired = 0;
        for (int step = 0; step < 600; ++step) {
            for (int change = 0; change < 200; ++change) {
                const std::size_t i = random() % Count;
                if (random() % 8 == 0) {
                    clients[i]->timer.stop();
                    deadline[i] = SteadyTime::max();
                } else {
                    const std::chrono::nanoseconds delay(random() % 20'000'000'000ULL);
                    clients[i]->timer.start(delay);
                    deadline[i] = now + delay;
                }
            }
            now += std::chrono::nanoseconds(random() % 200'000'000ULL);
            moveTo(wheel, now);
            for (std::size_t i = 0; i < Count; ++i) {
                if (clients[i]->fired > expected[i]) {
                    QVERIFY2(deadline[i] <= now, "early, or after stop");
                    QCOMPARE(clients[i]->fired, expected[i] + 1);
                    expected[i] = clients[i]->fired;
                    deadline[i] = SteadyTime::max();
                    ++totalFired;
                } else {
                    QVERIFY2(deadline[i] == SteadyTime::max() || now < deadline[i] + Tick, "late");
                }
                QCOMPARE(clients[i]->timer.isActive(), deadline[i] != SteadyTime::max());
            }
            QVERIFY(wheel.nextDue() > now);
        }
        QVERIFY(totalFired > 10'000);
    }
};

QTEST_GUILESS_MAIN(TestTimerWheel)
#include "tst_timerwheel.moc"
