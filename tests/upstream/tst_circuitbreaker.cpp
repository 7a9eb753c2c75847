// SPDX-License-Identifier: MIT
// When a circuit breaker opens, for whom, and how a single probe closes it again.
#include "core/upstream/circuitbreaker.h"

#include <QtTest>

#include <thread>
#include <vector>

using namespace meridian;
using namespace meridian::upstream;
using namespace std::chrono_literals;

using Gate = CircuitBreaker::Gate;
using State = CircuitBreaker::State;

namespace {

constexpr SteadyTime Start{1h};
constexpr CircuitBreaker::Client Ann = 11;
constexpr CircuitBreaker::Client Bob = 22;
constexpr CircuitBreaker::Client Nobody = CircuitBreaker::Nobody;

model::BreakerSettings threeFailures()
{
    model::BreakerSettings settings;
    settings.enabled = true;
    settings.failureThreshold = 3;
    settings.open = 10s;
    settings.maxOpen = 60s;
    return settings;
}

/// More than half of the last minute's, of ten or more.
model::BreakerSettings halfOfTen()
{
    model::BreakerSettings settings = threeFailures();
    settings.failureThreshold = 1000;
    settings.failureRate = 0.5;
    settings.minRequests = 10;
    settings.window = 60s;
    return settings;
}

/// A breaker, its settings and its clock.
struct Fixture
{
    CircuitBreaker breaker;
    model::BreakerSettings settings = threeFailures();
    SteadyTime now = Start;

    bool fail(CircuitBreaker::Client client, std::chrono::nanoseconds retryAfter = 0ns)
    {
        return breaker.noteFailure(now, client, false, retryAfter, settings);
    }

    bool failProbe(std::chrono::nanoseconds retryAfter = 0ns)
    {
        return breaker.noteFailure(now, Nobody, true, retryAfter, settings);
    }

    void succeed(bool wasProbe = false) { breaker.noteSuccess(now, wasProbe, settings); }

    void open()
    {
        for (int i = 0; i < settings.failureThreshold; ++i) {
            fail(Nobody);
        }
    }

    Gate gate(CircuitBreaker::Client client = Ann) const { return breaker.gate(now, client); }
};

} // namespace

class TestCircuitBreaker : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void opensAtTheThresholdOfConsecutiveFailures()
    {
        Fixture f;
        QVERIFY(!f.fail(Nobody));
        QVERIFY(!f.fail(Nobody));
        f.succeed(); // ends the run
        QCOMPARE(f.breaker.consecutiveFailures(), 0);
        QVERIFY(!f.fail(Nobody));
        QVERIFY(!f.fail(Nobody));
        QVERIFY(f.gate() == Gate::Pass && f.breaker.state(f.now) == State::Closed);
        QVERIFY(f.fail(Nobody)); // says so once
        QVERIFY(!f.fail(Nobody));
        QVERIFY(f.gate() == Gate::Blocked && f.breaker.state(f.now) == State::Open);
        QVERIFY(f.breaker.reopensAt() == f.now + 10s);
    }

    void countsButNeverOpensWhenDisabled()
    {
        Fixture f;
        f.settings.enabled = false;
        f.open();
        QVERIFY(f.gate() == Gate::Pass);
        QCOMPARE(f.breaker.consecutiveFailures(), 3);
    }

    void lateSuccessDoesNotCloseIt()
    {
        Fixture f;
        f.open();
        f.succeed(); // an exchange from before
        QVERIFY(f.gate() == Gate::Blocked);
    }

    void halfOpenLetsExactlyOneProbePass()
    {
        Fixture f;
        f.open();
        f.now += 10s - 1ns;
        QVERIFY(f.gate() == Gate::Blocked && !f.breaker.beginProbe(f.now));
        f.now += 1ns;
        QVERIFY(f.gate() == Gate::Probe && f.breaker.state(f.now) == State::HalfOpen);
        QVERIFY(f.breaker.beginProbe(f.now));
        QVERIFY(!f.breaker.beginProbe(f.now));
        QVERIFY(f.gate() == Gate::Blocked && f.gate(Bob) == Gate::Blocked);
        f.succeed(true);
        QVERIFY(f.gate() == Gate::Pass && f.breaker.state(f.now) == State::Closed);
        QVERIFY(f.breaker.isBlank(f.now));
    }

    void oneOfManyThreadsGetsTheProbe()
    {
        for (int round = 0; round < 100; ++round) {
            Fixture f;
            f.open();
            f.now += 10s;
            std::atomic<int> ready{0};
            std::atomic<int> probes{0};
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                    for (++ready; ready < 4;) {
                    }
                    probes += f.gate() == Gate::Probe && f.breaker.beginProbe(f.now) ? 1 : 0;
                });
            }
            for (std::thread &thread : threads) {
                thread.join();
            }
            QCOMPARE(probes.load(), 1);
        }
    }

    /// Workers that probe and fail as fast as they can: between two probes lies an open period.
    void threadsThatFailGetOneProbePerPeriod()
    {
        Fixture f;
        f.settings.maxOpen = f.settings.open;
        f.open();
        for (int period = 1; period <= 100; ++period) {
            const SteadyTime now = Start + period * 10s;
            std::atomic<int> probes{0};
            std::vector<std::thread> threads;
            for (int i = 0; i < 3; ++i) {
                threads.emplace_back([&] {
                    for (int n = 0; n < 200; ++n) {
                        if (f.breaker.gate(now, Ann) == Gate::Probe && f.breaker.beginProbe(now)) {
                            ++probes;
                            f.breaker.noteFailure(now, Ann, true, 0ns, f.settings);
                        }
                    }
                });
            }
            for (std::thread &thread : threads) {
                thread.join();
            }
            QCOMPARE(probes.load(), 1);
        }
    }

    void abandonedProbeIsFreeForTheNext()
    {
        Fixture f;
        f.open();
        f.now += 10s;
        QVERIFY(f.breaker.beginProbe(f.now));
        f.breaker.abandonProbe();
        QVERIFY(f.gate() == Gate::Probe);
        QVERIFY(f.breaker.beginProbe(f.now));
    }

    void failedProbesDoubleThePeriodUpToTheCap()
    {
        Fixture f;
        f.open();
        for (const auto period : {20s, 40s, 60s, 60s}) {
            f.now = f.breaker.reopensAt();
            QVERIFY(f.breaker.beginProbe(f.now));
            QVERIFY(f.failProbe());
            QVERIFY(f.breaker.reopensAt() == f.now + period);
            QVERIFY(f.gate() == Gate::Blocked);
        }
        f.now = f.breaker.reopensAt();
        QVERIFY(f.breaker.beginProbe(f.now));
        f.succeed(true);
        f.open(); // afresh: the first period again
        QVERIFY(f.breaker.reopensAt() == f.now + 10s);
    }

    void retryAfterLengthensThePeriodWithinTheCap()
    {
        Fixture f;
        f.fail(Nobody);
        f.fail(Nobody);
        f.fail(Nobody, 25s);
        QVERIFY(f.breaker.reopensAt() == f.now + 25s);
        f.now += 25s;
        QVERIFY(f.breaker.beginProbe(f.now));
        f.failProbe(55s); // longer than twice 25 s
        QVERIFY(f.breaker.reopensAt() == f.now + 55s);
        f.now += 55s;
        QVERIFY(f.breaker.beginProbe(f.now));
        f.failProbe(24h);
        QVERIFY(f.breaker.reopensAt() == f.now + 60s);
        Fixture shorter;
        shorter.fail(Nobody);
        shorter.fail(Nobody);
        shorter.fail(Nobody, 1s); // never shortens
        QVERIFY(shorter.breaker.reopensAt() == shorter.now + 10s);
    }

    void oneClientsFailuresOpenItForThatClientOnly()
    {
        Fixture f;
        f.fail(Ann);
        f.fail(Ann);
        QVERIFY(f.fail(Ann));
        QVERIFY(f.gate(Ann) == Gate::Blocked);
        QVERIFY(f.gate(Bob) == Gate::Pass && f.gate(Nobody) == Gate::Pass);
        f.succeed(); // Bob's: Ann's requests have not become better
        QVERIFY(f.gate(Ann) == Gate::Blocked && f.gate(Bob) == Gate::Pass);
        f.fail(Bob);
        QVERIFY(f.gate(Ann) == Gate::Blocked && f.gate(Bob) == Gate::Blocked);
    }

    void twoClientsOpenItForAll()
    {
        Fixture f;
        f.fail(Ann);
        f.fail(Bob);
        QVERIFY(f.fail(Ann));
        QVERIFY(f.gate(Ann) == Gate::Blocked && f.gate(Bob) == Gate::Blocked &&
                f.gate(33) == Gate::Blocked);
    }

    void connectionFailuresOpenItForAll()
    {
        Fixture alone;
        alone.open();
        QVERIFY(alone.gate(Ann) == Gate::Blocked && alone.gate(Bob) == Gate::Blocked);
        Fixture mixed;
        mixed.fail(Ann);
        mixed.fail(Ann);
        mixed.fail(Nobody);
        QVERIFY(mixed.gate(Ann) == Gate::Blocked && mixed.gate(Bob) == Gate::Blocked);
    }

    void rateLimitIsNoFailure()
    {
        Fixture f;
        f.breaker.limitRate(f.now + 7s);
        QVERIFY(f.breaker.rateLimitedUntil() == f.now + 7s);
        QVERIFY(f.gate() == Gate::Pass && f.breaker.state(f.now) == State::Closed);
        QCOMPARE(f.breaker.consecutiveFailures(), 0);
        QVERIFY(!f.breaker.isBlank(f.now)); // worth keeping until then
        QVERIFY(f.breaker.isBlank(f.now + 7s));
    }

    void failureRateOpensItWithoutARun()
    {
        Fixture f;
        f.settings = halfOfTen();
        for (int i = 0; i < 3; ++i) { // 6 of 9: too few to mean anything
            QVERIFY(!f.fail(Nobody));
            f.succeed();
            QVERIFY(!f.fail(Nobody));
        }
        f.succeed(); // 6 of 10; only a failure opens
        QVERIFY(f.gate() == Gate::Pass);
        QVERIFY(f.fail(Nobody)); // 7 of 11
        QVERIFY(f.gate() == Gate::Blocked);
    }

    void failureRateForgetsWhatIsOlderThanTheWindow()
    {
        Fixture f;
        f.settings = halfOfTen();
        for (int i = 0; i < 9; ++i) {
            QVERIFY(!f.fail(Nobody));
        }
        f.now += 61s;
        QVERIFY(!f.fail(Nobody)); // 1 of 1 by now, not 10 of 10
        for (int i = 0; i < 8; ++i) {
            f.succeed();
        }
        QVERIFY(!f.fail(Nobody)); // 2 of 10
        QVERIFY(f.gate() == Gate::Pass);
    }

    void probeEndsAlthoughItWasDisabledMeanwhile()
    {
        Fixture f;
        f.open();
        f.now += 10s;
        QVERIFY(f.breaker.beginProbe(f.now));
        f.settings.enabled = false;
        f.failProbe();
        f.settings.enabled = true;
        QVERIFY2(f.gate() == Gate::Probe, "or it would be blocked for ever");
    }

    void resetClosesIt()
    {
        Fixture f;
        f.open();
        f.breaker.limitRate(f.now + 7s);
        f.breaker.reset();
        QVERIFY(f.gate() == Gate::Pass && f.breaker.isBlank(f.now));
    }
};

QTEST_GUILESS_MAIN(TestCircuitBreaker)
#include "tst_circuitbreaker.moc"
