// SPDX-License-Identifier: MIT
// Gateways elsewhere: names in the settings, tokens in the keychain or for this run only.
#include "tests/ui/fakekeychain.h"
#include "ui/gatewaylist.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace meridian;
using namespace meridian::ui;

namespace {

constexpr int Patient = 10'000;

} // namespace

class TestGatewayList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsNamesAndHidesTokens();
    void selectsWithItsToken();
    void keepsATokenForThisRunWithoutAKeychain();
    void refusesWhatIsNoGateway();
    void removesAndGoesHome();

private:
    struct Selected
    {
        QString url;
        std::string token;
        int count = 0;
    };

    [[nodiscard]] std::unique_ptr<GatewayList> list();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeKeychain> m_keychain;
    std::unique_ptr<AppSettings> m_settings;
    Selected m_selected;
};

void TestGatewayList::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_keychain = std::make_unique<FakeKeychain>();
    m_settings = std::make_unique<AppSettings>(
        m_folder->filePath(QStringLiteral("desktop.ini")),
        LoginItem({QStringLiteral("/x"), m_folder->filePath(QStringLiteral("x.desktop"))}));
    m_selected = {};
}

std::unique_ptr<GatewayList> TestGatewayList::list()
{
    auto made = std::make_unique<GatewayList>(*m_keychain, *m_settings);
    made->setSelect([this](const QString &url, const Secret &token) {
        m_selected = {url, std::string(token.reveal()), m_selected.count + 1};
    });
    return made;
}

void TestGatewayList::keepsNamesAndHidesTokens()
{
    const auto gateways = list();
    QVERIFY(gateways->add(QStringLiteral(" office "), QStringLiteral("https://gw.example:8443/"),
                          QStringLiteral("t0ken-4711")));
    QCOMPARE(gateways->rowCount(), 2);
    QCOMPARE(gateways->index(1).data(GatewayList::UrlRole).toString(),
             QStringLiteral("https://gw.example:8443"));
    QTRY_COMPARE_WITH_TIMEOUT(m_keychain->secrets.size(), std::size_t{1}, Patient);
    QVERIFY(gateways->add(QStringLiteral("office"), QStringLiteral("https://other.example"), {}));
    QCOMPARE(gateways->rowCount(), 2); // changed, not added
    QFile file(m_folder->filePath(QStringLiteral("desktop.ini")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray stored = file.readAll();
    QVERIFY(stored.contains("other.example"));
    QVERIFY(!stored.contains("t0ken"));
}

void TestGatewayList::selectsWithItsToken()
{
    (void)list()->add(QStringLiteral("office"), QStringLiteral("https://gw.example"),
                      QStringLiteral("t1"));
    QTRY_COMPARE_WITH_TIMEOUT(m_keychain->secrets.size(), std::size_t{1}, Patient);
    const auto again = list(); // another start
    again->select(1);
    QTRY_COMPARE_WITH_TIMEOUT(m_selected.count, 1, Patient);
    QCOMPARE(m_selected.url, QStringLiteral("https://gw.example"));
    QCOMPARE(m_selected.token, std::string("t1"));
    QVERIFY(again->index(1).data(GatewayList::IsCurrentRole).toBool());
    again->select(0);
    QCOMPARE(m_selected.count, 2);
    QVERIFY(m_selected.url.isEmpty());
    QVERIFY(m_selected.token.empty());
}

void TestGatewayList::keepsATokenForThisRunWithoutAKeychain()
{
    m_keychain->isThere = false;
    const auto gateways = list();
    QSignalSpy failed(gateways.get(), &GatewayList::failed);
    QVERIFY(gateways->add(QStringLiteral("office"), QStringLiteral("https://gw.example"),
                          QStringLiteral("t1")));
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, Patient);
    QCOMPARE(failed.first().at(1).toString(), QStringLiteral("token_not_stored"));
    gateways->select(1);
    QCOMPARE(m_selected.token, std::string("t1"));
}

void TestGatewayList::refusesWhatIsNoGateway()
{
    const auto gateways = list();
    QSignalSpy failed(gateways.get(), &GatewayList::failed);
    QVERIFY(!gateways->add({}, QStringLiteral("https://gw.example"), {}));
    QVERIFY(!gateways->add(QStringLiteral("x"), QStringLiteral("ftp://gw.example"), {}));
    QVERIFY(!gateways->add(QStringLiteral("x"), QStringLiteral("https://user:pw@gw.example"), {}));
    QCOMPARE(failed.count(), 3);
    QCOMPARE(failed.at(1).at(1).toString(), QStringLiteral("bad_url"));
    QVERIFY(!failed.at(2).at(2).toString().contains(QStringLiteral("pw@")));
    QCOMPARE(gateways->rowCount(), 1);
}

void TestGatewayList::removesAndGoesHome()
{
    const auto gateways = list();
    (void)gateways->add(QStringLiteral("office"), QStringLiteral("https://gw.example"),
                        QStringLiteral("t1"));
    gateways->select(1);
    gateways->remove(0); // the local one stays
    QCOMPARE(gateways->rowCount(), 2);
    gateways->remove(1);
    QCOMPARE(gateways->rowCount(), 1);
    QCOMPARE(gateways->current(), 0);
    QVERIFY(m_selected.url.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(m_keychain->secrets.empty(), Patient);
}

QTEST_GUILESS_MAIN(TestGatewayList)
#include "tst_gatewaylist.moc"
