// SPDX-License-Identifier: MIT
// Promise: a broken chat stream is gone on with by a backend that can, where that is configured.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace meridian::support;

class TstContinuation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anotherBackendGoesOn();
    void offByDefault();
    void onlyBackendsThatCan();
    void refusalEndsTheStreamWell();
    void modelNameOfTheOtherBackend();
};

namespace {

const GatewayConfig::Entries Able{{"continuation", "true"}};

// The first backend by weight: the other gets nothing unless it must.
Reply brokenStream(const SharedGate &gate)
{
    return Reply::chunkedHead("text/event-stream")
        .sendChunk(deltaEvent("one "))
        .sendChunk(deltaEvent("two "))
        .sendChunk("data: {\"half")
        .await(gate)
        .ending(Ending::Reset);
}

// Starts a stream at whichever backend is chosen and breaks it there.
struct Broken
{
    FakeUpstream *first = nullptr;
    FakeUpstream *other = nullptr;
    HttpResponse response;
};

Broken breakStream(Scenario &scenario, FakeUpstream &a, FakeUpstream &b, const Reply &rest)
{
    const SharedGate gate = makeGate();
    const auto handler = [gate, rest](const RecordedRequest &request) {
        const bool isRest = request.body.find("continue_final_message") != std::string::npos;
        return isRest ? rest : brokenStream(gate);
    };
    a.setHandler(handler);
    b.setHandler(handler);
    RawClient client = scenario.connect();
    Broken broken;
    if (client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)) &&
        client.readUntil(deltaEvent("two "))) {
        gate->open();
        broken.response = client.readResponse();
    }
    const bool isA = broken.response.header("x-meridian-backend") == "a";
    broken.first = isA ? &a : &b;
    broken.other = isA ? &b : &a;
    return broken;
}

} // namespace

void TstContinuation::anotherBackendGoesOn()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a", Able);
    FakeUpstream &b = scenario.addBackend("b", Able);
    scenario.config.set("resilience", "continuation", "true");
    START_OR_FAIL(scenario);
    const std::string end = usageEvent() + std::string(DoneEvent);
    const Broken broken = breakStream(scenario, a, b, Reply::sse({deltaEvent("three"), end}));
    VERIFY_COMPLETE(broken.response);
    const std::string name = broken.other == &b ? "b" : "a";
    QCOMPARE(broken.response.body, deltaEvent("one ") + deltaEvent("two ") +
                                       ": meridian: continued by backend " + name + "\n\n" +
                                       deltaEvent("three") + end);
    const auto requests = broken.other->log.requests();
    QCOMPARE(requests.size(), std::size_t(1));
    const QJsonObject rest =
        QJsonDocument::fromJson(QByteArray::fromStdString(requests.at(0).body)).object();
    const QJsonArray messages = rest.value(QLatin1String("messages")).toArray();
    QCOMPARE(messages.last().toObject().value(QLatin1String("content")).toString(),
             QStringLiteral("one two "));
    QCOMPARE(rest.value(QLatin1String("add_generation_prompt")).toBool(true), false);
    const QJsonObject line = scenario.logLine(broken.response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 200);
    QCOMPARE(line.value(QLatin1String("continued")).toBool(), true);
    QCOMPARE(line.value(QLatin1String("chosen_backend")).toString(), QString::fromStdString(name));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstContinuation::offByDefault()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a", Able);
    FakeUpstream &b = scenario.addBackend("b", Able);
    START_OR_FAIL(scenario);
    const Broken broken = breakStream(scenario, a, b, Reply::sse({deltaEvent("three")}));
    VERIFY_COMPLETE(broken.response);
    QVERIFY(broken.response.body.find("meridian_backend_error") != std::string::npos);
    QCOMPARE(broken.other->log.requestCount(), std::size_t(0));
}

void TstContinuation::onlyBackendsThatCan()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a");
    FakeUpstream &b = scenario.addBackend("b");
    scenario.config.set("resilience", "continuation", "true");
    START_OR_FAIL(scenario);
    const Broken broken = breakStream(scenario, a, b, Reply::sse({deltaEvent("three")}));
    VERIFY_COMPLETE(broken.response);
    QVERIFY(broken.response.body.find("meridian_backend_error") != std::string::npos);
    QVERIFY(broken.response.body.ends_with(DoneEvent));
    QCOMPARE(broken.other->log.requestCount(), std::size_t(0));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstContinuation::refusalEndsTheStreamWell()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a", Able);
    FakeUpstream &b = scenario.addBackend("b", Able);
    scenario.config.set("resilience", "continuation", "true");
    START_OR_FAIL(scenario);
    const Broken broken =
        breakStream(scenario, a, b, Reply::json("{\"error\":{\"message\":\"no\"}}", 400));
    VERIFY_COMPLETE(broken.response);
    QVERIFY(broken.response.body.starts_with(deltaEvent("one ") + deltaEvent("two ")));
    QVERIFY(broken.response.body.find("meridian_backend_error") != std::string::npos);
    QVERIFY(broken.response.body.ends_with(DoneEvent));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstContinuation::modelNameOfTheOtherBackend()
{
    Scenario scenario;
    GatewayConfig::Entries named = Able;
    named.emplace_back("upstream_model", "private-name");
    FakeUpstream &a = scenario.addBackend("a", named);
    FakeUpstream &b = scenario.addBackend("b", named);
    scenario.config.set("resilience", "continuation", "true");
    START_OR_FAIL(scenario);
    const Broken broken = breakStream(scenario, a, b, Reply::sse({std::string(DoneEvent)}));
    VERIFY_COMPLETE(broken.response);
    const auto requests = broken.other->log.requests();
    QCOMPARE(requests.size(), std::size_t(1));
    QVERIFY(requests.at(0).body.find("\"model\":\"private-name\"") != std::string::npos);
}

QTEST_GUILESS_MAIN(TstContinuation)
#include "tst_continuation.moc"
