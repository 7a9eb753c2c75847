// SPDX-License-Identifier: MIT
// Promise: each of the time-outs towards a backend bounds just what its name says, and a backend's
// own lie over the common ones.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

namespace {

/// Sets `key` for all backends, with a useless value for this one's, or the other way round.
struct Setting
{
    bool isOwn;

    GatewayConfig::Entries own(std::string_view key, std::string_view value) const
    {
        if (!isOwn) {
            return {};
        }
        return {{"timeout", "{" + std::string(key) + ": " + std::string(value) + "}"}};
    }

    void common(Scenario &scenario, std::string_view key, std::string_view value) const
    {
        scenario.config.set("timeouts", key, isOwn ? "250" : value);
    }
};

void rows()
{
    QTest::addColumn<bool>("isOwn");
    QTest::newRow("of all backends") << false;
    QTest::newRow("of this backend") << true;
}

} // namespace

class TstDeadlines : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void connecting_data() { rows(); }

    void connecting();

    void firstByte_data() { rows(); }

    void firstByte();
    void firstByteIsNotAGap();
    void interimResponsesBuyNoTime();

    void total_data() { rows(); }

    void total();
    void totalBeforeTheFirstByteGoesElsewhere();
    void totalLeavesWhatIsInTime();

    void read_data() { rows(); }

    void read();

    void streamRead_data() { rows(); }

    void streamRead();
    void streamReadIsForStreamsOnly();
    void aLongerOwnTimeIsGiven();
};

void TstDeadlines::connecting()
{
    QFETCH(bool, isOwn);
    const Setting setting{isOwn};
    Scenario scenario;
    const SilentPort silent;
    scenario.config.backend("b", silent.url(), setting.own("connect", "0.3"));
    setting.common(scenario, "connect", "0.3");
    START_OR_FAIL(scenario);
    const auto start = Clock::now();
    VERIFY_ERROR(scenario.chat(), 504, "meridian_backend_timeout");
    QVERIFY(Clock::now() - start >= 290ms);
}

void TstDeadlines::firstByte()
{
    QFETCH(bool, isOwn);
    const Setting setting{isOwn};
    Scenario scenario;
    FakeUpstream &mute = scenario.addBackend("b", setting.own("first_byte", "0.3"));
    setting.common(scenario, "first_byte", "0.3");
    START_OR_FAIL(scenario);
    mute.setHandler([](const RecordedRequest &) { return Reply::never(); });
    for (const std::string_view body : {Scenario::ChatBody, Scenario::StreamBody}) {
        VERIFY_ERROR(scenario.chat(body), 504, "meridian_backend_timeout");
    }
    QVERIFY(mute.log.waitForPeerClose(0).has_value());
    QTRY_COMPARE(scenario.metric("meridian_timeouts_total"), 2.0);
}

void TstDeadlines::firstByteIsNotAGap()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("timeouts", "first_byte", "2");
    START_OR_FAIL(scenario);
    // Its first byte comes at once; the rest later than a first byte may.
    backend.setHandler([](const RecordedRequest &) {
        return Reply::chunkedHead("application/json")
            .sendChunk("{")
            .pause(2500ms)
            .sendChunk("}")
            .endChunks();
    });
    const HttpResponse response = scenario.chat();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.body, std::string("{}"));
}

void TstDeadlines::total()
{
    QFETCH(bool, isOwn);
    const Setting setting{isOwn};
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b", setting.own("total", "0.6"));
    setting.common(scenario, "total", "0.6");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { // never silent, never done
        Reply reply = Reply::chunkedHead("text/event-stream");
        for (int i = 0; i < 1000; ++i) {
            reply.sendChunk(deltaEvent("x")).pause(20ms);
        }
        return reply;
    });
    const auto start = Clock::now();
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    QVERIFY(Clock::now() - start >= 590ms);
    QCOMPARE(response.status, 200);
    QVERIFY2(response.body.find("\"error\"") != std::string::npos, response.body.c_str());
    QVERIFY(response.body.ends_with(DoneEvent));
    QVERIFY(backend.log.waitForPeerClose(0).has_value());
}

void TstDeadlines::totalBeforeTheFirstByteGoesElsewhere()
{
    Scenario scenario;
    FakeUpstream &mute = scenario.addBackend("mute", {{"timeout", "{total: 0.3}"}});
    scenario.addBackend("good");
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    mute.setHandler([](const RecordedRequest &) { return Reply::never(); });
    for (int i = 0; i < 4; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    QVERIFY(mute.log.requestCount() >= 1);
}

void TstDeadlines::totalLeavesWhatIsInTime()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("timeouts", "total", "2");
    scenario.config.set("gateway", "workers", "1");
    START_OR_FAIL(scenario);
    // The connection is kept: the first request's limit must not strike the ones after it.
    RawClient client = scenario.connect();
    const Deadline end = 2500ms;
    while (!end.hasPassed()) {
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
    }
    QCOMPARE(scenario.metric("meridian_timeouts_total"), 0.0);
    QVERIFY(backend.log.connections().size() < backend.log.requestCount());
}

void TstDeadlines::read()
{
    QFETCH(bool, isOwn);
    const Setting setting{isOwn};
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b", setting.own("read", "0.3"));
    setting.common(scenario, "read", "0.3");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::chunkedHead("application/json").sendChunk("{").awaitPeerClose();
    });
    const HttpResponse response = scenario.chat();
    QVERIFY2(!response.isComplete(), "half an answer passed for a whole one");
    QVERIFY(backend.log.waitForPeerClose(0).has_value());
    QCOMPARE(scenario.logLineWith("status_code", 504)[QLatin1String("error_type")].toString(),
             QStringLiteral("stream_read_timeout"));
}

void TstDeadlines::streamRead()
{
    QFETCH(bool, isOwn);
    const Setting setting{isOwn};
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b", setting.own("stream_read", "0.3"));
    setting.common(scenario, "stream_read", "0.3");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::chunkedHead("text/event-stream").sendChunk(deltaEvent("x")).awaitPeerClose();
    });
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(response);
    QVERIFY(response.body.starts_with(deltaEvent("x")));
    QVERIFY(response.body.find("meridian_stream_timeout") != std::string::npos);
    QVERIFY(response.body.ends_with(DoneEvent));
    QVERIFY(backend.log.waitForPeerClose(0).has_value());
}

void TstDeadlines::streamReadIsForStreamsOnly()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("timeouts", "stream_read", "0.2");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::chunkedHead("application/json")
            .sendChunk("{")
            .pause(500ms)
            .sendChunk("}")
            .endChunks();
    });
    const HttpResponse response = scenario.chat();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.body, std::string("{}"));
}

void TstDeadlines::aLongerOwnTimeIsGiven()
{
    Scenario scenario;
    FakeUpstream &slow = scenario.addBackend("slow", {{"timeout", "{first_byte: 100}"}});
    scenario.config.set("timeouts", "first_byte", "0.2");
    START_OR_FAIL(scenario);
    slow.setHandler(
        [](const RecordedRequest &) { return Reply::json(completionBody()).after(600ms); });
    QCOMPARE(scenario.chat().status, 200);
}

void TstDeadlines::interimResponsesBuyNoTime()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("timeouts", "first_byte", "0.5");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        Reply reply;
        for (int i = 0; i < 300; ++i) { // a minute of them, each well within the time
            reply.send("HTTP/1.1 100 Continue\r\n\r\n").pause(200ms);
        }
        return reply.awaitPeerClose();
    });
    VERIFY_ERROR(scenario.chat(), 504, "meridian_backend_timeout");
}

QTEST_GUILESS_MAIN(TstDeadlines)
#include "tst_deadlines.moc"
