// SPDX-License-Identifier: MIT
// A gateway elsewhere: a real process, and peers that are none.
#include "core/event/loop.h"
#include "tests/support/scenario.h"
#include "tests/ui/linkcalls.h"
#include "ui/remotelink.h"

#include <QSignalSpy>

using namespace meridian;
using namespace meridian::ui;
using namespace Qt::Literals::StringLiterals;
using support::FakeUpstream;
using support::Scenario;
using Connection = GatewayLink::Connection;

namespace {

QString urlOf(const Scenario &scenario)
{
    return u"http://127.0.0.1:%1/"_s.arg(scenario.gateway.port());
}

} // namespace

class TstRemoteLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGateway();
    void nobody();
    void aGatewayThatEnds();
    void theToken();
    void somebodyElse();
    void silence();
    void tooManyCalls();
    void goesWhileCallsAreUnderWay();

private:
    event::Loop m_loop;
};

void TstRemoteLink::aGateway()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RemoteLink link(m_loop, urlOf(scenario), Secret());
    QCOMPARE(link.connection(), Connection::Connecting);
    QSignalSpy changed(&link, &GatewayLink::changed);
    QCOMPARE(scenario.chat().status, 200);
    const Answered status = askAndWait(link, "GET", "/meridian/status");
    QCOMPARE(status.status, 200);
    QCOMPARE(status.count, 1);
    QCOMPARE(status.body[u"backends"_s][0][u"name"_s].toString(), u"a"_s);
    QCOMPARE(link.connection(), Connection::Connected);
    QCOMPARE(changed.count(), 1);
    const Answered weight =
        askAndWait(link, "POST", "/meridian/backends/a/weight", {{u"weight"_s, 9}});
    QCOMPARE(weight.status, 200);
    QCOMPARE(weight.body[u"weight"_s].toInt(), 9);
    QCOMPARE(askAndWait(link, "GET", "/meridian/backends/b").status, 404);
    QCOMPARE(link.connection(), Connection::Connected);
    QCOMPARE(changed.count(), 1);
}

void TstRemoteLink::nobody()
{
    FakeUpstream upstream;
    upstream.stop(); // the port refuses
    RemoteLink link(m_loop, QString::fromStdString(upstream.url()), Secret());
    const Answered status = askAndWait(link, "GET", "/meridian/status");
    QCOMPARE(status.status, 0);
    QCOMPARE(status.body[u"error"_s][u"code"_s].toString(), u"unreachable"_s);
    QCOMPARE(link.connection(), Connection::Connecting);
    QVERIFY(!link.problem().isEmpty());
    RemoteLink nonsense(m_loop, u"ftp://nowhere"_s, Secret());
    QCOMPARE(askAndWait(nonsense, "GET", "/meridian/status").status, 0);
    QVERIFY(!nonsense.problem().isEmpty());
}

void TstRemoteLink::aGatewayThatEnds()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RemoteLink link(m_loop, urlOf(scenario), Secret());
    QCOMPARE(askAndWait(link, "GET", "/meridian/version").status, 200);
    QCOMPARE(scenario.stop(), 0);
    QCOMPARE(askAndWait(link, "GET", "/meridian/version").status, 0);
    QCOMPARE(link.connection(), Connection::Reconnecting);
}

void TstRemoteLink::theToken()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("admin", "token", "env:DESK_TEST_TOKEN");
    QVERIFY2(scenario.start({{"DESK_TEST_TOKEN", "a-token-of-some-length"}}),
             scenario.gateway.problem().c_str());
    RemoteLink wrong(m_loop, urlOf(scenario), Secret(std::string_view("not-the-right-one")));
    QCOMPARE(askAndWait(wrong, "GET", "/meridian/status").status, 401);
    QCOMPARE(wrong.connection(), Connection::Refused);
    QVERIFY(!wrong.problem().isEmpty());
    RemoteLink right(m_loop, urlOf(scenario), Secret(std::string_view("a-token-of-some-length")));
    QCOMPARE(askAndWait(right, "GET", "/meridian/status").status, 200);
    const Answered session = askAndWait(right, "GET", "/meridian/session");
    QCOMPARE(session.body[u"principal"_s][u"kind"_s].toString(), u"token"_s);
}

void TstRemoteLink::somebodyElse()
{
    FakeUpstream upstream;
    upstream.setHandler([](const support::RecordedRequest &) {
        return support::Reply::of(200, "text/html", "<html>hello</html>");
    });
    RemoteLink link(m_loop, QString::fromStdString(upstream.url()), Secret());
    QCOMPARE(askAndWait(link, "GET", "/meridian/status").status, 0);
    QVERIFY(link.problem().contains(u"not like a Meridian gateway"_s));
    QCOMPARE(upstream.log.requestCount(), std::size_t(1)); // asked once
}

void TstRemoteLink::silence()
{
    FakeUpstream upstream;
    upstream.setAcceptMode(support::AcceptMode::NeverRead);
    RemoteLink link(m_loop, QString::fromStdString(upstream.url()), Secret(),
                    std::chrono::milliseconds(200));
    const Answered status = askAndWait(link, "GET", "/meridian/status");
    QCOMPARE(status.status, 0);
    QCOMPARE(status.count, 1);
}

void TstRemoteLink::tooManyCalls()
{
    FakeUpstream upstream;
    upstream.setAcceptMode(support::AcceptMode::NeverRead);
    RemoteLink link(m_loop, QString::fromStdString(upstream.url()), Secret());
    for (std::size_t i = 0; i < RemoteLink::MaxCalls; ++i) {
        link.call("GET", "/meridian/status", {}, [](int, const QJsonDocument &) {});
    }
    const Answered refused = askAndWait(link, "GET", "/meridian/status");
    QCOMPARE(refused.status, 0);
    QVERIFY(refused.body[u"error"_s][u"message"_s].toString().contains(u"Too many"_s));
}

void TstRemoteLink::goesWhileCallsAreUnderWay()
{
    FakeUpstream upstream;
    upstream.setAcceptMode(support::AcceptMode::NeverRead);
    int answers = 0;
    {
        RemoteLink link(m_loop, QString::fromStdString(upstream.url()), Secret(),
                        std::chrono::milliseconds(50));
        link.call("GET", "/", {}, [&](int, const QJsonDocument &) { ++answers; });
    }
    QVERIFY(!support::turnUntil([&] { return answers > 0; }, std::chrono::milliseconds(200)));
}

QTEST_GUILESS_MAIN(TstRemoteLink)
#include "tst_remotelink.moc"
