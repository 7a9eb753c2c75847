// SPDX-License-Identifier: MIT
// First start: places appear as they are looked at, and the first backend is written.
#include "tests/ui/heldlink.h"
#include "ui/discoverymodel.h"

#include <QSignalSpy>
#include <QtTest>

using namespace meridian::ui;

namespace {

constexpr int Patient = 10'000;

QJsonObject place(const char *url, const char *state, bool isConfigured = false)
{
    return {{QStringLiteral("engine"), QStringLiteral("ollama")},
            {QStringLiteral("url"), QLatin1String(url)},
            {QStringLiteral("state"), QLatin1String(state)},
            {QStringLiteral("provider"), QStringLiteral("ollama")},
            {QStringLiteral("models"), QJsonArray{QStringLiteral("llama3.2")}},
            {QStringLiteral("configured"), isConfigured}};
}

QJsonObject found(bool isRunning, const QJsonArray &places)
{
    return {{QStringLiteral("running"), isRunning}, {QStringLiteral("places"), places}};
}

const QJsonObject Config{{QStringLiteral("text"), QStringLiteral("old")},
                         {QStringLiteral("etag"), QStringLiteral("e1")}};

} // namespace

class TestDiscoveryModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void followsTheSearchInPlace();
    void asksBeforeItLeavesThisComputer();
    void writesWhatIsAdded();
    void addsACloudByTheNameOfItsKey();
    void addsASimulatedBackend();
    void tellsWhatWentWrong();
    void givesALineToCopy();

private:
    std::unique_ptr<HeldLink> m_link;
    std::unique_ptr<DiscoveryModel> m_model;
};

void TestDiscoveryModel::init()
{
    m_model.reset();
    m_link = std::make_unique<HeldLink>();
    m_model = std::make_unique<DiscoveryModel>(*m_link);
}

void TestDiscoveryModel::followsTheSearchInPlace()
{
    QSignalSpy resets(m_model.get(), &QAbstractItemModel::modelReset);
    QSignalSpy changes(m_model.get(), &QAbstractItemModel::dataChanged);
    m_model->start();
    m_model->start(); // one at a time
    QVERIFY(m_model->isRunning());
    QVERIFY(m_link->answer("POST", "/meridian/discovery",
                           found(true, {place("http://127.0.0.1:11434", "looking"),
                                        place("http://127.0.0.1:8000", "looking")}),
                           202));
    QCOMPARE(m_model->rowCount(), 2);
    QVERIFY(!m_link->take("POST", "/meridian/discovery"));
    QTRY_VERIFY_WITH_TIMEOUT(m_link->isAsked("GET", "/meridian/discovery"), Patient);
    QVERIFY(m_link->answer("GET", "/meridian/discovery",
                           found(false, {place("http://127.0.0.1:11434", "found"),
                                         place("http://127.0.0.1:8000", "nothing")})));
    QVERIFY(!m_model->isRunning());
    QCOMPARE(resets.count(), 1);
    QCOMPARE(changes.count(), 2);
    QCOMPARE(m_model->found(), 1);
    QCOMPARE(m_model->index(0).data(DiscoveryModel::ModelsRole).toStringList(),
             QStringList{QStringLiteral("llama3.2")});
}

void TestDiscoveryModel::asksBeforeItLeavesThisComputer()
{
    m_model->start();
    const auto usual = m_link->take("POST", "/meridian/discovery");
    QVERIFY(usual && usual->body.isEmpty());
    usual->done(200, QJsonDocument(found(false, {})));
    m_model->start({QStringLiteral("http://gpu.lan:8000")});
    const auto named = m_link->take("POST", "/meridian/discovery");
    QVERIFY(named);
    QVERIFY(named->body.value(QLatin1String("beyond_loopback")).toBool());
    QCOMPARE(named->body.value(QLatin1String("places")).toArray().at(0).toString(),
             QStringLiteral("http://gpu.lan:8000"));
}

void TestDiscoveryModel::writesWhatIsAdded()
{
    m_model->start();
    QVERIFY(m_link->answer("POST", "/meridian/discovery",
                           found(false, {place("http://127.0.0.1:1", "found"),
                                         place("http://127.0.0.1:2", "found", true),
                                         place("http://127.0.0.1:3", "nothing")})));
    QSignalSpy added(m_model.get(), &DiscoveryModel::added);
    m_model->addAll();
    QVERIFY(m_model->isAdding());
    QVERIFY(m_link->answer("GET", "/meridian/config", Config));
    const auto propose = m_link->take("POST", "/meridian/discovery/propose");
    QVERIFY(propose);
    QCOMPARE(propose->body.value(QLatin1String("urls")).toArray(),
             QJsonArray{QStringLiteral("http://127.0.0.1:1")});
    QCOMPARE(propose->body.value(QLatin1String("text")).toString(), QStringLiteral("old"));
    propose->done(200, QJsonDocument(QJsonObject{{QStringLiteral("text"), QStringLiteral("new")}}));
    const auto put = m_link->take("PUT", "/meridian/config");
    QVERIFY(put);
    QCOMPARE(put->body.value(QLatin1String("text")).toString(), QStringLiteral("new"));
    QCOMPARE(put->body.value(QLatin1String("etag")).toString(), QStringLiteral("e1"));
    put->done(200, QJsonDocument(QJsonObject{}));
    QCOMPARE(added.count(), 1);
    QVERIFY(!m_model->isAdding());
    QVERIFY(m_model->index(0).data(DiscoveryModel::ConfiguredRole).toBool());
    QVERIFY(m_model->curlLine().contains(QStringLiteral("llama3.2")));
}

void TestDiscoveryModel::addsACloudByTheNameOfItsKey()
{
    m_model->addCloud(QStringLiteral("anthropic"), QStringLiteral("my-key"));
    QVERIFY(m_link->answer("GET", "/meridian/config", Config));
    const auto edit = m_link->take("POST", "/meridian/config/edit");
    QVERIFY(edit);
    const QJsonObject backend = edit->body.value(QLatin1String("edits"))
                                    .toArray()
                                    .at(0)
                                    .toObject()
                                    .value(QLatin1String("append"))
                                    .toObject();
    QCOMPARE(backend.value(QLatin1String("api_key")).toString(), QStringLiteral("keychain:my-key"));
    QCOMPARE(backend.value(QLatin1String("provider")).toString(), QStringLiteral("anthropic"));
}

void TestDiscoveryModel::addsASimulatedBackend()
{
    m_model->addSimulated();
    QVERIFY(!m_model->problem().isEmpty()); // nobody said how
    m_model->setSimulate([](QString &) { return QStringLiteral("http://127.0.0.1:7"); });
    m_model->addSimulated();
    QVERIFY(m_link->answer("GET", "/meridian/config", Config));
    QVERIFY(m_link->answer("POST", "/meridian/config/edit",
                           {{QStringLiteral("text"), QStringLiteral("new")}}));
    QVERIFY(m_link->answer("PUT", "/meridian/config", {}));
    QVERIFY(m_model->problem().isEmpty());
}

void TestDiscoveryModel::tellsWhatWentWrong()
{
    m_model->start();
    QVERIFY(
        m_link->answer("POST", "/meridian/discovery", HeldLink::error("x", "cannot look"), 500));
    QCOMPARE(m_model->problem(), QStringLiteral("cannot look"));
    QVERIFY(!m_model->isRunning());
    QSignalSpy added(m_model.get(), &DiscoveryModel::added);
    m_model->add(QStringLiteral("http://127.0.0.1:1"));
    QVERIFY(m_link->answer("GET", "/meridian/config", Config));
    QVERIFY(m_link->answer("POST", "/meridian/discovery/propose",
                           {{QStringLiteral("text"), QStringLiteral("new")}}));
    QVERIFY(m_link->answer("PUT", "/meridian/config",
                           HeldLink::error("config_changed", "another file"), 409));
    QCOMPARE(m_model->problem(), QStringLiteral("another file"));
    QVERIFY(!m_model->isAdding());
    QCOMPARE(added.count(), 0);
}

void TestDiscoveryModel::givesALineToCopy()
{
    QVERIFY(m_model->curlLine().startsWith(QStringLiteral("curl ")));
    QVERIFY(
        m_model->curlLine().contains(QStringLiteral("http://127.0.0.1:8080/v1/chat/completions")));
    m_link->url.clear();
    QVERIFY(m_model->curlLine().isEmpty());
}

QTEST_GUILESS_MAIN(TestDiscoveryModel)
#include "tst_discoverymodel.moc"
