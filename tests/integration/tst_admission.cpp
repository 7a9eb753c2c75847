// SPDX-License-Identifier: MIT
// Promise: when every backend has its fill, requests wait in order for as long as they may, and
// whoever is turned away is told when to come again.
#include "tests/integration/crowd.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <poll.h>

using namespace meridian::support;

namespace {

/// One backend that takes one request at a time and answers when the gate opens.
struct Bottleneck
{
    explicit Bottleneck(std::string_view admission)
        : backend(scenario.addBackend("b", GatewayConfig::Entries{{"max_concurrency", "1"}}))
    {
        scenario.config.raw("admission: {" + std::string(admission) + "}\n");
        const SharedGate held = gate;
        backend.setHandler([this, held](const RecordedRequest &) {
            const int now = ++m_inside;
            most = std::max(most.load(), now);
            (void)::poll(nullptr, 0, 2); // others that come meanwhile are noticed
            --m_inside;
            const std::string body = completionBody();
            return Reply().await(held).send("HTTP/1.1 200 OK\r\ncontent-length: " +
                                            std::to_string(body.size()) + "\r\n\r\n" + body);
        });
    }

    /// A request that holds the one place; true when it does.
    [[nodiscard]] bool occupy()
    {
        m_holder = scenario.connect();
        return m_holder.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)) &&
               backend.log.waitForRequests(1);
    }

    [[nodiscard]] HttpResponse holdersAnswer() { return m_holder.readResponse(); }

    double waiting() const { return scenario.metric("meridian_queue_length"); }

    Scenario scenario;
    SharedGate gate = makeGate();
    FakeUpstream &backend;
    std::atomic<int> most{0};

private:
    std::atomic<int> m_inside{0};
    RawClient m_holder;
};

int secondsOf(const HttpResponse &response)
{
    return std::atoi(response.header("retry-after").c_str());
}

std::string chatOf(std::string_view name)
{
    return R"({"model":"test-model","name":")" + std::string(name) + "\"}";
}

} // namespace

class TstAdmission : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAQueueItIsRefusedAtOnce_data();
    void withoutAQueueItIsRefusedAtOnce();
    void whoWaitsIsServed();
    void itIsSeen();
    void beyondTheQueueItIsRefused();
    void nobodyWaitsTooLong();
    void theDeadlineCountsInTheQueue();
    void theUrgentGoFirst_data();
    void theUrgentGoFirst();
    void aClientThatLeavesFreesItsPlace();
    void retryAfterIsTheQueues();
    void aFreeBackendIsNotWaitedFor();
    void waitersGoWhereAPlaceIsFree();
    void theQueueMovesWhenTheBackendIsWellAgain();
    void waitersAreNotSentToAnOpenCircuit();
    void uploadsWaitAsWell();
};

void TstAdmission::withoutAQueueItIsRefusedAtOnce_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<int>("status");
    QTest::newRow("503 by default") << QByteArray("") << 503;
    QTest::newRow("429 when asked for") << QByteArray("overload_status: 429") << 429;
}

void TstAdmission::withoutAQueueItIsRefusedAtOnce()
{
    QFETCH(QByteArray, settings);
    QFETCH(int, status);
    Bottleneck neck(settings.toStdString());
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    for (const std::string_view body : {Scenario::ChatBody, Scenario::StreamBody}) {
        const HttpResponse refusal = neck.scenario.chat(body);
        VERIFY_ERROR(refusal, status, "meridian_overloaded", "queue_full");
        QVERIFY(secondsOf(refusal) >= 1);
    }
    QCOMPARE(neck.backend.log.requestCount(), std::size_t(1));
    neck.gate->open();
    QCOMPARE(neck.holdersAnswer().status, 200);
    QTRY_COMPARE(neck.scenario.metric("meridian_queue_full_total"), 2.0);
    QTRY_COMPARE(neck.scenario.chat().status, 200);
}

void TstAdmission::whoWaitsIsServed()
{
    Bottleneck neck("max_queue: 20, queue_timeout_s: 60");
    neck.scenario.config.set("gateway", "workers", "3");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    Crowd crowd(neck.scenario);
    crowd.send(20);
    QTRY_COMPARE(neck.waiting(), 20.0);
    QCOMPARE(neck.backend.log.requestCount(), std::size_t(1));
    neck.gate->open();
    crowd.join();
    QCOMPARE(crowd.count(200), 20);
    QCOMPARE(neck.most.load(), 1);
    QCOMPARE(neck.holdersAnswer().status, 200);
    QTRY_COMPARE(neck.scenario.metric("meridian_backend_inflight"), 0.0);
    QCOMPARE(neck.waiting(), 0.0);
    QTRY_VERIFY(neck.scenario.metric("meridian_queue_wait_seconds_count") >= 20.0);
}

void TstAdmission::itIsSeen()
{
    Bottleneck neck("max_queue: 20, queue_timeout_s: 60");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    Crowd crowd(neck.scenario);
    crowd.send(3);
    QTRY_COMPARE(neck.scenario.metric("meridian_backend_waiting_requests", {"backend=\"b\""}), 3.0);
    const QJsonObject backend =
        jsonOf(neck.scenario.get("/meridian/status"))[QLatin1String("backends")]
            .toArray()[0]
            .toObject();
    QCOMPARE(backend[QLatin1String("waiting")].toInt(), 3);
    QCOMPARE(backend[QLatin1String("inflight")].toInt(), 1);
    neck.gate->open();
    crowd.join();
    QCOMPARE(neck.scenario.metric("meridian_backend_waiting_requests"), 0.0);
}

void TstAdmission::beyondTheQueueItIsRefused()
{
    Bottleneck neck("max_queue: 2, queue_timeout_s: 60, overload_status: 429");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    Crowd crowd(neck.scenario);
    crowd.send(2);
    QTRY_COMPARE(neck.waiting(), 2.0);
    const HttpResponse refusal = neck.scenario.chat();
    VERIFY_ERROR(refusal, 429, "meridian_overloaded", "queue_full");
    QVERIFY(secondsOf(refusal) >= 1);
    neck.gate->open();
    crowd.join();
    QCOMPARE(crowd.count(200), 2);
    QTRY_COMPARE(neck.scenario.metric("meridian_queue_full_total"), 1.0);
}

void TstAdmission::nobodyWaitsTooLong()
{
    Bottleneck neck("max_queue: 5, queue_timeout_s: 0.3");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    const auto start = Clock::now();
    const HttpResponse refusal = neck.scenario.chat();
    VERIFY_ERROR(refusal, 503, "meridian_overloaded", "queue_timeout");
    QVERIFY(secondsOf(refusal) >= 1);
    QVERIFY(Clock::now() - start >= 290ms);
    QCOMPARE(neck.waiting(), 0.0);
    QTRY_COMPARE(neck.scenario.metric("meridian_queue_timeouts_total"), 1.0);
    neck.gate->open();
    QCOMPARE(neck.holdersAnswer().status, 200);
    QTRY_COMPARE(neck.scenario.chat().status, 200); // its place was not given to who had left
}

void TstAdmission::theDeadlineCountsInTheQueue()
{
    Bottleneck neck("max_queue: 5, queue_timeout_s: 3600");
    neck.scenario.config.set("resilience", "deadline_s", "0.3");
    neck.scenario.config.set("timeouts", "first_byte", "3600");
    START_OR_FAIL(neck.scenario);
    RawClient holder = neck.scenario.connect();
    neck.backend.enqueue(Reply::chunkedHead("text/event-stream")
                             .sendChunk(deltaEvent("x"))
                             .await(neck.gate)
                             .sendChunk(DoneEvent)
                             .endChunks());
    QVERIFY(holder.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    QVERIFY(holder.readUntil("data:")); // has its first byte: the deadline does not strike it
    VERIFY_ERROR(neck.scenario.chat(), 503, "meridian_overloaded", "queue_timeout");
    neck.gate->open();
    QVERIFY(holder.readResponse().isComplete());
}

void TstAdmission::theUrgentGoFirst_data()
{
    QTest::addColumn<bool>("isHeaderKnown");
    QTest::newRow("by the header") << true;
    QTest::newRow("without one everybody is equal") << false;
}

void TstAdmission::theUrgentGoFirst()
{
    QFETCH(bool, isHeaderKnown);
    Bottleneck neck(isHeaderKnown
                        ? "max_queue: 20, queue_timeout_s: 60, priority_header: X-Priority"
                        : "max_queue: 20, queue_timeout_s: 60");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    Crowd crowd(neck.scenario);
    double count = 0;
    for (const char *priority : {"low", "0", "nonsense", "high", "-5", "5", "1000000", "7"}) {
        crowd.send(1, chatOf(priority), {{"x-priority", priority}});
        ++count;
        QTRY_COMPARE(neck.waiting(), count); // in this order
    }
    neck.gate->open();
    crowd.join();
    std::string order;
    for (const RecordedRequest &request : neck.backend.log.requests()) {
        const auto at = request.body.find("\"name\":\"");
        if (at != std::string::npos) {
            order += request.body.substr(at + 8, request.body.size() - at - 10) + " ";
        }
    }
    QCOMPARE(order, std::string(isHeaderKnown ? "high 1000000 7 5 0 nonsense -5 low "
                                              : "low 0 nonsense high -5 5 1000000 7 "));
}

void TstAdmission::aClientThatLeavesFreesItsPlace()
{
    Bottleneck neck("max_queue: 1, queue_timeout_s: 60");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    RawClient leaving = neck.scenario.connect();
    QVERIFY(leaving.send(RawClient::request("POST", Scenario::ChatPath, chatOf("leaving"))));
    QTRY_COMPARE(neck.waiting(), 1.0);
    VERIFY_ERROR(neck.scenario.chat(), 503, "meridian_overloaded", "queue_full");
    leaving.abort();
    QTRY_COMPARE(neck.waiting(), 0.0);
    Crowd crowd(neck.scenario);
    crowd.send(1, chatOf("staying"));
    QTRY_COMPARE(neck.waiting(), 1.0);
    neck.gate->open();
    crowd.join();
    QCOMPARE(crowd.count(200), 1);
    for (const RecordedRequest &request : neck.backend.log.requests()) {
        QVERIFY(request.body.find("leaving") == std::string::npos);
    }
    QVERIFY(!neck.scenario.logLineWith("status_code", 499).isEmpty());
}

void TstAdmission::retryAfterIsTheQueues()
{
    Bottleneck neck("max_queue: 3, queue_timeout_s: 60");
    START_OR_FAIL(neck.scenario);
    neck.backend.enqueue(Reply::json(completionBody()).after(1100ms));
    QCOMPARE(neck.scenario.chat().status, 200); // so long it takes
    neck.backend.log.clearRequests();
    QVERIFY(neck.occupy());
    Crowd crowd(neck.scenario);
    crowd.send(3);
    QTRY_COMPARE(neck.waiting(), 3.0);
    const HttpResponse refusal = neck.scenario.chat();
    VERIFY_ERROR(refusal, 503, "meridian_overloaded", "queue_full");
    QVERIFY2(secondsOf(refusal) >= 4, refusal.header("retry-after").c_str()); // three before it
    neck.gate->open();
    crowd.join();
}

void TstAdmission::aFreeBackendIsNotWaitedFor()
{
    Bottleneck neck("max_queue: 20, queue_timeout_s: 60");
    FakeUpstream &other =
        neck.scenario.addBackend("other", GatewayConfig::Entries{{"max_concurrency", "1"}});
    START_OR_FAIL(neck.scenario);
    Crowd crowd(neck.scenario);
    crowd.send(10);
    QTRY_VERIFY(other.log.requestCount() >= 9); // one of ten may be stuck at the other
    neck.gate->open();
    crowd.join();
    QCOMPARE(crowd.count(200), 10);
}

void TstAdmission::waitersGoWhereAPlaceIsFree()
{
    Bottleneck neck("max_queue: 20, queue_timeout_s: 60");
    FakeUpstream &other =
        neck.scenario.addBackend("other", GatewayConfig::Entries{{"max_concurrency", "1"}});
    const SharedGate otherGate = makeGate();
    other.setHandler([otherGate](const RecordedRequest &) {
        return Reply().await(otherGate).send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    });
    START_OR_FAIL(neck.scenario);
    Crowd crowd(neck.scenario);
    crowd.send(8);
    QTRY_COMPARE(neck.waiting(), 6.0);
    otherGate->open(); // it does all the work
    QTRY_COMPARE(crowd.count(200), 7);
    QCOMPARE(other.log.requestCount(), std::size_t(7));
    neck.gate->open();
    crowd.join();
}

void TstAdmission::theQueueMovesWhenTheBackendIsWellAgain()
{
    Bottleneck neck("max_queue: 20, queue_timeout_s: 60");
    neck.scenario.config.set("health", "interval_s", "0.1").set("health", "fail_threshold", "1");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    Crowd crowd(neck.scenario);
    crowd.send(3);
    QTRY_COMPARE(neck.waiting(), 3.0);
    neck.backend.setHealthy(false);
    QTRY_COMPARE(neck.scenario.metric("meridian_backend_healthy"), 0.0);
    neck.gate->open();
    QCOMPARE(neck.holdersAnswer().status, 200);
    QTRY_COMPARE(neck.scenario.metric("meridian_backend_inflight"), 0.0);
    QCOMPARE(neck.waiting(), 3.0); // nobody is sent to it as it is
    QCOMPARE(neck.backend.log.requestCount(), std::size_t(1));
    neck.backend.setHealthy(true);
    crowd.join();
    QCOMPARE(crowd.count(200), 3);
}

void TstAdmission::waitersAreNotSentToAnOpenCircuit()
{
    Bottleneck neck("max_queue: 20, queue_timeout_s: 60");
    neck.scenario.config.set("resilience", "circuit_breaker",
                             "{enabled: true, failure_threshold: 1, open_seconds: 60}");
    neck.backend.enqueue(
        Reply().await(neck.gate).send("HTTP/1.1 500 No\r\ncontent-length: 5\r\n\r\nsorry"));
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    Crowd crowd(neck.scenario);
    crowd.send(4);
    QTRY_COMPARE(neck.waiting(), 4.0);
    neck.gate->open();
    crowd.join();
    QCOMPARE(neck.backend.log.requestCount(), std::size_t(1));
    for (const HttpResponse &refusal : crowd.answers()) {
        VERIFY_ERROR(refusal, 503, "meridian_circuit_open");
    }
    QTRY_COMPARE(neck.scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstAdmission::uploadsWaitAsWell()
{
    Bottleneck neck("max_queue: 20, queue_timeout_s: 60");
    START_OR_FAIL(neck.scenario);
    QVERIFY(neck.occupy());
    std::string form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ntest-model\r\n"
                       "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n";
    form += std::string(3'000'000, 'x') + "\r\n--b--\r\n";
    HttpResponse response;
    std::thread client([&] {
        response = neck.scenario.post("/v1/audio/transcriptions", form,
                                      {{"Content-Type", "multipart/form-data; boundary=b"}});
    });
    const bool waits = QTest::qWaitFor([&] { return neck.waiting() == 1.0; }, 5000);
    neck.gate->open();
    client.join();
    QVERIFY(waits);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QVERIFY(neck.backend.log.requests().at(1).body == form);
}

QTEST_GUILESS_MAIN(TstAdmission)
#include "tst_admission.moc"
