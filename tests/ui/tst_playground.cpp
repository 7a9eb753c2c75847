// SPDX-License-Identifier: MIT
// The playground against a real gateway: asked once, shown as it streams, stopped at the backend.
#include "tests/support/scenario.h"
#include "tests/ui/heldlink.h"
#include "tests/ui/turning.h"
#include "ui/playgroundmodel.h"

#include <QtTest>

#include <cmath>

using namespace meridian;
using namespace meridian::ui;
using namespace meridian::support;

namespace {

QJsonObject backendsOf(const QString &model)
{
    return {{QStringLiteral("backends"),
             QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("gpu")},
                                    {QStringLiteral("model"), model}}}}};
}

} // namespace

class TestPlayground : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void streamsAnAnswerAndMeasuresIt();
    void sendsTheConversation();
    void countsPiecesWhenNobodyTellsTheUsage();
    void stoppingClosesTheBackendsConnection();
    void sendsOnceWhenTheStreamBreaks();
    void showsTheGatewaysError();
    void showsThatNobodyListens();
    void asksTwoSidesOnceEach();
    void saysWhyItDoesNotSend();

private:
    void start();
    [[nodiscard]] MessageList::Message last(PlaygroundSide *side) const;

    std::unique_ptr<Scenario> m_world;
    FakeUpstream *m_upstream = nullptr;
    std::unique_ptr<HeldLink> m_link;
    std::unique_ptr<event::Loop> m_loop;
    std::unique_ptr<PlaygroundModel> m_model;
};

void TestPlayground::init()
{
    m_world = std::make_unique<Scenario>();
    m_upstream = &m_world->addBackend("gpu", {{"model", "test-model"}});
    m_link = std::make_unique<HeldLink>();
    m_loop = std::make_unique<event::Loop>();
    m_model = std::make_unique<PlaygroundModel>(*m_link, *m_loop);
}

void TestPlayground::cleanup()
{
    m_model.reset();
    m_loop->finish();
    m_loop.reset();
    m_world.reset();
}

void TestPlayground::start()
{
    START_OR_FAIL(*m_world);
    m_link->url = QStringLiteral("http://127.0.0.1:%1").arg(m_world->gateway.port());
    m_model->refresh();
    QVERIFY(m_link->answer("GET", "/meridian/backends", backendsOf(QStringLiteral("test-model"))));
    QCOMPARE(m_model->first()->model(), QStringLiteral("test-model"));
    m_model->setPrices(
        {{QStringLiteral("gpu"), QVariantMap{{QStringLiteral("prompt_per_1m"), 1.0},
                                             {QStringLiteral("completion_per_1m"), 2.0}}}});
}

MessageList::Message TestPlayground::last(PlaygroundSide *side) const
{
    const auto &messages = side->messages()->messages();
    return messages.empty() ? MessageList::Message{} : messages.back();
}

void TestPlayground::streamsAnAnswerAndMeasuresIt()
{
    start();
    m_upstream->enqueue(Reply::sse(
        {deltaEvent("Hel"), deltaEvent("lo \xe2\x82\xac"), usageEvent(), std::string(DoneEvent)},
        20ms));
    QVERIFY(m_model->send(QStringLiteral("hi")));
    PlaygroundSide *side = m_model->first();
    QVERIFY(side->isBusy());
    QVERIFY(last(side).isStreaming);
    QVERIFY(support::turnUntil([&] { return !side->isBusy(); }));
    QCOMPARE(last(side).text, QStringLiteral("Hello €"));
    QCOMPARE(last(side).error, QString());
    QVERIFY(!last(side).isStreaming);
    QCOMPARE(side->backend(), QStringLiteral("gpu"));
    QVERIFY(side->requestId().startsWith(QStringLiteral("mrdn-")));
    QVERIFY(side->ttftMs() > 0);
    QVERIFY(side->tokensPerSecond() > 0);
    QCOMPARE(side->tokens(), 5); // as the backend told
    QCOMPARE(side->promptTokens(), 11);
    QVERIFY(!side->isEstimated());
    QCOMPARE(side->costText(), QStringLiteral("<$0.0001"));
    QVERIFY(side->cost() > 0);
    QCOMPARE(m_upstream->log.requestCount(), std::size_t{1});
}

void TestPlayground::sendsTheConversation()
{
    start();
    m_model->setSystemPrompt(QStringLiteral("Be brief."));
    for (const char *question : {"one", "two"}) {
        m_upstream->enqueue(Reply::sse({deltaEvent("ok"), std::string(DoneEvent)}));
        QVERIFY(m_model->send(QLatin1String(question)));
        QVERIFY(support::turnUntil([&] { return !m_model->isBusy(); }));
    }
    const auto requests = m_upstream->log.requests();
    QCOMPARE(requests.size(), std::size_t{2});
    const QJsonObject body =
        QJsonDocument::fromJson(QByteArray::fromStdString(requests[1].body)).object();
    QVERIFY(body.value(QLatin1String("stream")).toBool());
    QStringList roles;
    for (const QJsonValue &message : body.value(QLatin1String("messages")).toArray()) {
        roles.append(message.toObject().value(QLatin1String("role")).toString() + QLatin1Char(' ') +
                     message.toObject().value(QLatin1String("content")).toString());
    }
    QCOMPARE(roles, (QStringList{QStringLiteral("system Be brief."), QStringLiteral("user one"),
                                 QStringLiteral("assistant ok"), QStringLiteral("user two")}));
}

void TestPlayground::countsPiecesWhenNobodyTellsTheUsage()
{
    start();
    m_upstream->enqueue(
        Reply::sse({deltaEvent("a"), deltaEvent("b"), deltaEvent("c"), std::string(DoneEvent)}));
    QVERIFY(m_model->send(QStringLiteral("hi")));
    QVERIFY(support::turnUntil([&] { return !m_model->isBusy(); }));
    QCOMPARE(m_model->first()->tokens(), 3);
    QVERIFY(m_model->first()->isEstimated());
    QVERIFY(std::isnan(m_model->first()->cost())); // no price of a guess
}

void TestPlayground::stoppingClosesTheBackendsConnection()
{
    start();
    m_upstream->enqueue(
        Reply::chunkedHead("text/event-stream").sendChunk(deltaEvent("begun")).awaitPeerClose());
    QVERIFY(m_model->send(QStringLiteral("hi")));
    QVERIFY(
        support::turnUntil([&] { return last(m_model->first()).text == QStringLiteral("begun"); }));
    const auto requests = m_upstream->log.connections();
    m_model->stop();
    QVERIFY(!m_model->isBusy());
    QCOMPARE(last(m_model->first()).text, QStringLiteral("begun")); // what has come stays
    QCOMPARE(last(m_model->first()).error, QString());
    QVERIFY(support::turnUntil(
        [&] { return m_upstream->log.waitForPeerClose(requests.size() - 1, 50ms).has_value(); }));
    QCOMPARE(m_upstream->log.requestCount(), std::size_t{1});
}

void TestPlayground::sendsOnceWhenTheStreamBreaks()
{
    start();
    m_upstream->enqueue(
        Reply::sse({deltaEvent("half"), deltaEvent("lost")}).cutAfter(400, Ending::Reset), 5);
    QVERIFY(m_model->send(QStringLiteral("hi")));
    QVERIFY(support::turnUntil([&] { return !m_model->isBusy(); }));
    QVERIFY(!last(m_model->first()).error.isEmpty());
    // the gateway's own rules decide what it asks upstream; we ask it once
    QCOMPARE(m_world->metric("meridian_requests_total"), 1.0);
}

void TestPlayground::showsTheGatewaysError()
{
    start();
    m_model->first()->setModel(QStringLiteral("nobody-serves-this"));
    QVERIFY(m_model->send(QStringLiteral("hi")));
    QVERIFY(support::turnUntil([&] { return !m_model->isBusy(); }));
    const QString error = last(m_model->first()).error;
    QVERIFY2(error.contains(QStringLiteral("nobody-serves-this")), qPrintable(error));
    QCOMPARE(m_upstream->log.requestCount(), std::size_t{0});
}

void TestPlayground::showsThatNobodyListens()
{
    start();
    const RefusingPort nobody;
    m_link->url = QString::fromStdString(nobody.url());
    QVERIFY(m_model->send(QStringLiteral("hi")));
    QVERIFY(support::turnUntil([&] { return !m_model->isBusy(); }));
    QVERIFY(!last(m_model->first()).error.isEmpty());
    QCOMPARE(last(m_model->first()).text, QString());
}

void TestPlayground::asksTwoSidesOnceEach()
{
    start();
    m_model->setCompare(true);
    QCOMPARE(m_model->sides().size(), 2);
    m_upstream->enqueue(Reply::sse({deltaEvent("x"), std::string(DoneEvent)}), 2);
    QVERIFY(m_model->send(QStringLiteral("hi")));
    QVERIFY(!m_model->send(QStringLiteral("again"))); // while the first is under way
    QCOMPARE(m_model->whyNotSent(), QStringLiteral("busy"));
    QVERIFY(support::turnUntil([&] { return !m_model->isBusy(); }));
    QCOMPARE(last(m_model->first()).text, QStringLiteral("x"));
    QCOMPARE(last(m_model->second()).text, QStringLiteral("x"));
    QCOMPARE(m_upstream->log.requestCount(), std::size_t{2});
    m_model->clear();
    QCOMPARE(m_model->first()->messages()->rowCount(), 0);
}

void TestPlayground::saysWhyItDoesNotSend()
{
    QVERIFY(!m_model->send(QStringLiteral("  ")));
    QCOMPARE(m_model->whyNotSent(), QStringLiteral("empty"));
    QVERIFY(!m_model->send(QStringLiteral("hi")));
    QCOMPARE(m_model->whyNotSent(), QStringLiteral("no_model"));
    QVERIFY(!m_model->send(QString(PlaygroundModel::MaxText + 1, QLatin1Char('x'))));
    QCOMPARE(m_model->whyNotSent(), QStringLiteral("too_long"));
    m_link->url.clear();
    QVERIFY(!m_model->send(QStringLiteral("hi")));
    QCOMPARE(m_model->whyNotSent(), QStringLiteral("no_gateway"));
}

QTEST_GUILESS_MAIN(TestPlayground)
#include "tst_playground.moc"
