// SPDX-License-Identifier: MIT
// Keys go into the keychain and nowhere else, come out for the gateway only, and can be tried.
#include "tests/support/fakeupstream.h"
#include "tests/ui/fakekeychain.h"
#include "tests/ui/turning.h"
#include "ui/keystore.h"

#include <QDir>
#include <QDirIterator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace meridian;
using namespace meridian::ui;
using support::FakeUpstream;
using support::Reply;

namespace {

const QString Key = QStringLiteral("sk-test-4711-abcdefghijklmnop");

} // namespace

class TestKeyStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void savesAndGivesToTheGatewayOnly();
    void saysWhenThereIsNoKeychain();
    void refusesWhatIsNoKey_data();
    void refusesWhatIsNoKey();
    void removesAKey();
    void readsKeysBeforeTheGatewayStarts();
    void findsNamesInAConfiguration();
    void listsKeysFromElsewhere();
    void triesAKeyWithOneCheapRequest_data();
    void triesAKeyWithOneCheapRequest();
    void sendsNoKeyInClearToAnotherHost();

private:
    [[nodiscard]] QVariant at(const QString &name, KeyStore::Role role) const;
    [[nodiscard]] bool isAnywhereInFiles(const QString &text) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeKeychain> m_keychain;
    std::unique_ptr<AppSettings> m_settings;
    std::unique_ptr<event::Loop> m_loop;
    std::unique_ptr<KeyStore> m_store;
};

void TestKeyStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_keychain = std::make_unique<FakeKeychain>();
    m_settings = std::make_unique<AppSettings>(
        m_folder->filePath(QStringLiteral("desktop.ini")),
        LoginItem({QStringLiteral("/x"), m_folder->filePath(QStringLiteral("x.desktop"))}));
    m_loop = std::make_unique<event::Loop>();
    m_store = std::make_unique<KeyStore>(*m_keychain, *m_settings, *m_loop);
}

void TestKeyStore::cleanup()
{
    m_store.reset();
    m_loop->finish();
    m_loop.reset();
}

QVariant TestKeyStore::at(const QString &name, KeyStore::Role role) const
{
    for (int row = 0; row < m_store->rowCount(); ++row) {
        const QModelIndex index = m_store->index(row);
        if (index.data(KeyStore::NameRole) == name) {
            return index.data(role);
        }
    }
    return {};
}

bool TestKeyStore::isAnywhereInFiles(const QString &text) const
{
    QDirIterator files(m_folder->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text.toUtf8())) {
            return true;
        }
    }
    return false;
}

void TestKeyStore::savesAndGivesToTheGatewayOnly()
{
    QCOMPARE(m_store->availability(), QStringLiteral("unknown"));
    QSignalSpy saved(m_store.get(), &KeyStore::saved);
    m_store->save(QStringLiteral("openai"), QStringLiteral("openai"), Key + QStringLiteral("\n"));
    QVERIFY(support::turnUntil([&] { return saved.count() == 1; }));
    QVERIFY(m_store->isAvailable());
    QCOMPARE(saved.first().at(1).toString(), QStringLiteral("keychain:openai"));
    QCOMPARE(at(QStringLiteral("openai"), KeyStore::WhereRole).toString(),
             QStringLiteral("keychain"));
    QCOMPARE(m_keychain->secrets.at(QStringLiteral("openai")).reveal(), Key.toStdString());

    SecretResolver resolver;
    resolver.setSource("keychain", m_store->source().source());
    const auto found = resolver.resolve("keychain:openai");
    QVERIFY(found);
    QCOMPARE(found->reveal(), Key.toStdString());

    for (int role = Qt::UserRole; role < Qt::UserRole + 20; ++role) {
        QVERIFY(!at(QStringLiteral("openai"), KeyStore::Role(role)).toString().contains(Key));
    }
    QVERIFY(isAnywhereInFiles(QStringLiteral("openai"))); // the name is, in the settings
    QVERIFY(!isAnywhereInFiles(Key));
}

void TestKeyStore::saysWhenThereIsNoKeychain()
{
    m_keychain->isThere = false;
    QSignalSpy failed(m_store.get(), &KeyStore::failed);
    bool isLoaded = false;
    m_store->load("backends: [{api_key: keychain:openai}]", [&] { isLoaded = true; });
    QVERIFY(support::turnUntil([&] { return isLoaded; }));
    QVERIFY(support::turnUntil(
        [&] { return m_store->availability() == QStringLiteral("unavailable"); }));
    QCOMPARE(m_store->reason(), QStringLiteral("no secret service"));
    m_store->save(QStringLiteral("openai"), QStringLiteral("openai"), Key);
    QVERIFY(support::turnUntil([&] { return failed.count() == 1; }));
    QCOMPARE(failed.first().at(1).toString(), QStringLiteral("unavailable"));
    QCOMPARE(m_store->rowCount(), 0);
    QVERIFY(!isAnywhereInFiles(Key));
    const QVariantList offers = m_store->offerAlternatives(QStringLiteral("anthropic"));
    QCOMPARE(offers.size(), 2);
    QCOMPARE(offers[0].toMap().value(QStringLiteral("text")).toString(),
             QStringLiteral("api_key: env:ANTHROPIC_API_KEY"));
    QCOMPARE(offers[1].toMap().value(QStringLiteral("kind")).toString(), QStringLiteral("file"));
    const auto secret = m_store->source().source()("openai");
    QVERIFY(!secret);
    QVERIFY2(secret.error().detail.find("no secret service") != std::string::npos,
             secret.error().detail.c_str());
}

void TestKeyStore::refusesWhatIsNoKey_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("secret");
    QTest::addColumn<QString>("code");
    QTest::newRow("no name") << QString() << Key << QStringLiteral("bad_name");
    QTest::newRow("blank in name") << QStringLiteral("my key") << Key << QStringLiteral("bad_name");
    QTest::newRow("empty") << QStringLiteral("a") << QStringLiteral("  \n")
                           << QStringLiteral("empty");
    QTest::newRow("control character")
        << QStringLiteral("a") << QStringLiteral("sk\r\nx-evil: 1") << QStringLiteral("bad_secret");
    QTest::newRow("too long") << QStringLiteral("a") << QString(20'000, QLatin1Char('k'))
                              << QStringLiteral("too_long");
}

void TestKeyStore::refusesWhatIsNoKey()
{
    QFETCH(QString, name);
    QFETCH(QString, secret);
    QFETCH(QString, code);
    QSignalSpy failed(m_store.get(), &KeyStore::failed);
    m_store->save(name, QStringLiteral("openai"), secret);
    QCOMPARE(failed.count(), 1);
    QCOMPARE(failed.first().at(1).toString(), code);
    QVERIFY(m_keychain->secrets.empty());
}

void TestKeyStore::removesAKey()
{
    QSignalSpy saved(m_store.get(), &KeyStore::saved);
    QSignalSpy removed(m_store.get(), &KeyStore::removed);
    m_store->save(QStringLiteral("a"), QStringLiteral("openai"), Key);
    QVERIFY(support::turnUntil([&] { return saved.count() == 1; }));
    m_store->remove(QStringLiteral("a"));
    QVERIFY(support::turnUntil([&] { return removed.count() == 1; }));
    QCOMPARE(m_store->rowCount(), 0);
    QVERIFY(m_keychain->secrets.empty());
    QVERIFY(!m_store->source().source()("a"));
}

void TestKeyStore::readsKeysBeforeTheGatewayStarts()
{
    m_keychain->secrets.insert_or_assign(QStringLiteral("lost-index"),
                                         Secret(std::string_view("k1")));
    bool isLoaded = false;
    m_store->load("backends:\n  - api_key: keychain:lost-index\n", [&] { isLoaded = true; });
    QVERIFY(!isLoaded);
    QVERIFY(support::turnUntil([&] { return isLoaded; }));
    const auto found = m_store->source().source()("lost-index");
    QVERIFY(found);
    QCOMPARE(found->reveal(), std::string_view("k1"));
    const auto missing = m_store->source().source()("nobody");
    QVERIFY(!missing);
    QVERIFY(missing.error().detail.find("page Keys") != std::string::npos);
    // what is no name may be the key itself
    const auto pasted = m_store->source().source()("sk-4711/secret");
    QVERIFY(!pasted);
    QVERIFY(pasted.error().detail.find("4711") == std::string::npos);
}

void TestKeyStore::findsNamesInAConfiguration()
{
    QCOMPARE(KeychainSecretSource::namesIn("a: keychain:x\nb: \"${keychain:y-1}\"\nc: keychain:\n"
                                           "d: keychain:x # again\ne: 'keychain:z'"),
             (QStringList{QStringLiteral("x"), QStringLiteral("y-1"), QStringLiteral("z")}));
}

void TestKeyStore::listsKeysFromElsewhere()
{
    m_store->setUses({{QStringLiteral("gpu"), QStringLiteral("openai"),
                       QStringLiteral("http://127.0.0.1:8000"), QStringLiteral("env:GPU_KEY")},
                      {QStringLiteral("gpu2"), QStringLiteral("openai"),
                       QStringLiteral("http://127.0.0.1:8001"), QStringLiteral("env:GPU_KEY")},
                      {QStringLiteral("cloud"), QStringLiteral("anthropic"), QString(),
                       QStringLiteral("file:/run/k")}});
    QCOMPARE(m_store->rowCount(), 2);
    QCOMPARE(at(QStringLiteral("GPU_KEY"), KeyStore::WhereRole).toString(),
             QStringLiteral("environment"));
    QCOMPARE(at(QStringLiteral("GPU_KEY"), KeyStore::BackendsRole).toStringList().size(), 2);
    QCOMPARE(at(QStringLiteral("/run/k"), KeyStore::WhereRole).toString(), QStringLiteral("file"));
    m_store->noteUse(QStringLiteral("gpu2"), 1000);
    m_store->noteUse(QStringLiteral("gpu"), 500);
    QCOMPARE(at(QStringLiteral("GPU_KEY"), KeyStore::LastUsedRole).toLongLong(), 1000);
}

void TestKeyStore::triesAKeyWithOneCheapRequest_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("state");
    QTest::newRow("openai") << QStringLiteral("openai") << 200 << QStringLiteral("authorization")
                            << QStringLiteral("Bearer ") + Key << QStringLiteral("ok");
    QTest::newRow("anthropic") << QStringLiteral("anthropic") << 200 << QStringLiteral("x-api-key")
                               << Key << QStringLiteral("ok");
    QTest::newRow("refused") << QStringLiteral("openai") << 401 << QStringLiteral("authorization")
                             << QStringLiteral("Bearer ") + Key << QStringLiteral("refused");
    QTest::newRow("broken") << QStringLiteral("openai") << 500 << QStringLiteral("authorization")
                            << QStringLiteral("Bearer ") + Key << QStringLiteral("failed");
}

void TestKeyStore::triesAKeyWithOneCheapRequest()
{
    QFETCH(QString, provider);
    QFETCH(int, status);
    QFETCH(QString, header);
    QFETCH(QString, value);
    QFETCH(QString, state);
    FakeUpstream upstream;
    upstream.setHealthScripted(true);
    upstream.setHandler([status](const support::RecordedRequest &) {
        return status == 200 ? Reply::json(R"({"data":[{"id":"m1"},{"id":"m2"}]})")
                             : Reply::json(R"({"error":{"message":"no"}})", status);
    });
    QSignalSpy saved(m_store.get(), &KeyStore::saved);
    QSignalSpy tested(m_store.get(), &KeyStore::tested);
    m_store->save(QStringLiteral("k"), provider, Key);
    QVERIFY(support::turnUntil([&] { return saved.count() == 1; }));
    m_store->setUses({{QStringLiteral("b"), provider, QString::fromStdString(upstream.url()),
                       QStringLiteral("keychain:k")}});
    m_store->test(QStringLiteral("k"));
    m_store->test(QStringLiteral("k")); // one at a time
    QVERIFY(support::turnUntil([&] { return tested.count() == 1; }));
    const QVariantMap verdict = at(QStringLiteral("k"), KeyStore::LastTestRole).toMap();
    QCOMPARE(verdict.value(QStringLiteral("state")).toString(), state);
    QVERIFY(!verdict.value(QStringLiteral("message")).toString().contains(Key));
    const auto requests = upstream.log.requests();
    QCOMPARE(requests.size(), std::size_t{1});
    QCOMPARE(requests[0].method, std::string("GET"));
    QCOMPARE(requests[0].target, std::string("/v1/models"));
    QCOMPARE(requests[0].header(header.toStdString()), value.toStdString());
}

void TestKeyStore::sendsNoKeyInClearToAnotherHost()
{
    QSignalSpy saved(m_store.get(), &KeyStore::saved);
    QSignalSpy tested(m_store.get(), &KeyStore::tested);
    m_store->save(QStringLiteral("k"), QStringLiteral("openai"), Key);
    QVERIFY(support::turnUntil([&] { return saved.count() == 1; }));
    m_store->setUses({{QStringLiteral("b"), QStringLiteral("openai"),
                       QStringLiteral("http://192.0.2.1:8000"), QStringLiteral("keychain:k")}});
    m_store->test(QStringLiteral("k"));
    QVERIFY(support::turnUntil([&] { return tested.count() == 1; }));
    QVERIFY(!tested.first().at(1).toBool());
    QVERIFY(tested.first().at(2).toString().contains(QStringLiteral("https")));
}

QTEST_GUILESS_MAIN(TestKeyStore)
#include "tst_keystore.moc"
