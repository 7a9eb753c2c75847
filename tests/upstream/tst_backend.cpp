// SPDX-License-Identifier: MIT
// A backend's health, load and average as the rest of the gateway relies on them.
#include "core/upstream/backend.h"

#include <QtTest>

#include <thread>
#include <vector>

using namespace meridian;
using namespace meridian::upstream;
using namespace std::chrono_literals;

namespace {

struct Fixture
{
    explicit Fixture(int failThreshold = 3, int successThreshold = 2, model::BackendSettings s = {})
        : backend(std::move(s),
                  {.failThreshold = failThreshold, .successThreshold = successThreshold},
                  nullptr)
    {
    }

    Backend backend;
};

model::BackendSettings at(const std::string &host, std::uint16_t port, bool https)
{
    model::BackendSettings settings;
    settings.host = host;
    settings.port = port;
    settings.https = https;
    return settings;
}

} // namespace

class TestBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void failsAtTheThresholdAndSaysSoOnce()
    {
        Fixture f;
        QVERIFY(f.backend.isHealthy());
        QVERIFY(!f.backend.noteFailure());
        QVERIFY(!f.backend.noteFailure());
        QVERIFY(f.backend.isHealthy());
        QVERIFY(f.backend.noteFailure());
        QVERIFY(!f.backend.isHealthy());
        QVERIFY(!f.backend.noteFailure());
        QCOMPARE(f.backend.consecutiveFailures(), 4);
    }

    void anAnswerEndsARunOfFailures()
    {
        Fixture f;
        for (int i = 0; i < 5; ++i) {
            QVERIFY(!f.backend.noteFailure());
            QVERIFY(!f.backend.noteFailure());
            f.backend.noteAnswer();
            QCOMPARE(f.backend.consecutiveFailures(), 0);
        }
        QVERIFY(f.backend.isHealthy());
        f.backend.noteFailure();
        f.backend.noteProbeSuccess();
        QCOMPARE(f.backend.consecutiveFailures(), 0);
    }

    void onlyProbesBringItBack()
    {
        Fixture f;
        for (int i = 0; i < 3; ++i) {
            f.backend.noteFailure();
        }
        f.backend.noteAnswer(); // an exchange that began before
        QVERIFY(!f.backend.isHealthy());
        QCOMPARE(f.backend.consecutiveFailures(), 3);
        QVERIFY(!f.backend.noteProbeSuccess());
        f.backend.noteFailure(); // successes must be consecutive
        QVERIFY(!f.backend.noteProbeSuccess());
        QVERIFY(!f.backend.isHealthy());
        QVERIFY(f.backend.noteProbeSuccess());
        QVERIFY(f.backend.isHealthy());
        QVERIFY(!f.backend.noteProbeSuccess());
        QVERIFY(!f.backend.noteFailure()); // counts from nought again
        QVERIFY(f.backend.isHealthy());
    }

    void exactlyOneThreadSeesTheChange()
    {
        for (int round = 0; round < 50; ++round) {
            Fixture f(100);
            std::atomic<int> changes{0};
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                    for (int n = 0; n < 50; ++n) {
                        changes += f.backend.noteFailure() ? 1 : 0;
                    }
                });
            }
            for (std::thread &thread : threads) {
                thread.join();
            }
            QCOMPARE(changes.load(), 1);
        }
    }

    void averageStartsWithTheFirstSample()
    {
        Fixture f;
        QCOMPARE(f.backend.ewmaLatencyMs(), 0.0);
        f.backend.noteLatency(100ms);
        QCOMPARE(f.backend.ewmaLatencyMs(), 100.0);
        f.backend.noteLatency(200ms);
        QCOMPARE(f.backend.ewmaLatencyMs(), 130.0);
        f.backend.noteLatency(500us);
        QCOMPARE(f.backend.ewmaLatencyMs(), 91.15);
    }

    void guardCountsOnce()
    {
        Fixture f;
        {
            InflightGuard guard(f.backend);
            QCOMPARE(f.backend.inflight(), std::int64_t{1});
            InflightGuard moved(std::move(guard));
            QCOMPARE(f.backend.inflight(), std::int64_t{1});
            InflightGuard second(f.backend);
            QCOMPARE(f.backend.inflight(), std::int64_t{2});
            second.release();
            second.release();
            QCOMPARE(f.backend.inflight(), std::int64_t{1});
            second = std::move(moved);
            QCOMPARE(f.backend.inflight(), std::int64_t{1});
        }
        QCOMPARE(f.backend.inflight(), std::int64_t{0});
    }

    void authorityNamesOnlyUnusualPorts()
    {
        const auto authority = [](const char *host, std::uint16_t port, bool https) {
            return Fixture(1, 1, at(host, port, https)).backend.authority();
        };
        QCOMPARE(authority("a.test", 80, false), std::string("a.test"));
        QCOMPARE(authority("a.test", 443, true), std::string("a.test"));
        QCOMPARE(authority("a.test", 443, false), std::string("a.test:443"));
        QCOMPARE(authority("a.test", 80, true), std::string("a.test:80"));
        QCOMPARE(authority("::1", 8000, false), std::string("[::1]:8000"));
    }

    void literalsNeedNoResolver()
    {
        const Fixture literal(1, 1, at("::1", 8000, false));
        QCOMPARE(literal.backend.addresses().size(), std::size_t{1});
        QCOMPARE(int(literal.backend.addresses().front().port()), 8000);
        Fixture named(1, 1, at("a.test", 8000, false));
        QVERIFY(named.backend.addresses().empty());
        named.backend.setAddresses({*net::SocketAddress::parse("192.0.2.1", 8000)});
        QCOMPARE(named.backend.addresses().front().host(), std::string("192.0.2.1"));
    }
};

QTEST_GUILESS_MAIN(TestBackend)
#include "tst_backend.moc"
