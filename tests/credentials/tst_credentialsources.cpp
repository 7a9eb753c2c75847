// SPDX-License-Identifier: MIT
// Sources over reloads: equal settings keep theirs, changed ones and changed files get new ones.
#include "core/credentials/credentialstore.h"
#include "tests/credentials/credentialworld.h"

using namespace meridian;
using model::CredentialKind;
using support::RecordedRequest;
using test::Asked;

namespace {

std::string userJson(const std::string &client)
{
    return R"({"type":"authorized_user","client_id":")" + client +
           R"(","client_secret":"s","refresh_token":"r"})";
}

struct World
{
    World()
    {
        service.setHandler([](const RecordedRequest &) { return test::tokenReply("t"); });
        settings.kind = CredentialKind::AuthorizedUser;
        settings.file = test::writeFile(folder, "user.json", userJson("one"));
        settings.tokenUrl = service.url() + "/token";
    }

    support::FakeUpstream service;
    QTemporaryDir folder;
    model::CredentialSettings settings;
    event::Loop loop;
    credentials::CredentialStore store{loop};
};

} // namespace

class TestCredentialSources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingToDo();
    void reloadKeepsTokens();
    void changesMakeANewOne();
    void refusedReload();
    void unusedOnesGo();
};

void TestCredentialSources::nothingToDo()
{
    World world;
    for (const auto kind : {CredentialKind::None, CredentialKind::ApiKey}) {
        world.settings.kind = kind;
        const auto source = world.store.obtain(world.settings);
        QVERIFY(source && *source == nullptr);
        const auto made = credentials::makeCredentialSource(world.settings, world.loop);
        QVERIFY(made && *made == nullptr);
    }
}

void TestCredentialSources::reloadKeepsTokens()
{
    World world;
    const auto first = *world.store.obtain(world.settings);
    Asked asked(*first, world.loop);
    QVERIFY(asked.wait());
    const auto credential = first->current();
    const auto again = *world.store.obtain(world.settings);
    QCOMPARE(again, first);
    QCOMPARE(again->current(), credential);
    QCOMPARE(world.service.log.requestCount(), std::size_t(1));
}

void TestCredentialSources::changesMakeANewOne()
{
    World world;
    const auto first = *world.store.obtain(world.settings);
    auto changed = world.settings;
    changed.scope = "another";
    QVERIFY(*world.store.obtain(changed) != first);
    QVERIFY(*world.store.obtain(world.settings, "us-phoenix-1") != first);
    (void)test::writeFile(world.folder, "user.json", userJson("two")); // the key was changed
    const auto second = *world.store.obtain(world.settings);
    QVERIFY(second != first);
    QCOMPARE(*world.store.obtain(world.settings), second);
    (void)test::writeFile(world.folder, "user.json", userJson("one"));
    QCOMPARE(*world.store.obtain(world.settings), first); // still in use somewhere
}

void TestCredentialSources::refusedReload()
{
    World world;
    const auto first = *world.store.obtain(world.settings);
    auto wrong = world.settings;
    wrong.file = "/nonexistent/user.json";
    const auto refused = world.store.obtain(wrong);
    QVERIFY(!refused);
    QVERIFY(refused.error().code == ErrorCode::FileUnreadable);
    QVERIFY2(refused.error().detail.find("cannot read /nonexistent/user.json: No such file") !=
                     std::string::npos &&
                 refused.error().detail.find("credentials.file") != std::string::npos,
             refused.error().detail.c_str());
    (void)test::writeFile(world.folder, "user.json", "{");
    QVERIFY(!world.store.obtain(world.settings));
    Asked asked(*first, world.loop); // goes on with what it has read
    QVERIFY(asked.wait());
    QCOMPARE(asked.bearer(), std::string("t"));
}

void TestCredentialSources::unusedOnesGo()
{
    World world;
    auto first = *world.store.obtain(world.settings);
    const std::weak_ptr<provider::CredentialSource> seen = first;
    QVERIFY(test::waitUntil([&] { return first->current() != nullptr; }));
    first.reset();
    QVERIFY(seen.expired());
    const auto second = *world.store.obtain(world.settings);
    QVERIFY(!second->current());
    QVERIFY(test::waitUntil([&] { return second->current() != nullptr; }));
    QCOMPARE(world.service.log.requestCount(), std::size_t(2));
}

QTEST_GUILESS_MAIN(TestCredentialSources)
#include "tst_credentialsources.moc"
