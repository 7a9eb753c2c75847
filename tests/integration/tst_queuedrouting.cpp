// SPDX-License-Identifier: MIT
// Promise: a request that had to wait for a slot is routed like any other: its tier, its session
// and the canary's count do not get lost in the queue.
#include "tests/integration/routingview.h"

#include <QTest>

using namespace meridian::support;

class TstQueuedRouting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itsTierIsTold();
    void itsSessionIsPinned();
    void theCanaryCountsIt();
};

namespace {

/// One slot, taken by a request that ends when `gate` opens.
class FullBackend
{
public:
    explicit FullBackend(Scenario &scenario)
        : m_scenario(scenario)
        , m_backend(
              scenario.addBackend("b", {{"tags", "[general, canary]"}, {"max_concurrency", "1"}}))
    {
        m_backend.setHandler([gate = m_gate](const RecordedRequest &request) {
            return request.body.find("hold") == std::string::npos
                       ? Reply::json("{}",
                                     request.body.find("fail") == std::string::npos ? 200 : 500)
                       : Reply().await(gate).send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        });
        scenario.config.set("admission", "max_queue", "4");
    }

    void fill()
    {
        m_held = m_scenario.connect();
        m_held.send(RawClient::request("POST", Scenario::ChatPath, chatBody("hold")));
        QVERIFY(m_backend.log.waitForRequests(1));
    }

    /// Sends it, lets it wait, frees the slot.
    HttpResponse waitFor(std::string_view text, const Headers &headers = {})
    {
        RawClient client = m_scenario.connect();
        client.send(RawClient::request("POST", Scenario::ChatPath, chatBody(text), headers));
        const Deadline deadline = Patient;
        while (m_scenario.metric("meridian_queue_length") < 1 && !deadline.hasPassed()) {
        }
        m_gate->open();
        return client.readResponse();
    }

private:
    Scenario &m_scenario;
    SharedGate m_gate = makeGate();
    FakeUpstream &m_backend;
    RawClient m_held;
};

} // namespace

void TstQueuedRouting::itsTierIsTold()
{
    Scenario scenario;
    FullBackend full(scenario);
    scenario.config.set("tiering", "enabled", "true");
    START_OR_FAIL(scenario);
    full.fill();
    const HttpResponse response = full.waitFor("hi");
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("x-meridian-tier"), std::string("default"));
    QTRY_COMPARE(scenario.metric("meridian_tier_requests_total"), 2.0);
}

void TstQueuedRouting::itsSessionIsPinned()
{
    Scenario scenario;
    FullBackend full(scenario);
    scenario.config.set("session_affinity", "enabled", "true");
    START_OR_FAIL(scenario);
    full.fill();
    const Headers session{{"x-meridian-session", "s"}};
    QCOMPARE(full.waitFor("hi", session).header("x-meridian-session-route"), std::string("new"));
    QCOMPARE(scenario.chat(Scenario::ChatBody, session).header("x-meridian-session-route"),
             std::string("pinned"));
}

void TstQueuedRouting::theCanaryCountsIt()
{
    Scenario scenario;
    FullBackend full(scenario);
    scenario.config.set("canary", "enabled", "true").set("canary", "start_weight", "100");
    START_OR_FAIL(scenario);
    full.fill();
    QCOMPARE(full.waitFor("fail").status, 500);
    const auto samples = [&scenario] {
        return jsonOf(scenario.get("/meridian/status"))
            .value(QLatin1String("canary"))
            .toObject()
            .value(QLatin1String("window_samples"))
            .toInt();
    };
    QTRY_COMPARE_WITH_TIMEOUT(samples(), 2, 8000);
}

QTEST_GUILESS_MAIN(TstQueuedRouting)
#include "tst_queuedrouting.moc"
