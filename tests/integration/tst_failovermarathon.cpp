// SPDX-License-Identifier: MIT
// Promise: backends are killed and restarted under load, and no client sees an error.
#include "tests/support/scenario.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

using namespace meridian::support;

namespace {

constexpr int Clients = 8;

/// What the clients saw, and a way to wait for their progress.
class Tally
{
public:
    void add(const HttpResponse &response, bool isExpected)
    {
        const std::lock_guard lock(m_mutex);
        ++m_count;
        if (!isExpected) {
            ++m_problems[std::to_string(response.status) + " " + response.problem + " " +
                         response.body.substr(0, 120)];
        }
        m_changed.notify_all();
    }

    bool waitFor(int count, Deadline deadline)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_until(lock, deadline.end(), [&] { return m_count >= count; });
    }

    std::string problems()
    {
        const std::lock_guard lock(m_mutex);
        std::string text;
        for (const auto &[problem, count] : m_problems) {
            text += std::to_string(count) + " x " + problem + "\n";
        }
        return text;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_count = 0;
    std::map<std::string, int> m_problems;
};

} // namespace

class TstFailoverMarathon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedBackendsCauseNoErrors_data();
    void killedBackendsCauseNoErrors();
};

void TstFailoverMarathon::killedBackendsCauseNoErrors_data()
{
    QTest::addColumn<bool>("isKeptAlive");
    QTest::newRow("kept-alive clients") << true;
    QTest::newRow("a connection per request") << false;
}

void TstFailoverMarathon::killedBackendsCauseNoErrors()
{
    QFETCH(bool, isKeptAlive);
    constexpr int Total = 2000;
    Scenario scenario;
    std::vector<FakeUpstream *> backends;
    for (const char *name : {"one", "two", "three"}) {
        backends.push_back(&scenario.addBackend(name));
        backends.back()->setHandler(
            [](const RecordedRequest &) { return Reply::json(completionBody()).after(1ms); });
    }
    scenario.config.set("health", "interval_s", "0.1").set("health", "fail_threshold", "2");
    START_OR_FAIL(scenario);

    Tally tally;
    std::vector<std::thread> clients;
    for (int i = 0; i < Clients; ++i) {
        clients.emplace_back([&] {
            RawClient client = scenario.connect();
            for (int n = 0; n < Total / Clients; ++n) {
                if (!isKeptAlive || !client.isOpen()) {
                    client = scenario.connect();
                }
                const HttpResponse response =
                    client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody, {}, 20s);
                const bool isRight = response.isComplete() && response.status == 200 &&
                                     response.body == completionBody();
                tally.add(response, isRight);
                if (!isRight) {
                    client.close();
                }
            }
        });
    }
    // One of three is down at a time; the next change comes with the next hundred answers.
    bool isProgressing = true;
    for (int done = 100; done < Total && isProgressing; done += 100) {
        FakeUpstream &victim = *backends[static_cast<std::size_t>(done / 200) % backends.size()];
        if (done % 200 == 100) {
            victim.stop();
        } else {
            for (FakeUpstream *backend : backends) {
                isProgressing = backend->restart() && isProgressing;
            }
            // Back only counts when the gateway knows it.
            const Deadline deadline = 10s;
            while (scenario.metric("meridian_backend_healthy") < 3 && !deadline.hasPassed()) {
                QTest::qWait(5);
            }
        }
        isProgressing = tally.waitFor(done, 60s) && isProgressing;
    }
    for (std::thread &client : clients) {
        client.join();
    }
    const std::string problems = tally.problems();
    QVERIFY2(problems.empty(), problems.c_str());
    QVERIFY2(isProgressing, "the load stood still");
    qInfo("retries: %.0f", scenario.metric("meridian_upstream_retries_total"));
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstFailoverMarathon)
#include "tst_failovermarathon.moc"
