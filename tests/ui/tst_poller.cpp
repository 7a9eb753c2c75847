// SPDX-License-Identifier: MIT
// What is asked of a gateway, how often, and what the models make of it.
#include "ui/backendsmodel.h"
#include "ui/currentlink.h"
#include "ui/fakelink.h"
#include "ui/historymodel.h"
#include "ui/poller.h"
#include "ui/requestsmodel.h"
#include "ui/statusmodel.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QLineSeries>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The models on a fake gateway; nothing runs by itself: the test polls.
struct World
{
    World() { current.use(&link); }

    void poll(bool withHistory = false)
    {
        withHistory ? poller.refresh() : poller.poll();
        settle();
    }

    static void settle()
    {
        for (int i = 0; i < 20; ++i) { // answers come by timers of zero, some lead to further calls
            QCoreApplication::processEvents();
        }
    }

    [[nodiscard]] QVariant backend(const char *name, const char *role)
    {
        return backends.get(backends.rowOf(QLatin1String(name))).value(QLatin1String(role));
    }

    FakeLink link;
    CurrentLink current;
    StatusModel status{current};
    BackendsModel backends{current};
    RequestsModel requests{current};
    HistoryModel history;
    Poller poller{current, {status, backends, requests, history}};
};

} // namespace

class TstPoller : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstLook();
    void onlyWhatIsNew();
    void neverTwoOfAKind();
    void ratesComeFromTotals();
    void aGatewayThatBeginsAnew();
    void statesOfBackends();
    void rowsChangeInPlace();
    void actions();
    void aRefusedAction();
    void anotherGateway();
    void nobodyAnswers();
    void history();
    void linesOfCharts();
};

void TstPoller::theFirstLook()
{
    World world;
    world.poll(true);
    QCOMPARE(world.status.connection(), u"connected"_s);
    QVERIFY(world.status.ready());
    QCOMPARE(world.status.generation(), 3);
    QCOMPARE(world.status.version(), u"1.0.0"_s);
    QCOMPARE(world.status.inflight(), 26);
    QCOMPARE(world.status.attentionCount(), 4);
    QCOMPARE(world.status.attentionOn(u"backends"_s), 3);
    QVERIFY(world.status.p95Ms() > world.status.p50Ms());
    QCOMPARE(world.backends.count(), 5);
    QCOMPARE(world.requests.count(), 300);
    QVERIFY(!world.backend("gpu-fast", "provenance").toList().isEmpty());
    QCOMPARE(world.backend("gpu-fast", "provenance").toList()[3].toMap()[u"path"_s].toString(),
             u"model"_s);
}

void TstPoller::onlyWhatIsNew()
{
    World world;
    world.poll();
    world.link.step(5);
    world.poll();
    QCOMPARE(world.requests.count(), 305);
    const auto calls = world.link.callsTo("/meridian/requests");
    QVERIFY(calls.at(0).path.find("after=") == std::string::npos);
    QVERIFY(calls.at(1).path.find("after=300") != std::string::npos);
    QCOMPARE(world.requests.missedCount(), 0);
    world.link.answer("GET", "/meridian/requests",
                      {{u"requests"_s, QJsonArray{}}, {u"next"_s, 1'305}, {u"missed"_s, 1'000}});
    world.poll();
    QCOMPARE(world.requests.missedCount(), 1'000);
}

void TstPoller::neverTwoOfAKind()
{
    World world;
    for (int i = 0; i < 50; ++i) {
        world.poller.refresh();
    }
    QCOMPARE(world.link.callsTo("/meridian/status").size(), std::size_t(1));
    QCOMPARE(world.link.callsTo("/meridian/requests").size(), std::size_t(1));
    QCOMPARE(world.link.callsTo("/meridian/history").size(), std::size_t(2)); // hour and day
    World::settle();
    world.poll();
    QCOMPARE(world.link.callsTo("/meridian/status").size(), std::size_t(2));
    QCOMPARE(world.link.callsTo("/meridian/config/validate").size(), std::size_t(1));
}

void TstPoller::ratesComeFromTotals()
{
    World world;
    world.poll();
    QCOMPARE(world.status.requestsPerSecond(), 0.0);
    for (int i = 0; i < 4; ++i) {
        world.link.step(50);
        world.poll();
    }
    QCOMPARE(world.status.requestsPerSecond(), 50.0);
    QVERIFY(world.status.tokensPerSecond() > 0);
    QVERIFY(world.status.errorRate() >= 0 && world.status.errorRate() < 0.2);
    world.link.setPaused(true);
    world.poll();
    QVERIFY(world.status.paused());
}

void TstPoller::aGatewayThatBeginsAnew()
{
    World world;
    world.poll();
    world.link.answer("GET", "/meridian/requests",
                      {{u"requests"_s, QJsonArray{}}, {u"next"_s, 4}, {u"missed"_s, 0}});
    world.poll();
    world.link.forgetCalls();
    world.poll();
    QVERIFY(world.link.callsTo("/meridian/requests").at(0).path.find("after=") ==
            std::string::npos);
    QCOMPARE(world.status.requestsPerSecond(), 0.0);
}

void TstPoller::statesOfBackends()
{
    World world;
    world.poll();
    QCOMPARE(world.backend("gpu-fast", "state").toString(), u"healthy"_s);
    QCOMPARE(world.backend("gpu-large", "state").toString(), u"draining"_s);
    QCOMPARE(world.backend("laptop", "state").toString(), u"idle"_s);
    QCOMPARE(world.backend("openai", "state").toString(), u"breaker_open"_s);
    QCOMPARE(world.backend("vertex", "state").toString(), u"unhealthy"_s);
    QCOMPARE(world.backend("vertex", "credential").toMap()[u"failures"_s].toInt(), 3);
    QCOMPARE(world.backend("gpu-large", "streamDefects").toInt(), 5);
    QCOMPARE(world.backend("gpu-fast", "share").toDouble(), 5.0 / 8); // two of five are out
    QVERIFY(std::isnan(world.backend("openai", "kvUse").toDouble()));
    world.backends.setWeight(u"gpu-fast"_s, 0);
    World::settle();
    QCOMPARE(world.backend("gpu-fast", "state").toString(), u"no_traffic"_s);
    QCOMPARE(world.backend("gpu-fast", "share").toDouble(), 0.0);
    QVERIFY(world.backends.get(17).isEmpty());
}

void TstPoller::rowsChangeInPlace()
{
    World world;
    const QAbstractItemModelTester tester(&world.backends,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    world.poll();
    world.poll(); // the requests of the first round count now
    QSignalSpy reset(&world.backends, &QAbstractItemModel::modelReset);
    QSignalSpy changed(&world.backends, &QAbstractItemModel::dataChanged);
    world.link.step(0);
    world.poll();
    QCOMPARE(reset.count(), 0);
    QVERIFY(changed.count() > 0);
    for (const auto &signal : changed) {
        const auto roles = signal.at(2).value<QList<int>>();
        QVERIFY(!roles.contains(int(BackendsModel::Name)));
        QVERIFY(!roles.contains(int(BackendsModel::Weight)));
    }
}

void TstPoller::actions()
{
    World world;
    world.poll();
    QSignalSpy acted(&world.backends, &BackendsModel::acted);
    world.backends.drain(u"gpu-fast"_s);
    world.backends.setWeight(u"openai"_s, 7);
    world.backends.explain(u"openai"_s);
    World::settle();
    QCOMPARE(acted.count(), 3);
    QCOMPARE(world.backend("gpu-fast", "state").toString(), u"draining"_s);
    QCOMPARE(world.backend("openai", "weight").toInt(), 7);
    QCOMPARE(world.link.callsTo("/meridian/backends/gpu-fast/drain").at(0).method,
             std::string("POST"));
    QCOMPARE(world.link.callsTo("/meridian/backends/openai/weight").at(0).body,
             std::string("{\"weight\":7}"));
    QVERIFY(world.link.callsTo("/meridian/explain").at(0).body.find("\"gpt-4o\"") !=
            std::string::npos); // one that it serves, not the pattern
    QCOMPARE(world.backends.explanation()[u"backend"_s].toString(), u"openai"_s);
    world.backends.resetWeight(u"openai"_s);
    world.backends.probe(u"a/b"_s);
    World::settle();
    QCOMPARE(world.backend("openai", "weight").toInt(), 2);
    QCOMPARE(world.link.calls().back().path, std::string("/meridian/backends/a%2Fb/probe"));
}

void TstPoller::aRefusedAction()
{
    World world;
    world.poll();
    QSignalSpy acted(&world.backends, &BackendsModel::acted);
    world.backends.drain(u"nobody"_s);
    World::settle();
    QCOMPARE(acted.at(0).at(2).toBool(), false);
    QCOMPARE(acted.at(0).at(3).toString(), u"No backend 'nobody'"_s);
    world.link.setSilent(true);
    world.backends.drain(u"gpu-fast"_s);
    World::settle();
    QCOMPARE(acted.at(1).at(3).toString(), u"connection refused"_s);
}

void TstPoller::anotherGateway()
{
    World world;
    world.poll(true);
    world.poller.poll(); // under way while the gateway is changed
    FakeLink other;
    other.setEmpty();
    world.current.use(&other);
    World::settle();
    QCOMPARE(world.requests.count() + world.backends.count(), 0);
    QVERIFY(world.history.series(u"requests"_s).isEmpty());
    world.poll();
    QCOMPARE(world.status.connection(), u"connected"_s);
    QCOMPARE(world.backends.count(), 0);
    world.current.use(nullptr);
    QCOMPARE(world.status.connection(), u"stopped"_s);
    world.poll();
    QVERIFY(!world.status.problem().isEmpty());
}

void TstPoller::nobodyAnswers()
{
    World world;
    world.poll();
    world.link.setSilent(true);
    world.link.setConnection(GatewayLink::Connection::Reconnecting, u"connection refused"_s);
    world.poll();
    QCOMPARE(world.status.connection(), u"reconnecting"_s);
    QCOMPARE(world.status.problem(), u"connection refused"_s);
    QCOMPARE(world.backends.count(), 5); // as they were; the page dims when that is too long ago
    QTRY_VERIFY_WITH_TIMEOUT((world.status.tick(), world.status.stale()), 60'000);
    QVERIFY(world.status.ageSeconds() >= StatusModel::StaleSeconds);
    world.link.setSilent(false);
    world.poll();
    QVERIFY(!world.status.stale());
}

void TstPoller::history()
{
    World world;
    world.poll(true);
    QCOMPARE(world.history.series(u"requests"_s).size(), 720);
    QCOMPARE(world.history.stepSeconds(), 5);
    QCOMPARE(world.history.sparkline(u"latency_p50_ms"_s).size(), 60);
    QVERIFY(world.history.maxOf({u"latency_p50_ms"_s, u"latency_p99_ms"_s}) > 3'600);
    QCOMPARE(world.history.maxOf({u"no such"_s}), 0.0);
    QVERIFY(!std::isnan(world.history.changeAgainstHourBefore(u"requests"_s)));
    QVERIFY(std::isnan(world.history.changeAgainstHourBefore(u"no such"_s)));
    const int revision = world.history.revision();
    world.history.setRange(u"day"_s);
    World::settle();
    QVERIFY(world.history.revision() > revision);
    QCOMPARE(world.history.series(u"requests"_s).size(), 1'440);
    QVERIFY(std::isnan(world.history.series(u"requests"_s).at(0).toDouble())); // not started yet
    const QString csv = world.history.csv({u"requests"_s, u"inflight"_s});
    QCOMPARE(csv.count(u'\n'), 1'441);
    QVERIFY(csv.startsWith(u"time,requests,inflight\r\n"_s));
    QVERIFY(csv.contains(u"Z,,\r\n"_s)); // a gap is no zero
    const QVariantMap at = world.history.at(world.history.end() - 60'000, {u"requests"_s});
    QVERIFY(at[u"requests"_s].toDouble() > 0);
    QVERIFY(world.history.at(world.history.end() + 1e9, {u"requests"_s}).isEmpty());
}

void TstPoller::linesOfCharts()
{
    World world;
    world.poll(true);
    QLineSeries line;
    QSignalSpy replaced(&line, &QXYSeries::pointsReplaced);
    QCOMPARE(world.history.fill(&line, u"requests"_s), 1);
    QCOMPARE(line.count(), 720);
    QCOMPARE(replaced.count(), 1);
    QCOMPARE(line.at(0).x(), world.history.start());
    world.history.setRange(u"day"_s);
    World::settle();
    QCOMPARE(world.history.fill(&line, u"requests"_s), 2); // before and after the gap
    const auto all = line.count();
    world.history.fill(&line, u"requests"_s, 0);
    const auto before = line.count();
    world.history.fill(&line, u"requests"_s, 1);
    QCOMPARE(before + line.count(), all);
    QCOMPARE(world.history.fill(&line, u"no such"_s), 0);
    QCOMPARE(line.count(), 0);
    QCOMPARE(world.history.fill(nullptr, u"requests"_s), 2);
}

QTEST_GUILESS_MAIN(TstPoller)
#include "tst_poller.moc"
