// SPDX-License-Identifier: MIT
// A backend's settings over the state it shares with its successors.
#include "core/upstream/backend.h"
#include "tests/upstream/somebackends.h"

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
            f.backend.state()->health.noteAnswer();
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
        f.backend.state()->health.noteAnswer(); // an exchange that began before
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

    void answersProveLife()
    {
        Fixture f;
        HealthState &health = f.backend.state()->health;
        health.noteSuspicion();
        QVERIFY(health.isSuspect() && f.backend.isHealthy());
        health.noteAnswer();
        QVERIFY(!health.isSuspect());
        health.noteSuspicion();
        f.backend.noteFailure(); // a probe that fails proves nothing
        QVERIFY(health.isSuspect());
        f.backend.noteProbeSuccess();
        QVERIFY(!health.isSuspect());
    }

    void wakingStartsAfresh()
    {
        Fixture f(1);
        HealthState &health = f.backend.state()->health;
        f.backend.noteFailure();
        health.noteSuspicion();
        QVERIFY(!health.wake() && !f.backend.isHealthy()); // it was not idle
        health.setIdle();
        QVERIFY(f.backend.isIdle());
        QVERIFY(health.wake());
        QVERIFY(!f.backend.isIdle() && f.backend.isHealthy() && !health.isSuspect());
        QCOMPARE(f.backend.consecutiveFailures(), 0);
        QVERIFY(!health.wake());
    }

    void operatorsWeightGoesBeforeTheConfigured()
    {
        const auto backend = makeBackend("b", 7);
        QCOMPARE(backend->weight(), 7);
        OperatorState &said = backend->state()->operatorState;
        said.setWeightOverride(0);
        QCOMPARE(backend->weight(), 0);
        said.setWeightOverride(30);
        QCOMPARE(backend->weight(), 30);
        said.setWeightOverride(-1);
        QCOMPARE(backend->weight(), 7);
        QVERIFY(!said.isDraining());
        said.setDraining(true);
        QVERIFY(said.isDraining());
    }

    void reloadHandsTheStateOn()
    {
        const auto before = makeBackend("b", 1);
        before->state()->load.noteLatency(100ms, TestEpoch);
        before->state()->load.enter(5, TestEpoch);
        model::BackendSettings changed = before->settings();
        changed.weight = 9;
        const Backend after(changed, {.failThreshold = 1}, nullptr, before->state());
        QCOMPARE(after.weight(), 9);
        QCOMPARE(after.ewmaLatencyMs(), 100.0);
        QCOMPARE(after.inflight(), std::int64_t{1});
        before->state()->load.leave(5, TestEpoch); // an exchange that began before
        QCOMPARE(after.inflight(), std::int64_t{0});
        QCOMPARE(after.addresses().size(), before->addresses().size());
    }

    void servesItsModelAndPatterns()
    {
        QVERIFY(makeBackend("b", 1, "")->serves("anything"));
        QVERIFY(makeBackend("b", 1, "")->serves(""));
        QVERIFY(makeBackend("b", 1, "llama-3")->serves("llama-3"));
        QVERIFY(!makeBackend("b", 1, "llama-3")->serves("llama-3-70b"));
        QVERIFY(!makeBackend("b", 1, "llama-3")->serves(""));
        QVERIFY(makeBackend("b", 1, "llama-*")->serves("llama-3-70b"));
        QVERIFY(!makeBackend("b", 1, "llama-*")->serves("qwen"));
    }

    void tagsAreAllOrNone()
    {
        model::BackendSettings settings;
        settings.tags = {"gpu", "general"};
        const auto backend = makeBackend(settings);
        QVERIFY(backend->hasTag("gpu") && !backend->hasTag("gp"));
        QVERIFY(backend->hasTags({}) && backend->hasTags({"general", "gpu"}));
        QVERIFY(!backend->hasTags({"gpu", "canary"}));
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
