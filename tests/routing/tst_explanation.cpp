// SPDX-License-Identifier: MIT
// What `explain` says of a decision.
#include "tests/routing/routerworld.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace meridian;
using namespace meridian::routing;
using namespace std::chrono_literals;
using upstream::Backend;

namespace {

std::string raw(RouterWorld &world, std::string_view requested = "asked")
{
    world.router.configure(world.snapshot);
    Explanation decision;
    decision.requestedModel = requested;
    decision.query = world.query;
    decision.figures = figuresOf(world.snapshot, world.router.strategy(), world.query.pick);
    decision.choice = world.choose();
    decision.verdicts = world.router.verdicts();
    Router trial;
    return explain(world.snapshot, trial, decision);
}

QJsonObject said(RouterWorld &world, std::string_view requested = "asked")
{
    QJsonParseError error;
    const QJsonObject object =
        QJsonDocument::fromJson(QByteArray::fromStdString(raw(world, requested)), &error).object();
    if (error.error != QJsonParseError::NoError) {
        qFatal("not JSON: %s", qPrintable(error.errorString()));
    }
    return object;
}

QString text(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString();
}

QStringList order(const QJsonObject &object)
{
    QStringList names;
    for (const QJsonValue &name : object.value(QLatin1String("order")).toArray()) {
        names << name.toString();
    }
    return names;
}

QJsonObject backend(const QJsonObject &object, int index)
{
    return object.value(QLatin1String("backends")).toArray().at(index).toObject();
}

} // namespace

class TestExplanation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDecision();
    void passageByDialect();
    void theFiguresAreFromBeforeTheChoice();
    void onlyWhoWasComparedHasAScore();
    void theOrderIsWhatRetriesWouldDo();
    void theOrderBeginsAfterWhatWasTried();
    void refusalsHaveNoOrder_data();
    void refusalsHaveNoOrder();
    void breakers();
    void tiersAndSessions();
    void longListsAreCut();
    void namesDoNotBreakTheLine();
    void outcomeNames();
};

void TestExplanation::theDecision()
{
    RouterWorld world;
    world.snapshot.generation = 7;
    world.snapshot.settings.gateway.strategy = "token_aware";
    world.query.pick.promptTokens = 12;
    world.add("one");
    world.add("two", {}, "other");
    const QJsonObject object = said(world);
    QCOMPARE(text(object, "outcome"), QStringLiteral("chosen"));
    QCOMPARE(text(object, "backend"), QStringLiteral("one"));
    QCOMPARE(text(object, "model"), QStringLiteral("asked"));
    QCOMPARE(text(object, "routed_model"), QStringLiteral("m"));
    QCOMPARE(text(object, "strategy"), QStringLiteral("token_aware"));
    QVERIFY(object.value(QLatin1String("tier")).isNull());
    QVERIFY(object.value(QLatin1String("session_route")).isNull());
    QCOMPARE(object.value(QLatin1String("prompt_tokens")).toInt(), 12);
    QCOMPARE(object.value(QLatin1String("max_tokens")).toInt(), 10);
    QCOMPARE(object.value(QLatin1String("cost")).toDouble(), 50.0);
    QCOMPARE(object.value(QLatin1String("generation")).toInt(), 7);
    QCOMPARE(object.value(QLatin1String("backends")).toArray().size(), 2);
    QCOMPARE(text(backend(object, 0), "backend"), QStringLiteral("one"));
    QCOMPARE(text(backend(object, 0), "verdict"), QStringLiteral("chosen"));
    QCOMPARE(text(backend(object, 1), "verdict"), QStringLiteral("other_model"));
    QCOMPARE(text(backend(object, 0), "provider"), QStringLiteral("openai"));
    QCOMPARE(text(backend(object, 0), "passage"), QStringLiteral("native"));
}

void TestExplanation::passageByDialect()
{
    RouterWorld world;
    world.add("one");
    world.query.dialect = provider::Dialect::Anthropic;
    QCOMPARE(text(backend(said(world), 0), "passage"), QStringLiteral("translated"));
    world.query.operation = provider::Operation::CountTokens;
    QCOMPARE(text(backend(said(world), 0), "passage"), QStringLiteral("estimated"));
    world.query.operation = provider::Operation::Other;
    const QJsonObject none = said(world);
    QCOMPARE(text(backend(none, 0), "passage"), QStringLiteral("none"));
    QCOMPARE(text(backend(none, 0), "verdict"), QStringLiteral("other_surface"));
    QCOMPARE(text(none, "outcome"), QStringLiteral("no_such_surface"));
}

void TestExplanation::theFiguresAreFromBeforeTheChoice()
{
    RouterWorld world;
    world.snapshot.settings.gateway.strategy = "token_aware";
    Backend &one = world.add("one");
    Backend &two = world.add("two");
    one.state()->load.noteLatency(20ms, world.query.pick.now);
    two.state()->load.noteLatency(10ms, world.query.pick.now);
    two.state()->load.enter(30, world.query.pick.now);
    const QJsonObject object = said(world);
    QCOMPARE(text(object, "backend"), QStringLiteral("two"));
    QCOMPARE(backend(object, 0).value(QLatin1String("score")).toDouble(), 50.0 * 20);
    QCOMPARE(backend(object, 1).value(QLatin1String("score")).toDouble(), (30.0 + 50) * 10);
    QCOMPARE(backend(object, 1).value(QLatin1String("inflight")).toInt(), 1);
    QCOMPARE(two.inflight(), std::int64_t(2));
    QCOMPARE(backend(object, 1).value(QLatin1String("ewma_latency_ms")).toDouble(), 10.0);
    QCOMPARE(backend(object, 1).value(QLatin1String("weight")).toInt(), 1);
}

void TestExplanation::onlyWhoWasComparedHasAScore()
{
    RouterWorld world;
    world.add("one");
    RouterWorld::down(world.add("down"));
    world.add("busy").state()->load.enter(1, world.query.pick.now);
    const QJsonObject object = said(world);
    QCOMPARE(backend(object, 0).value(QLatin1String("score")).toDouble(-1), 0.0);
    QVERIFY(backend(object, 1).value(QLatin1String("score")).isNull());
    QCOMPARE(text(backend(object, 1), "verdict"), QStringLiteral("unhealthy"));
    QCOMPARE(backend(object, 2).value(QLatin1String("score")).toDouble(-1), 1.0);
    QCOMPARE(text(backend(object, 2), "verdict"), QStringLiteral("candidate"));
}

void TestExplanation::theOrderIsWhatRetriesWouldDo()
{
    RouterWorld world;
    Backend &last = world.add("last");
    Backend &second = world.add("second");
    world.add("first");
    world.add("never", {}, "other");
    second.state()->load.enter(1, world.query.pick.now);
    last.state()->health.noteSuspicion();
    const QJsonObject object = said(world);
    QCOMPARE(order(object), (QStringList{QStringLiteral("first"), QStringLiteral("second"),
                                         QStringLiteral("last")}));
    QCOMPARE(last.inflight(), std::int64_t(0)); // looking ahead is no use
    QCOMPARE(second.inflight(), std::int64_t(1));
}

void TestExplanation::theOrderBeginsAfterWhatWasTried()
{
    RouterWorld world;
    const std::vector<const Backend *> tried{&world.add("one")};
    world.add("two");
    world.query.tried = &tried;
    const QJsonObject object = said(world);
    QCOMPARE(order(object), QStringList{QStringLiteral("two")});
    QCOMPARE(text(backend(object, 0), "verdict"), QStringLiteral("tried"));
}

void TestExplanation::refusalsHaveNoOrder_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<QByteArray>("outcome");
    QTest::newRow("nobody") << QByteArray("else") << QByteArray("no_such_model");
    QTest::newRow("none named") << QByteArray() << QByteArray("no_such_model");
    QTest::newRow("down") << QByteArray("m") << QByteArray("none_healthy");
}

void TestExplanation::refusalsHaveNoOrder()
{
    QFETCH(QByteArray, model);
    QFETCH(QByteArray, outcome);
    RouterWorld world;
    RouterWorld::down(world.add("one"));
    world.query.model = std::string_view(model.data(), static_cast<std::size_t>(model.size()));
    const QJsonObject object = said(world, world.query.model);
    QCOMPARE(text(object, "outcome"), QString::fromLatin1(outcome));
    QVERIFY(object.value(QLatin1String("backend")).isNull());
    QCOMPARE(object.value(QLatin1String("model")).isNull(), model.isEmpty());
    QVERIFY(order(object).isEmpty());
    QCOMPARE(object.value(QLatin1String("backends")).toArray().size(), 1);
}

void TestExplanation::breakers()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &open = world.add("open");
    world.add("quiet");
    world.openBreaker(open, 20s);
    QJsonObject object = said(world);
    QCOMPARE(text(backend(object, 0), "verdict"), QStringLiteral("circuit_open"));
    QCOMPARE(text(backend(object, 0), "circuit"), QStringLiteral("open"));
    QVERIFY(!backend(object, 1).contains(QLatin1String("circuit"))); // nothing on record
    QCOMPARE(order(object), QStringList{QStringLiteral("quiet")});
    world.pass(20s);
    object = said(world);
    QCOMPARE(text(backend(object, 0), "circuit"), QStringLiteral("half_open"));
}

void TestExplanation::tiersAndSessions()
{
    RouterWorld world;
    world.add("one", {"general"});
    world.snapshot.settings.tiering.enabled = true;
    world.useSessions("s");
    QJsonObject object = said(world);
    QCOMPARE(text(object, "tier"), QStringLiteral("default"));
    QCOMPARE(text(object, "session_route"), QStringLiteral("new"));
    object = said(world);
    QVERIFY(object.value(QLatin1String("tier")).isNull());
    QCOMPARE(text(object, "session_route"), QStringLiteral("pinned"));
}

void TestExplanation::longListsAreCut()
{
    RouterWorld world;
    for (std::size_t i = 0; i < MaxExplained + 10; ++i) {
        world.add("b" + std::to_string(i));
    }
    const QJsonObject object = said(world);
    QCOMPARE(object.value(QLatin1String("backends")).toArray().size(), qsizetype(MaxExplained));
    QCOMPARE(order(object).size(), qsizetype(MaxExplained));
    QStringList names = order(object);
    QCOMPARE(names.removeDuplicates(), 0);
}

void TestExplanation::namesDoNotBreakTheLine()
{
    RouterWorld world;
    const std::string name = "b\xc3\xa4"
                             "ckend \"1\"";
    world.add(name);
    const std::string answer = raw(world, "mod\r\nel\x01\xe2\x82\xac");
    for (const char c : answer) {
        QVERIFY2(static_cast<unsigned char>(c) >= ' ' && c != 127, answer.c_str()); // a header
    }
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(answer)).object();
    QCOMPARE(text(object, "backend").toStdString(), name);
    QCOMPARE(text(object, "model").toStdString(), std::string("mod\r\nel\x01\xe2\x82\xac"));
}

void TestExplanation::outcomeNames()
{
    const std::vector<std::pair<RouteOutcome, const char *>> names{
        {RouteOutcome::Chosen, "chosen"},
        {RouteOutcome::NoSuchModel, "no_such_model"},
        {RouteOutcome::NoneHealthy, "none_healthy"},
        {RouteOutcome::Exhausted, "exhausted"},
        {RouteOutcome::CircuitOpen, "circuit_open"},
        {RouteOutcome::RateLimited, "rate_limited"},
        {RouteOutcome::Saturated, "saturated"}};
    for (const auto &[outcome, name] : names) {
        QCOMPARE(routeOutcomeName(outcome), std::string_view(name));
    }
}

QTEST_GUILESS_MAIN(TestExplanation)
#include "tst_explanation.moc"
