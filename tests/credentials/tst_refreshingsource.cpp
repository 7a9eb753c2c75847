// SPDX-License-Identifier: MIT
// Renewal over real sockets: one request for everybody, ahead of time, with pauses and deadlines.
#include "core/credentials/credentialstore.h"
#include "core/credentials/refreshcore.h"
#include "tests/credentials/credentialworld.h"

#include <QThread>

#include <atomic>
#include <latch>

using namespace meridian;
using namespace meridian::credentials;
using namespace std::chrono_literals;
using support::FakeUpstream;
using support::Reply;
using test::Asked;
using test::waitUntil;

namespace {

constexpr std::string_view Refresh = "hush-refresh-token-7731";
constexpr std::string_view ClientSecret = "hush-client-secret-9152";

/// An authorised user's source, and the service that gives it tokens.
struct World
{
    explicit World(RefreshPolicy refreshPolicy = {})
        : policy(refreshPolicy)
    {
        settings.kind = model::CredentialKind::AuthorizedUser;
        settings.key = Secret(R"({"type":"authorized_user","client_id":"id","client_secret":")" +
                              std::string(ClientSecret) + R"(","refresh_token":")" +
                              std::string(Refresh) + "\"}");
        settings.tokenUrl = service.url() + "/token";
        service.setHandler([this](const support::RecordedRequest &) {
            return test::tokenReply("token-" + std::to_string(++tokens));
        });
    }

    /// Without a first attempt of its own.
    std::unique_ptr<RefreshingSource> make()
    {
        auto plan = planCredential(settings, {});
        return plan ? std::make_unique<RefreshingSource>(loop, std::move(plan->fetcher), policy)
                    : nullptr;
    }

    [[nodiscard]] std::size_t requests() const { return service.log.requestCount(); }

    RefreshPolicy policy;
    FakeUpstream service;
    model::CredentialSettings settings;
    event::Loop loop;
    std::atomic<int> tokens = 0;
};

/// A worker's thread with a loop of its own, which asks many times at once.
class Askers final : public QThread
{
public:
    Askers(provider::CredentialSource &source, std::latch &ready, int count)
        : m_source(source)
        , m_ready(ready)
        , m_count(count)
    {
    }

    std::vector<std::string> answers; // after the end
    bool isOnOwnThread = true;
    std::atomic<bool> hasAsked = false;

private:
    void run() override
    {
        event::Loop loop;
        std::vector<std::unique_ptr<provider::CredentialSource::Waiter>> waiters;
        m_ready.arrive_and_wait();
        for (int i = 0; i < m_count; ++i) {
            waiters.push_back(m_source.acquire(loop, [this](test::CredentialResult result) {
                isOnOwnThread = isOnOwnThread && QThread::currentThread() == this;
                answers.push_back(result ? std::string((*result)->bearer.reveal())
                                         : result.error().detail);
                if (answers.size() == static_cast<std::size_t>(m_count)) {
                    quit();
                }
            }));
        }
        hasAsked = true;
        QTimer limit;
        connect(&limit, &QTimer::timeout, &limit, [this] { quit(); });
        limit.start(10s * support::patience());
        exec();
        waiters.clear();
    }

    provider::CredentialSource &m_source;
    std::latch &m_ready;
    const int m_count;
};

/// An answer whose head comes at once and whose body waits.
Reply gatedToken(const support::SharedGate &gate)
{
    return Reply::chunkedHead("application/json")
        .await(gate)
        .sendChunk(R"({"access_token":"token-late","expires_in":3600})")
        .endChunks();
}

bool hasSecret(std::string_view text)
{
    return text.find(Refresh) != text.npos || text.find(ClientSecret) != text.npos;
}

} // namespace

class TestRefreshingSource : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { m_log.emplace(); }

    void cleanup();
    void renewAfter_data();
    void renewAfter();
    void oneRequestForAHundred_data();
    void oneRequestForAHundred();
    void renewsAhead();
    void invalidate();
    void failuresPause();
    void refusedKey();
    void serverWantsTime();
    void deadlines_data();
    void deadlines();
    void waiterEndsByItself();
    void droppedWaiter();
    void waiterDroppedInItsCallback();
    void destroyedInFlight_data();
    void destroyedInFlight();
    void storeEndsFirst();

private:
    std::optional<test::LogCapture> m_log;
};

void TestRefreshingSource::cleanup()
{
    QVERIFY(!m_log->has("hush-"));
    QVERIFY(!m_log->has("token-"));
    m_log.reset();
}

void TestRefreshingSource::renewAfter_data()
{
    QTest::addColumn<int>("life");
    QTest::addColumn<int>("after");
    QTest::newRow("an hour: 80 %") << 3600 << 2880;
    QTest::newRow("25 minutes: both") << 1500 << 1200;
    QTest::newRow("10 minutes: five before the end") << 600 << 300;
    QTest::newRow("5 minutes: not before half") << 300 << 150;
    QTest::newRow("10 s") << 10 << 5;
    QTest::newRow("1 s: not more often") << 1 << 1;
    QTest::newRow("nothing") << 0 << 1;
}

void TestRefreshingSource::renewAfter()
{
    QFETCH(int, life);
    QFETCH(int, after);
    QVERIFY(RefreshPolicy::renewAfter(std::chrono::seconds(life)) == std::chrono::seconds(after));
}

void TestRefreshingSource::oneRequestForAHundred_data()
{
    QTest::addColumn<bool>("hadOne");
    QTest::newRow("never had one") << false;
    QTest::newRow("an expired one") << true;
}

void TestRefreshingSource::oneRequestForAHundred()
{
    QFETCH(bool, hadOne);
    World world;
    const auto source = world.make();
    QVERIFY(source);
    std::size_t before = 0;
    if (hadOne) {
        world.service.enqueue(test::tokenReply("token-old", 1));
        const auto first = std::make_unique<Asked>(*source, world.loop);
        QVERIFY(first->wait());
        QCOMPARE(first->bearer(), std::string("token-old"));
        // the main thread stands still meanwhile, so nothing renews it
        const support::Deadline deadline = 5s;
        while (source->current() && !deadline.hasPassed()) {
            QThread::yieldCurrentThread();
        }
        QVERIFY(!source->current());
        before = 1;
    }
    // the answer waits until everybody has asked, and some of them after the request has left
    const auto gate = std::make_shared<support::Gate>();
    world.service.enqueue(gatedToken(gate));
    std::latch ready(4);
    std::vector<std::unique_ptr<Askers>> threads;
    for (int i = 0; i < 4; ++i) {
        threads.push_back(std::make_unique<Askers>(*source, ready, 25));
        threads.back()->start();
    }
    const auto haveAllAsked = [&] {
        return std::all_of(threads.begin(), threads.end(),
                           [](const auto &thread) { return thread->hasAsked.load(); });
    };
    QVERIFY(waitUntil([&] { return haveAllAsked() && world.requests() > before; }));
    Asked late(*source, world.loop);
    QVERIFY(!waitUntil([&] { return world.requests() > before + 1; }, 50ms));
    gate->open();
    QVERIFY(late.wait());
    for (const auto &thread : threads) {
        QVERIFY(waitUntil([&] { return thread->isFinished(); }, 30s));
        QCOMPARE(thread->answers.size(), std::size_t(25));
        QVERIFY(thread->isOnOwnThread);
        for (const std::string &answer : thread->answers) {
            QCOMPARE(answer, std::string("token-late"));
        }
    }
    QCOMPARE(world.requests(), before + 1);
    QCOMPARE(source->current()->bearer.reveal(), std::string_view("token-late"));
    QVERIFY(source->state().validFor > 50min);
}

void TestRefreshingSource::renewsAhead()
{
    World world;
    world.service.enqueue(test::tokenReply("token-short", 4));
    const auto source = world.make();
    source->start();
    QVERIFY(waitUntil([&] { return source->current() != nullptr; }));
    const auto first = source->current();
    bool wasEverNull = false;
    QVERIFY(waitUntil([&] {
        const auto now = source->current();
        wasEverNull = wasEverNull || !now;
        return now && now != first;
    }));
    QVERIFY(!wasEverNull);
    QVERIFY(std::chrono::steady_clock::now() < first->expires);
    QCOMPARE(world.requests(), std::size_t(2));
    QCOMPARE(source->current()->bearer.reveal(), std::string_view("token-1"));
}

void TestRefreshingSource::invalidate()
{
    World world;
    world.policy.refusedAgain = 1h;
    const auto source = world.make();
    Asked first(*source, world.loop);
    QVERIFY(first.wait());
    const auto old = source->current();
    source->invalidate(old);
    QVERIFY(!source->current());
    Asked second(*source, world.loop);
    QVERIFY(second.wait());
    QCOMPARE(second.bearer(), std::string("token-2"));
    source->invalidate(old); // long since replaced
    source->invalidate(nullptr);
    QVERIFY(source->current());
    source->invalidate(source->current()); // all are refused: asking for ever more is no help
    Asked third(*source, world.loop);
    QVERIFY(third.wait());
    QCOMPARE(third.bearer(), std::string("token-2"));
    QCOMPARE(world.requests(), std::size_t(2));
}

void TestRefreshingSource::failuresPause()
{
    World world;
    world.policy.retry.firstDelay = 300ms;
    world.policy.retry.longestDelay = 600ms;
    // a server that is broken enough to repeat what it was sent
    world.service.setHandler([](const support::RecordedRequest &request) {
        return Reply::json(R"({"error":"internal_error","error_description":")" + request.body +
                               " " + std::string(Refresh) + R"("})",
                           503);
    });
    const auto source = world.make();
    Asked first(*source, world.loop);
    Asked second(*source, world.loop);
    QVERIFY(first.wait() && second.wait());
    QVERIFY2(first.error().find("503 (internal_error)") != std::string::npos,
             first.error().c_str());
    QVERIFY2(!hasSecret(first.error()), first.error().c_str());
    QCOMPARE(second.error(), first.error());
    Asked third(*source, world.loop); // in the pause
    QVERIFY(third.wait(200ms));
    QCOMPARE(third.error(), first.error());
    QCOMPARE(world.requests(), std::size_t(1));
    QCOMPARE(source->state().failures, 1);
    QCOMPARE(source->state().lastError, first.error());
    const auto failedAt = std::chrono::steady_clock::now();
    QVERIFY(waitUntil([&] { return source->state().failures == 3; }));
    QVERIFY(std::chrono::steady_clock::now() - failedAt > 500ms); // 240 and 480 at least
    world.service.setHandler({});
    world.service.setHandler(
        [](const support::RecordedRequest &) { return test::tokenReply("well-again"); });
    QVERIFY(waitUntil([&] { return source->current() != nullptr; })); // nobody has asked
    QCOMPARE(source->state().failures, 0);
    QVERIFY(source->state().lastError.empty());
    QVERIFY(m_log->has("renewed after"));
}

void TestRefreshingSource::refusedKey()
{
    World world;
    world.policy.retry.firstDelay = 1ms;
    world.policy.retry.longestDelay = 1h;
    world.service.enqueue(Reply::json(
        R"({"error":"invalid_grant","error_description":"Token has been expired or revoked."})",
        400));
    const auto source = world.make();
    Asked first(*source, world.loop);
    QVERIFY(first.wait());
    QVERIFY2(first.error().find("authorised user of credentials.key: the key is not accepted "
                                "(invalid_grant): Token has been expired or revoked.") == 0,
             first.error().c_str());
    QVERIFY(!waitUntil([&] { return world.requests() > 1; }, 200ms));
    QVERIFY(m_log->has("invalid_grant"));
}

void TestRefreshingSource::serverWantsTime()
{
    World world;
    world.policy.retry.firstDelay = 1ms;
    world.policy.retry.longestRetryAfter = 300ms;
    world.service.enqueue(Reply::json("{}", 429, {{"retry-after", "100"}}));
    const auto source = world.make();
    source->start();
    QVERIFY(waitUntil([&] { return source->state().failures == 1; }));
    const auto failedAt = std::chrono::steady_clock::now();
    QVERIFY(waitUntil([&] { return source->current() != nullptr; }));
    QVERIFY(std::chrono::steady_clock::now() - failedAt > 250ms);
}

void TestRefreshingSource::deadlines_data()
{
    QTest::addColumn<bool>("isAccepted");
    QTest::newRow("never answers") << true;
    QTest::newRow("never reads") << false;
}

void TestRefreshingSource::deadlines()
{
    QFETCH(bool, isAccepted);
    World world;
    world.policy.attempt = 200ms;
    world.service.setHandler([](const support::RecordedRequest &) { return Reply::never(); });
    world.service.setAcceptMode(isAccepted ? support::AcceptMode::Serve
                                           : support::AcceptMode::NeverRead);
    const auto source = world.make();
    Asked asked(*source, world.loop);
    QVERIFY(asked.wait(5s));
    QCOMPARE(asked.error(),
             std::string("authorised user of credentials.key: no answer within the deadline"));
    QVERIFY(world.service.log.waitForPeerClose(0).has_value());
}

void TestRefreshingSource::waiterEndsByItself()
{
    World world;
    world.policy.wait = 100ms; // long before the attempt does
    world.service.setHandler([](const support::RecordedRequest &) { return Reply::never(); });
    const auto source = world.make();
    Asked asked(*source, world.loop);
    QVERIFY(asked.wait(5s));
    QCOMPARE(asked.error(), std::string("no credential within the deadline"));
    QCOMPARE(source->state().failures, 0);
    QCOMPARE(asked.calls, 1);
}

void TestRefreshingSource::droppedWaiter()
{
    World world;
    const auto gate = std::make_shared<support::Gate>();
    world.service.enqueue(gatedToken(gate));
    const auto source = world.make();
    Asked dropped(*source, world.loop);
    Asked kept(*source, world.loop);
    QVERIFY(waitUntil([&] { return world.requests() == 1; }));
    dropped.waiter.reset();
    gate->open();
    QVERIFY(kept.wait());
    Asked droppedAtOnce(*source, world.loop); // answered already, not told yet
    droppedAtOnce.waiter.reset();
    Asked after(*source, world.loop);
    QVERIFY(after.wait());
    QCOMPARE(dropped.calls, 0);
    QCOMPARE(droppedAtOnce.calls, 0);
    QCOMPARE(kept.calls, 1);
}

void TestRefreshingSource::waiterDroppedInItsCallback()
{
    World world;
    world.policy.wait = 50ms;
    world.service.enqueue(Reply::never());
    const auto source = world.make();
    std::unique_ptr<provider::CredentialSource::Waiter> waiter;
    int calls = 0;
    waiter = source->acquire(world.loop, [&](const test::CredentialResult &) {
        ++calls;
        waiter.reset();
    });
    QVERIFY(waitUntil([&] { return calls == 1 && !waiter; }));
}

void TestRefreshingSource::destroyedInFlight_data()
{
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("on the main thread") << false;
    QTest::newRow("on another thread") << true;
}

void TestRefreshingSource::destroyedInFlight()
{
    QFETCH(bool, elsewhere);
    World world;
    world.service.setHandler([](const support::RecordedRequest &) { return Reply::never(); });
    auto source = world.make();
    Asked asked(*source, world.loop);
    Asked dropped(*source, world.loop);
    QVERIFY(waitUntil([&] { return world.requests() == 1; }));
    dropped.waiter.reset();
    if (elsewhere) {
        std::thread([&] { source.reset(); }).join();
    } else {
        source.reset();
    }
    QVERIFY(asked.wait());
    QVERIFY2(asked.error().find("no longer in use") != std::string::npos, asked.error().c_str());
    QCOMPARE(asked.calls, 1);
    QCOMPARE(dropped.calls, 0);
    bool isClosed = false;
    QVERIFY(waitUntil([&] {
        isClosed = isClosed || world.service.log.connections().at(0).closedByPeerAt.has_value();
        return isClosed;
    }));
}

void TestRefreshingSource::storeEndsFirst()
{
    std::shared_ptr<provider::CredentialSource> source;
    std::unique_ptr<Asked> asked;
    {
        World world;
        world.service.setHandler([](const support::RecordedRequest &) { return Reply::never(); });
        {
            CredentialStore store(world.loop);
            source = *store.obtain(world.settings);
            auto retired = world.settings;
            retired.scope = "another";
            auto other = *store.obtain(retired);
            QVERIFY(waitUntil([&] { return world.requests() == 2; }));
            std::thread([&] { other.reset(); }).join(); // and its clean-up waits in the loop
            asked = std::make_unique<Asked>(*source, world.loop);
        }
        QVERIFY(asked->wait());
        QVERIFY(asked->error().find("no longer in use") != std::string::npos);
        asked.reset();
    } // the loop has gone: the source may still be let go, on any thread
    QVERIFY(!source->current());
    source->invalidate(nullptr);
    std::thread([&] { source.reset(); }).join();
}

QTEST_GUILESS_MAIN(TestRefreshingSource)
#include "tst_refreshingsource.moc"
